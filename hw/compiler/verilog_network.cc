// SPDX-License-Identifier: Apache-2.0
// Prints a full top: instances of processes, a FIFO behind each of their outputs, pins.

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>
#include <set>

#include "hw/compiler/check.h"
#include "hw/compiler/verilog.h"
#include "hw/compiler/verilog_axilite.h"
#include "hw/compiler/verilog_ports.h"
#include "hw/compiler/verilog_process.h"
#include "hw/compiler/verilog_runtime.h"
#include "hw/compiler/verilog_text.h"

namespace vireo::compiler {

namespace {

uint32_t BitsFor(uint32_t largest) { return static_cast<uint32_t>(std::bit_width(largest)); }

class NetworkPrinter {
 public:
  NetworkPrinter(const Network& network, const std::vector<Schedule>& schedules)
      : network_(network),
        schedules_(schedules),
        top_(Identifier(network.name)),
        modules_(ProcessModuleNames(network)),
        blocks_(AxiLiteBlocks(network)) {
    for (size_t i = 0; i < network.processes.size(); ++i) {
      ports_.push_back(NamePorts(*network.processes[i], schedules[i]));
    }
  }

  std::string Print() {
    Pins();
    Scalars();
    for (size_t i = 0; i < network_.channels.size(); ++i) Wires(i);
    for (size_t i = 0; i < network_.instances.size(); ++i) InstanceOf(i);
    for (size_t i = 0; i < network_.channels.size(); ++i) Fifo(i);
    for (size_t i = 0; i < network_.channels.size(); ++i) OutputPins(i);
    text_.Blank();
    if (!unused_.empty()) {
      text_.Line(2, fmt::format("wire _unused = &{{1'b0, {}}};", fmt::join(unused_, ", ")));
    }
    text_.Line(0, "endmodule");

    std::string modules;
    for (size_t i = 0; i < network_.processes.size(); ++i) {
      modules += "\n" + EmitProcessModule(modules_[i], *network_.processes[i], schedules_[i]);
    }
    for (const AxiLiteBlock& block : blocks_) modules += "\n" + EmitAxiLite(block, network_);
    if (uses_fifo_) modules += EmitFifo(top_);
    if (uses_block_) modules += EmitFifoBlock(top_);
    if (uses_credit_) modules += EmitFifoCredit(top_);
    return text_.str() + modules;
  }

 private:
  struct Wire {  // names at one end of a channel
    std::string data;
    std::string valid;
    std::string ready;
    std::string reserve;
    std::string cancel;
  };

  const OutputSchedule* Producer(const Channel& channel) const {
    if (!channel.producer) return nullptr;
    const Instance& instance = network_.instances[channel.producer->first];
    return &schedules_[instance.process].outputs[channel.producer->second];
  }

  void Pins() {
    std::vector<std::string> lines = {"input  wire ap_clk", "input  wire ap_rst_n"};
    const auto pin = [&](bool is_input, uint32_t width, const std::string& name) {
      lines.push_back(fmt::format("{} wire {}{}", is_input ? "input " : "output", Range(width),
                                  names_.Unique(name)));
    };
    names_.Unique("ap_clk");
    names_.Unique("ap_rst_n");
    names_.Unique("rst");
    for (const TopStream& stream : TopStreams(network_)) {
      for (const AxisSignal& signal : AxisSignals(stream.channel->payload)) {
        pin(stream.is_input, signal.pins, stream.name + "_" + signal.suffix);
      }
      pin(stream.is_input, 1, stream.name + "_TVALID");
      pin(!stream.is_input, 1, stream.name + "_TREADY");
    }
    for (const ScalarPort& port : network_.scalar_ports) {
      if (port.mode == ScalarMode::kWire) pin(port.is_input, port.width, port.name);
    }
    for (const AxiLiteBlock& block : blocks_) {
      for (const BusPin& bus : AxiLitePins(block.address_bits)) {
        pin(bus.is_input, bus.width, fmt::format("s_axi_{}_{}", block.bundle, bus.name));
      }
    }
    text_.Line(0, fmt::format("module {} (", top_));
    for (size_t i = 0; i < lines.size(); ++i) {
      text_.Line(2, lines[i] + (i + 1 < lines.size() ? "," : ""));
    }
    text_.Line(0, ");");
    text_.Line(2, "wire rst = ~ap_rst_n;");
    text_.Blank();
  }

  void Scalars() {
    std::set<size_t> read;
    for (const Instance& instance : network_.instances) {
      read.insert(instance.scalar_inputs.begin(), instance.scalar_inputs.end());
    }
    for (size_t i = 0; i < network_.scalar_ports.size(); ++i) {
      const ScalarPort& port = network_.scalar_ports[i];
      const bool is_wire = port.mode == ScalarMode::kWire;
      scalars_.push_back(is_wire ? Identifier(port.name) : names_.Unique(port.name));
      if (!is_wire) text_.Line(2, fmt::format("wire {}{};", Range(port.width), scalars_.back()));
      if (port.is_input && !read.contains(i)) unused_.push_back(scalars_.back());
    }
    for (const AxiLiteBlock& block : blocks_) {
      std::vector<std::string> connections = {".clk(ap_clk)", ".rst(rst)"};
      for (const AxiLiteRegister& reg : block.registers) {
        connections.push_back(fmt::format(
            ".{}({})", Identifier(network_.scalar_ports[reg.port].name), scalars_[reg.port]));
      }
      for (const BusPin& bus : AxiLitePins(block.address_bits)) {
        connections.push_back(fmt::format(
            ".{}({})", bus.name, Identifier(fmt::format("s_axi_{}_{}", block.bundle, bus.name))));
      }
      Place(block.module, "", names_.Unique(block.bundle), connections);
    }
  }

  void Place(const std::string& module, const std::string& parameters, const std::string& name,
             const std::vector<std::string>& connections, const SourceLocation& location = {}) {
    text_.Line(2, fmt::format("{} {}{} (", module, parameters, name), location);
    for (size_t i = 0; i < connections.size(); ++i) {
      text_.Line(4, connections[i] + (i + 1 < connections.size() ? "," : ""));
    }
    text_.Line(2, ");");
    text_.Blank();
  }

  Wire MakeWires(const std::string& name, uint32_t width, const SourceLocation& location) {
    Wire wire;
    wire.data = names_.Unique(name + "_data");
    wire.valid = names_.Unique(name + "_valid");
    wire.ready = names_.Unique(name + "_ready");
    text_.Line(2, fmt::format("wire {}{};", Range(width), wire.data), location);
    text_.Line(2, fmt::format("wire {};", wire.valid));
    text_.Line(2, fmt::format("wire {};", wire.ready));
    return wire;
  }

  // Wires at the consumer's end, and the producer's; pins of inputs are put together here.
  void Wires(size_t i) {
    const Channel& channel = network_.channels[i];
    const std::string name = Identifier(channel.name);
    Wire& consumer = consumers_[i];
    Wire& producer = producers_[i];
    if (channel.producer) {
      producer = MakeWires(name + "_push", channel.payload.bits, channel.location);
      if (Producer(channel)->stage > 0) {
        producer.reserve = names_.Unique(name + "_push_reserve");
        producer.cancel = names_.Unique(name + "_push_cancel");
        text_.Line(2, fmt::format("wire {};", producer.reserve));
        text_.Line(2, fmt::format("wire {};", producer.cancel));
      }
    }
    if (!channel.producer && !channel.consumer) return;
    consumer = MakeWires(name, channel.payload.bits, channel.location);
    if (channel.producer) return;
    std::vector<AxisSignal> signals = AxisSignals(channel.payload);
    std::sort(signals.begin(), signals.end(),
              [](const AxisSignal& a, const AxisSignal& b) { return a.low > b.low; });
    std::vector<std::string> parts;
    for (const AxisSignal& signal : signals) {
      const std::string pin = name + "_" + signal.suffix;
      parts.push_back(Select(pin, signal.pins, 0, signal.width));
      if (signal.pins > signal.width) {
        unused_.push_back(Select(pin, signal.pins, signal.width, signal.pins - signal.width));
      }
    }
    text_.Line(2, fmt::format("assign {} = {};", consumer.data,
                              parts.size() == 1 ? parts[0]
                                                : fmt::format("{{{}}}", fmt::join(parts, ", "))));
    text_.Line(2, fmt::format("assign {} = {}_TVALID;", consumer.valid, name));
    text_.Line(2, fmt::format("assign {}_TREADY = {} & ~rst;", name, consumer.ready));
  }

  void InstanceOf(size_t i) {
    const Instance& instance = network_.instances[i];
    const Process& process = *network_.processes[instance.process];
    const ProcessPorts& ports = ports_[instance.process];
    std::vector<std::string> connections = {".clk(ap_clk)", ".rst(rst)"};
    const auto stream = [&](const StreamPorts& port, const Wire& wire) {
      connections.push_back(fmt::format(".{}({})", port.data, wire.data));
      connections.push_back(fmt::format(".{}({})", port.valid, wire.valid));
      connections.push_back(fmt::format(".{}({})", port.ready, wire.ready));
      if (port.reserve.empty()) return;
      connections.push_back(fmt::format(".{}({})", port.reserve, wire.reserve));
      connections.push_back(fmt::format(".{}({})", port.cancel, wire.cancel));
    };
    for (size_t s = 0; s < ports.inputs.size(); ++s) {
      stream(ports.inputs[s], consumers_.at(instance.inputs[s]));
    }
    for (size_t s = 0; s < ports.outputs.size(); ++s) {
      stream(ports.outputs[s], producers_.at(instance.outputs[s]));
    }
    for (size_t s = 0; s < ports.scalar_inputs.size(); ++s) {
      connections.push_back(
          fmt::format(".{}({})", ports.scalar_inputs[s], scalars_[instance.scalar_inputs[s]]));
    }
    for (size_t s = 0; s < ports.scalar_outputs.size(); ++s) {
      connections.push_back(
          fmt::format(".{}({})", ports.scalar_outputs[s], scalars_[instance.scalar_outputs[s]]));
    }
    text_.Blank();
    Place(modules_[instance.process], "", names_.Unique("u_" + Identifier(instance.name)),
          connections, process.location);
  }

  void Fifo(size_t i) {
    const Channel& channel = network_.channels[i];
    if (!channel.producer) return;
    const Wire& in = producers_[i];
    const Wire& out = consumers_[i];
    const OutputSchedule& producer = *Producer(channel);
    const uint32_t depth = FifoDepth(channel, producer);
    const uint32_t width = channel.payload.bits;
    const bool is_block = FifoBodyFor(width, depth) == FifoBody::kBlock;
    (is_block ? uses_block_ : uses_fifo_) = true;
    const std::string name = Identifier(channel.name);
    const uint32_t words = is_block ? depth : std::max(depth - 1, 1U);
    const uint32_t address = std::max(BitsFor(words - 1), 1U);
    const uint32_t count = std::max(BitsFor(depth), 2U);
    std::string room = in.ready;
    if (producer.stage > 0) {
      uses_credit_ = true;
      room = names_.Unique(name + "_unread_room");
      text_.Line(2, fmt::format("wire {};", room));
      unused_.push_back(room);
      const std::string take = fmt::format("{} & {}", out.valid, out.ready);
      Place(FifoCreditModule(top_), fmt::format("#(.DEPTH({}), .COUNT({})) ", depth, count),
            names_.Unique("u_" + name + "_credit"),
            {".clk(ap_clk)", ".rst(rst)", fmt::format(".reserve({})", in.reserve),
             fmt::format(".cancel({})", in.cancel), fmt::format(".take({})", take),
             fmt::format(".room({})", in.ready)},
            channel.location);
    }
    Place(is_block ? FifoBlockModule(top_) : FifoModule(top_),
          fmt::format("#(.WIDTH({}), .DEPTH({}), .ADDRESS({}), .COUNT({})) ", width, depth, address,
                      count),
          names_.Unique("u_" + name + "_fifo"),
          {".clk(ap_clk)", ".rst(rst)", fmt::format(".in_data({})", in.data),
           fmt::format(".in_valid({})", in.valid), fmt::format(".in_ready({})", room),
           fmt::format(".out_data({})", out.data), fmt::format(".out_valid({})", out.valid),
           fmt::format(".out_ready({})", out.ready)},
          channel.location);
  }

  void OutputPins(size_t i) {
    const Channel& channel = network_.channels[i];
    if (!channel.producer || channel.consumer) return;
    const std::string name = Identifier(channel.name);
    const Wire& wire = consumers_[i];
    for (const AxisSignal& signal : AxisSignals(channel.payload)) {
      std::string value = Select(wire.data, channel.payload.bits, signal.low, signal.width);
      if (signal.pins > signal.width) {
        value = fmt::format("{{{}, {}}}", Literal(signal.pins - signal.width, 0), value);
      }
      text_.Line(2, fmt::format("assign {}_{} = {};", name, signal.suffix, value));
    }
    text_.Line(2, fmt::format("assign {}_TVALID = {};", name, wire.valid));
    text_.Line(2, fmt::format("assign {} = {}_TREADY;", wire.ready, name));
  }

  const Network& network_;
  const std::vector<Schedule>& schedules_;
  const std::string top_;
  const std::vector<std::string> modules_;
  const std::vector<AxiLiteBlock> blocks_;
  std::vector<ProcessPorts> ports_;
  std::vector<std::string> scalars_;
  std::map<size_t, Wire> consumers_;
  std::map<size_t, Wire> producers_;
  NameTable names_;
  Text text_;
  std::vector<std::string> unused_;
  bool uses_fifo_ = false;
  bool uses_block_ = false;
  bool uses_credit_ = false;
};

}  // namespace

uint32_t FifoDepth(const Channel& channel, const OutputSchedule& producer) {
  const uint32_t depth = std::max(channel.depth, 1U);
  // A reservation, the clocks until the push, and one for the room to come back.
  return producer.stage == 0 ? depth : std::max(depth, 2U) + producer.stage;
}

std::string EmitVerilog(const Network& network, const std::vector<Schedule>& schedules,
                        const EmitOptions& options) {
  VIREO_CHECK(schedules.size() == network.processes.size(), "each process has a schedule");
  std::string header = "// Emitted by vireo-hls";
  if (!options.source_comment.empty()) header += " from " + options.source_comment;
  header += ".\n";
  header += "// A clocked block's own variables are set by =, registers by <=.\n";
  header += "// verilator lint_off BLKSEQ\n";
  if (options.core) {
    VIREO_CHECK(network.processes.size() == 1, "a bare process is one process");
    return header +
           EmitProcessModule(Identifier(network.name), *network.processes[0], schedules[0]);
  }
  // Verilator would have one file for each module.
  header += "// verilator lint_off DECLFILENAME\n";
  return header + NetworkPrinter(network, schedules).Print();
}

}  // namespace vireo::compiler
