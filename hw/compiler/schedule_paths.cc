// SPDX-License-Identifier: Apache-2.0
// Where paths end: registers, memory ports, streams, pipeline registers, the decision to fire.

#include "hw/compiler/schedule_paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace vireo::compiler {

Path PathFinder::Trace(const End& end) const {
  Path path;
  path.end = end.name;
  path.period = end.period;
  path.stage = end.stage;
  path.location = end.location;
  const Node* node = end.node;
  while (node != nullptr && schedule_.stage[node->id] == end.stage) {
    const Timing& timing = timing_[node->id];
    // A wire says where a value stood, not that anything took time.
    const bool is_wire = IsWiring(node->op) && timing.from != nullptr &&
                         timing_[timing.from->id].arrival == timing.arrival;
    if (!is_wire) path.steps.push_back({node, timing.arrival});
    node = timing.from;
  }
  if (node != nullptr && !node->IsConst()) path.steps.push_back({node, delay::kClockToQ});
  std::reverse(path.steps.begin(), path.steps.end());
  return path;
}

void PathFinder::AddEnd(std::vector<End>& ends, const Node* node, uint32_t stage,
                        Picoseconds margin, std::string name,
                        const SourceLocation& location) const {
  const bool is_registered = node->IsConst() || schedule_.stage[node->id] < stage;
  const Picoseconds arrival = is_registered ? delay::kClockToQ : timing_[node->id].arrival;
  ends.push_back({node, stage, arrival + margin + delay::kSetup + delay::kUncertainty,
                  std::move(name), location});
}

void PathFinder::AddRegister(std::vector<End>& ends, size_t i) const {
  if (IsConstant(process_, i)) return;
  const Register& reg = process_.registers[i];
  AddEnd(ends, reg.next, schedule_.register_stage[i], 0, "register " + reg.name, reg.location);
}

void PathFinder::AddMemory(std::vector<End>& ends, size_t i) const {
  const Memory& memory = process_.memories[i];
  const Picoseconds setup = MemorySetup(memory);
  if (memory.write_enable != nullptr) {
    for (const Node* node : {memory.write_enable, memory.write_address, memory.write_data}) {
      AddEnd(ends, node, schedule_.memory_stage[i], setup, "the write of memory " + memory.name,
             memory.location);
    }
  }
  if (schedule_.memory_latency[i] == 0) return;
  for (size_t r = 0; r < memory.reads.size(); ++r) {
    const Memory::Read& read = memory.reads[r];
    AddEnd(ends, read.result->operands[0], schedule_.read_stage[i][r], setup,
           "the address of memory " + memory.name, read.location);
  }
}

void PathFinder::AddFiring(std::vector<End>& ends) const {
  const auto of = [&](const Node& node) -> const Timing& {
    static const Timing kConstant;
    return node.IsConst() ? kConstant : timing_[node.id];
  };
  const auto add = [&](const Node* term, Picoseconds margin, std::string name,
                       const SourceLocation& location) {
    std::vector<const Node*> terms(schedule_.waits.begin(), schedule_.waits.end());
    if (term != nullptr) terms.push_back(term);
    const Timing timing = ArriveAnd(terms, of);
    const Node* last = timing.from;
    for (const Timing::Input& input : timing.lut) {
      if (input.arrival + delay::kLut == timing.arrival) last = input.node;
    }
    if (last == nullptr) return;
    ends.push_back({last, 0, timing.arrival + margin + delay::kSetup + delay::kUncertainty,
                    std::move(name), location});
  };
  uint32_t bits = 0;
  for (size_t i = 0; i < process_.registers.size(); ++i) {
    if (schedule_.register_stage[i] == 0) bits += process_.registers[i].width;
  }
  add(nullptr, delay::kClockEnable + FanoutDelay(bits / 8), "the decision to fire",
      process_.location);
  for (const InputStream& in : process_.inputs) {
    add(in.pop, delay::kStreamPort, "the reading of stream " + in.name, in.location);
  }
  for (size_t i = 0; i < process_.outputs.size(); ++i) {
    const OutputStream& out = process_.outputs[i];
    const OutputSchedule& plan = schedule_.outputs[i];
    add(plan.reserve, delay::kStreamPort, "the room in stream " + out.name, out.location);
    AddEnd(ends, out.push, plan.stage, delay::kStreamPort, "the write of stream " + out.name,
           out.location);
    AddEnd(ends, out.data, plan.stage, delay::kLutramWrite, "the data of stream " + out.name,
           out.location);
  }
}

std::vector<Path> PathFinder::StagePaths() const {
  std::vector<End> ends;
  AddFiring(ends);
  for (size_t i = 0; i < process_.registers.size(); ++i) AddRegister(ends, i);
  for (size_t i = 0; i < process_.memories.size(); ++i) AddMemory(ends, i);
  for (const Node& node : process_.graph->nodes()) {
    if (!schedule_.live[node.id] || node.IsConst()) continue;
    AddEnd(ends, &node, schedule_.stage[node.id], 0, "a pipeline register", node.location);
  }
  std::vector<Path> paths;
  for (uint32_t stage = 0; stage < schedule_.stages; ++stage) {
    const End* worst = nullptr;
    for (const End& end : ends) {
      if (end.stage == stage && (worst == nullptr || end.period > worst->period)) worst = &end;
    }
    Path none;
    none.stage = stage;
    none.end = "a pipeline register";
    none.period = delay::kClockToQ + delay::kSetup + delay::kUncertainty;
    paths.push_back(worst != nullptr ? Trace(*worst) : none);
  }
  return paths;
}

Path PathFinder::Worst(const std::vector<uint32_t>& members, const ScheduleGraph& graph) const {
  std::vector<End> ends;
  for (const uint32_t member : members) {
    if (graph.IsRegister(member)) AddRegister(ends, graph.IndexOf(member));
    if (graph.IsMemory(member)) AddMemory(ends, graph.IndexOf(member));
  }
  if (ends.empty()) return {};
  return Trace(*std::max_element(ends.begin(), ends.end(),
                                 [](const End& a, const End& b) { return a.period < b.period; }));
}

std::string FormatPath(const Path& path) {
  std::string text;
  for (const PathStep& step : path.steps) {
    const Node& node = *step.node;
    const std::string place = node.location.line == 0
                                  ? ""
                                  : fmt::format("{}:{}  ", node.location.file, node.location.line);
    fmt::format_to(std::back_inserter(text), "  {:5.2f} ns  {}{}{}\n", step.arrival / 1000.0, place,
                   node.name.empty() ? "" : node.name + " ", fmt::format("({})", OpName(node.op)));
  }
  fmt::format_to(std::back_inserter(text), "  {:5.2f} ns  {}, with setup and uncertainty\n",
                 path.period / 1000.0, path.end);
  return text;
}

}  // namespace vireo::compiler
