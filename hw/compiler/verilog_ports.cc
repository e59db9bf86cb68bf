// SPDX-License-Identifier: Apache-2.0
// Pins of process modules and of full tops.

#include "hw/compiler/verilog_ports.h"

#include <algorithm>
#include <array>
#include <utility>

namespace vireo::compiler {

ProcessPorts NamePorts(const Process& process, const Schedule& schedule, NameTable& names) {
  ProcessPorts ports;
  names.Unique("clk");
  names.Unique("rst");
  const auto stream = [&](const std::string& name) {
    StreamPorts port;
    port.data = names.Unique(name + "_data");
    port.valid = names.Unique(name + "_valid");
    port.ready = names.Unique(name + "_ready");
    return port;
  };
  for (const InputStream& in : process.inputs) ports.inputs.push_back(stream(in.name));
  for (size_t i = 0; i < process.outputs.size(); ++i) {
    const std::string& name = process.outputs[i].name;
    ports.outputs.push_back(stream(name));
    if (schedule.outputs[i].stage == 0) continue;
    ports.outputs.back().reserve = names.Unique(name + "_reserve");
    ports.outputs.back().cancel = names.Unique(name + "_cancel");
  }
  for (const ScalarInput& in : process.scalar_inputs) {
    ports.scalar_inputs.push_back(names.Unique(in.name));
  }
  for (const ScalarOutput& out : process.scalar_outputs) {
    ports.scalar_outputs.push_back(names.Unique(out.name));
  }
  return ports;
}

ProcessPorts NamePorts(const Process& process, const Schedule& schedule) {
  NameTable names;
  return NamePorts(process, schedule, names);
}

std::vector<AxisSignal> AxisSignals(const Payload& payload) {
  static constexpr std::array<std::pair<const char*, const char*>, 7> kFields = {
      {{"data", "TDATA"},
       {"keep", "TKEEP"},
       {"strb", "TSTRB"},
       {"user", "TUSER"},
       {"last", "TLAST"},
       {"id", "TID"},
       {"dest", "TDEST"}}};
  std::vector<AxisSignal> signals;
  if (!payload.is_axis) {
    signals.push_back({"TDATA", 0, payload.bits, 0});
  } else {
    for (const auto& [field, suffix] : kFields) {
      uint32_t low = UINT32_MAX;
      uint32_t end = 0;
      for (const Leaf& leaf : payload.leaves) {
        if (leaf.name.substr(0, leaf.name.find_first_of(".[")) != field) continue;
        low = std::min(low, leaf.bit_offset);
        end = std::max(end, leaf.bit_offset + leaf.bits);
      }
      if (end > 0) signals.push_back({suffix, low, end - low, 0});
    }
  }
  for (AxisSignal& signal : signals) {
    signal.pins = signal.suffix == "TDATA" ? (signal.width + 7) / 8 * 8 : signal.width;
  }
  return signals;
}

std::vector<TopStream> TopStreams(const Network& network) {
  std::vector<TopStream> streams;
  for (const Channel& channel : network.channels) {
    if (channel.producer.has_value() == channel.consumer.has_value()) continue;
    streams.push_back({&channel, Identifier(channel.name), !channel.producer.has_value()});
  }
  return streams;
}

std::vector<std::string> ProcessModuleNames(const Network& network) {
  NameTable names;
  const std::string top = names.Unique(network.name);
  std::vector<std::string> modules;
  for (const std::unique_ptr<Process>& process : network.processes) {
    const std::string name = Identifier(process->name);
    modules.push_back(names.Unique(name == top ? top + "_core" : top + "_" + name));
  }
  return modules;
}

}  // namespace vireo::compiler
