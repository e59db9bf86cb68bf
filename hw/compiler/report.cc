// SPDX-License-Identifier: Apache-2.0
// Builds the report as JSON with stable order of keys.

#include "hw/compiler/report.h"

#include <nlohmann/json.hpp>

#include "hw/compiler/piping.h"
#include "hw/compiler/verilog_axilite.h"
#include "hw/compiler/verilog_ports.h"
#include "hw/compiler/verilog_runtime.h"
#include "hw/compiler/verilog_text.h"

namespace vireo::compiler {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kModel =
    "a proxy for UltraScale+ -2: LUT6 with route 0.45 ns, CARRY8 0.05 ns, clock to Q 0.08 ns, "
    "setup 0.05 ns, uncertainty 0.35 ns; of the order of AMD DS922/DS923, not calibrated against "
    "Vivado";

double Nanoseconds(Picoseconds ps) { return static_cast<double>(ps) / 1000.0; }

Json PlaceOf(const SourceLocation& location) {
  return location.line == 0 ? Json(nullptr) : Json(Place(location));
}

Json PathOf(const Path& path) {
  Json steps = Json::array();
  for (const PathStep& step : path.steps) {
    Json entry = {{"ns", Nanoseconds(step.arrival)}, {"op", OpName(step.node->op)}};
    if (!step.node->name.empty()) entry["name"] = step.node->name;
    if (step.node->location.line != 0) entry["at"] = Place(step.node->location);
    steps.push_back(std::move(entry));
  }
  return {{"stage", path.stage},
          {"ends_in", path.end},
          {"period_ns", Nanoseconds(path.period)},
          {"at", PlaceOf(path.location)},
          {"steps", std::move(steps)}};
}

Json PayloadOf(const Payload& payload) {
  Json leaves = Json::array();
  for (const Leaf& leaf : payload.leaves) {
    leaves.push_back({{"name", leaf.name},
                      {"low", leaf.bit_offset},
                      {"bits", leaf.bits},
                      {"signed", leaf.is_signed},
                      {"byte", leaf.byte_offset},
                      {"bytes", leaf.byte_size}});
  }
  return {{"type", payload.type},
          {"bits", payload.bits},
          {"axis", payload.is_axis},
          {"leaves", std::move(leaves)}};
}

const char* StyleName(StorageStyle style) {
  switch (style) {
    case StorageStyle::kBram: return "bram";
    case StorageStyle::kUram: return "uram";
    default: return "lutram";
  }
}

Json MemoryOf(const Process& process, const Schedule& schedule, size_t i) {
  const Memory& memory = process.memories[i];
  Json entry = {{"name", memory.name},
                {"width", memory.width},
                {"depth", memory.depth},
                {"style", StyleName(ResolvedStyle(memory))},
                {"read_latency", schedule.memory_latency[i]},
                {"read_stages", schedule.read_stage[i]},
                {"rom", memory.write_enable == nullptr}};
  if (memory.write_enable != nullptr) entry["write_stage"] = schedule.memory_stage[i];
  if (!memory.dependence.checked) {
    entry["dependence"] = "none";
  } else {
    entry["dependence"] = memory.dependence.distance;
  }
  entry["at"] = PlaceOf(memory.location);
  return entry;
}

Json ProcessOf(const Process& process, const Schedule& schedule, const std::string& module) {
  Json entry = {{"name", process.name},
                {"module", module},
                {"at", PlaceOf(process.location)},
                {"pipelined", schedule.pipelined},
                {"ii", 1},
                {"latency", schedule.latency},
                {"stages", schedule.latency + 1},
                {"estimated_period_ns", Nanoseconds(schedule.critical_path().period)},
                {"slack_ns", Nanoseconds(schedule.slack())},
                {"critical_path", PathOf(schedule.critical_path())}};
  Json stages = Json::array();
  for (const Path& path : schedule.stage_path) {
    stages.push_back({{"stage", path.stage},
                      {"period_ns", Nanoseconds(path.period)},
                      {"ends_in", path.end},
                      {"at", PlaceOf(path.location)}});
  }
  entry["stage_periods"] = std::move(stages);
  uint64_t state_bits = 0;
  Json registers = Json::array();
  for (size_t i = 0; i < process.registers.size(); ++i) {
    const Register& reg = process.registers[i];
    state_bits += reg.width;
    registers.push_back({{"name", reg.name},
                         {"width", reg.width},
                         {"stage", schedule.register_stage[i]},
                         {"at", PlaceOf(reg.location)}});
  }
  entry["state_bits"] = state_bits;
  entry["pipeline_register_bits"] = Piping(process, schedule).TotalBits();
  entry["registers"] = std::move(registers);
  entry["memories"] = Json::array();
  for (size_t i = 0; i < process.memories.size(); ++i) {
    entry["memories"].push_back(MemoryOf(process, schedule, i));
  }
  entry["inputs"] = Json::array();
  for (const InputStream& in : process.inputs) {
    entry["inputs"].push_back({{"name", in.name}, {"payload", PayloadOf(in.payload)}});
  }
  entry["outputs"] = Json::array();
  for (size_t i = 0; i < process.outputs.size(); ++i) {
    const OutputSchedule& plan = schedule.outputs[i];
    entry["outputs"].push_back({{"name", process.outputs[i].name},
                                {"payload", PayloadOf(process.outputs[i].payload)},
                                {"stage", plan.stage},
                                {"exact_reserve", plan.exact_reserve},
                                {"exact_wait", plan.exact_wait}});
  }
  entry["violations"] = Json::array();
  for (const Violation& violation : schedule.violations) {
    Json item = {{"kind", violation.kind == Violation::Kind::kTiming ? "timing" : "dependence"},
                 {"at", PlaceOf(violation.location)},
                 {"message", violation.message}};
    if (violation.kind == Violation::Kind::kTiming) {
      item["slack_ns"] = Nanoseconds(violation.slack);
      item["path"] = PathOf(violation.path);
    }
    entry["violations"].push_back(std::move(item));
  }
  return entry;
}

// An end of a channel: "instance.stream", or null at a pin of the top.
Json EndOf(const Network& network, const std::optional<std::pair<size_t, size_t>>& end,
           bool is_producer) {
  if (!end) return nullptr;
  const Instance& instance = network.instances[end->first];
  const Process& process = *network.processes[instance.process];
  const std::string& stream =
      is_producer ? process.outputs[end->second].name : process.inputs[end->second].name;
  return instance.name + "." + stream;
}

Json FifosOf(const Network& network, const std::vector<Schedule>& schedules) {
  Json fifos = Json::array();
  for (const Channel& channel : network.channels) {
    if (!channel.producer) continue;
    const Instance& instance = network.instances[channel.producer->first];
    const OutputSchedule& producer = schedules[instance.process].outputs[channel.producer->second];
    const uint32_t depth = FifoDepth(channel, producer);
    const bool is_block = FifoBodyFor(channel.payload.bits, depth) == FifoBody::kBlock;
    fifos.push_back({{"name", channel.name},
                     {"width", channel.payload.bits},
                     {"depth", depth},
                     {"asked_depth", channel.depth},
                     {"credits", producer.stage > 0},
                     {"style", is_block ? "bram" : "lutram"},
                     {"producer", EndOf(network, channel.producer, true)},
                     {"consumer", EndOf(network, channel.consumer, false)}});
  }
  return fifos;
}

Json ScalarsOf(const Network& network) {
  Json scalars = Json::array();
  for (const ScalarPort& port : network.scalar_ports) {
    scalars.push_back({{"name", port.name},
                       {"width", port.width},
                       {"direction", port.is_input ? "in" : "out"},
                       {"mode", port.mode == ScalarMode::kWire ? "wire" : "axilite"}});
  }
  for (const AxiLiteBlock& block : AxiLiteBlocks(network)) {
    for (const AxiLiteRegister& reg : block.registers) {
      scalars[reg.port]["bundle"] = block.bundle;
      scalars[reg.port]["offset"] = reg.offset;
    }
  }
  return scalars;
}

}  // namespace

std::string EmitReport(const Network& network, const std::vector<Schedule>& schedules,
                       const EmitOptions& options) {
  Json report = {
      {"top", Identifier(network.name)}, {"core", options.core}, {"delay_model", kModel}};
  report["clock_ns"] = schedules.empty() ? 0.0 : Nanoseconds(schedules[0].clock);
  report["ports"] = Json::array();
  if (options.core) {
    const Process& process = *network.processes[0];
    for (const InputStream& in : process.inputs) {
      report["ports"].push_back(
          {{"name", in.name}, {"direction", "in"}, {"payload", PayloadOf(in.payload)}});
    }
    for (const OutputStream& out : process.outputs) {
      report["ports"].push_back(
          {{"name", out.name}, {"direction", "out"}, {"payload", PayloadOf(out.payload)}});
    }
  } else {
    for (const TopStream& stream : TopStreams(network)) {
      Json signals = Json::array();
      for (const AxisSignal& signal : AxisSignals(stream.channel->payload)) {
        signals.push_back({{"pin", stream.name + "_" + signal.suffix},
                           {"low", signal.low},
                           {"bits", signal.width},
                           {"pins", signal.pins}});
      }
      report["ports"].push_back({{"name", stream.name},
                                 {"direction", stream.is_input ? "in" : "out"},
                                 {"signals", std::move(signals)},
                                 {"payload", PayloadOf(stream.channel->payload)}});
    }
    report["scalars"] = ScalarsOf(network);
  }
  report["processes"] = Json::array();
  const std::vector<std::string> modules = ProcessModuleNames(network);
  for (size_t i = 0; i < network.processes.size(); ++i) {
    report["processes"].push_back(ProcessOf(*network.processes[i], schedules[i],
                                            options.core ? Identifier(network.name) : modules[i]));
  }
  if (!options.core) {
    report["instances"] = Json::array();
    for (const Instance& instance : network.instances) {
      report["instances"].push_back(
          {{"name", instance.name}, {"process", network.processes[instance.process]->name}});
    }
    report["fifos"] = FifosOf(network, schedules);
  }
  return report.dump(2) + "\n";
}

}  // namespace vireo::compiler
