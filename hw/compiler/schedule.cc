// SPDX-License-Identifier: Apache-2.0
// The scheduler: components of state in topological order, each in the earliest stage it fits.

#include "hw/compiler/schedule.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw/compiler/activity.h"
#include "hw/compiler/check.h"
#include "hw/compiler/schedule_graph.h"
#include "hw/compiler/schedule_paths.h"
#include "hw/compiler/weaken.h"

namespace vireo::compiler {

namespace {

double Nanoseconds(Picoseconds ps) { return ps / 1000.0; }

class Scheduler {
 public:
  Scheduler(Process& process, const ScheduleOptions& options)
      : process_(process), options_(options) {
    result_.pipelined = options.pipeline;
    result_.clock = static_cast<Picoseconds>(options.clock_ns * 1000);
    usable_ = result_.clock - delay::kSetup - delay::kUncertainty;
    for (const Memory& memory : process.memories) {
      result_.memory_latency.push_back(options.pipeline ? memory.read_latency : 0);
    }
  }

  Schedule Run() {
    BuildGraph();
    PlaceAll();
    if (options_.pipeline) {
      MeetDistances();
    }
    Export();
    PlanOutputs();
    Paths();
    return std::move(result_);
  }

 private:
  using Edge = ScheduleGraph::Edge;

  bool IsLateRead(uint32_t vertex) const {
    if (!graph_->IsNode(vertex)) return false;
    const Node& node = process_.graph->nodes()[vertex];
    return node.op == Op::kMemoryRead && result_.memory_latency[node.index] > 0;
  }

  uint32_t ValueStage(uint32_t vertex) const {
    return stage_[vertex] +
           (IsLateRead(vertex) ? result_.memory_latency[process_.graph->nodes()[vertex].index] : 0);
  }

  // Builds the graph of constraints. A cycle that would have to wait for a synchronous read is an
  // error; to go on, that memory's reads count as asynchronous.
  void BuildGraph() {
    std::vector<bool> closed;
    closed.reserve(process_.memories.size());
    for (const Memory& memory : process_.memories) {
      closed.push_back(!options_.pipeline ||
                       (memory.dependence.checked && memory.dependence.distance <= 1));
    }
    graph_ = std::make_unique<ScheduleGraph>(process_, closed);
    stage_.assign(graph_->size(), 0);
    least_stage_.assign(graph_->size(), 0);
    timing_.assign(process_.graph->nodes().size(), {});
    if (!options_.pipeline) {
      first_stage_.assign(graph_->size(), true);
      return;
    }
    std::vector<uint32_t> roots;
    for (const InputStream& in : process_.inputs) {
      roots.push_back(in.pop->id);
      roots.push_back(in.wait->id);
    }
    for (const Node& node : process_.graph->nodes()) {
      if (node.op == Op::kStreamData || node.op == Op::kStreamValid || node.op == Op::kStreamRoom ||
          node.op == Op::kScalarIn) {
        roots.push_back(node.id);
      }
    }
    first_stage_ = graph_->Closure(roots);
    for (uint32_t v = 0; v < graph_->size(); ++v) {
      if (!graph_->live()[v]) continue;
      for (const Edge& edge : graph_->before(v)) {
        if (!edge.value || !IsLateRead(edge.from)) continue;
        if (graph_->component_of()[v] == graph_->component_of()[edge.from]) {
          RefuseLateRead(edge.from, false);
        } else if (first_stage_[v]) {
          RefuseLateRead(edge.from, true);
        }
      }
    }
    for (const Node* root : DecidingNodes()) {
      if (IsLateRead(root->id)) RefuseLateRead(root->id, true);
    }
  }

  // The nodes that decide whether streams are read.
  std::vector<const Node*> DecidingNodes() const {
    std::vector<const Node*> nodes;
    for (const InputStream& in : process_.inputs) {
      nodes.push_back(in.pop);
      nodes.push_back(in.wait);
    }
    return nodes;
  }

  void RefuseLateRead(uint32_t vertex, bool decides) {
    const Node& node = process_.graph->nodes()[vertex];
    const Memory& memory = process_.memories[node.index];
    const uint32_t latency = memory.read_latency;
    const uint32_t component = graph_->component_of()[vertex];
    const bool own_write = memory.write_enable != nullptr &&
                           component == graph_->component_of()[graph_->MemoryVertex(node.index)];
    Violation violation;
    violation.kind = Violation::Kind::kDependence;
    violation.location = node.location.line != 0 ? node.location : memory.location;
    if (decides) {
      violation.message = fmt::format(
          "whether a stream is read depends on memory '{}', whose data come {} clock(s) after the "
          "address: keep what decides about reading in a register, or the memory in LUTRAM "
          "(#pragma HLS BIND_STORAGE variable={} type=ram_2p impl=lutram)",
          memory.name, latency, memory.name);
    } else if (own_write) {
      violation.message = fmt::format(
          "what is written to memory '{}' depends on what the same firing reads from it, {} "
          "clock(s) after the address, and the next firing may read the same word: promise that "
          "it does not (#pragma HLS DEPENDENCE variable={} inter RAW distance=N true, or inter "
          "false), or hold it in LUTRAM (#pragma HLS BIND_STORAGE variable={} type=ram_2p "
          "impl=lutram)",
          memory.name, latency, memory.name, memory.name);
    } else {
      violation.message = fmt::format(
          "what the next firing needs depends on memory '{}', whose data come {} clock(s) after "
          "the address: no state may lie on a cycle through it; hold the memory in LUTRAM "
          "(#pragma HLS BIND_STORAGE variable={} type=ram_2p impl=lutram)",
          memory.name, latency, memory.name);
    }
    result_.violations.push_back(std::move(violation));
    result_.memory_latency[node.index] = 0;
  }

  void PlaceAll() {
    late_.clear();
    for (const std::vector<uint32_t>& members : graph_->components()) Place(members);
  }

  void Place(const std::vector<uint32_t>& members) {
    const uint32_t component = graph_->component_of()[members[0]];
    uint32_t stage = 0;
    bool first = false;
    for (const uint32_t member : members) {
      first = first || first_stage_[member];
      stage = std::max(stage, least_stage_[member]);
      for (const Edge& edge : graph_->before(member)) {
        if (graph_->component_of()[edge.from] == component) continue;
        stage = std::max(stage, edge.value ? ValueStage(edge.from) : stage_[edge.from]);
      }
    }
    if (first) stage = 0;
    Picoseconds over = Evaluate(members, stage);
    if (over > 0 && !first) {
      const Picoseconds later = Evaluate(members, stage + 1);
      if (later >= over) {
        Evaluate(members, stage);
      } else {
        over = later;
      }
    }
    if (over > 0) late_.push_back(component);
  }

  // Puts the vertices into a stage; by how much the worst of them misses the usable period.
  Picoseconds Evaluate(const std::vector<uint32_t>& members, uint32_t stage) {
    for (const uint32_t member : members) stage_[member] = stage;
    const auto of = [&](const Node& node) -> const Timing& { return TimingAt(node, stage); };
    Picoseconds worst = 0;
    for (const uint32_t member : members) {
      if (graph_->IsNode(member)) {
        const Node& node = process_.graph->nodes()[member];
        Timing& timing = timing_[member];
        if (IsLateRead(member)) {
          const Memory& memory = process_.memories[node.index];
          worst = std::max(worst, of(*node.operands[0]).arrival + MemorySetup(memory));
          timing = {.arrival = MemoryClockToOut(memory), .from = nullptr, .lut = {}};
        } else {
          timing = Arrive(node, process_.memories, of);
        }
        worst = std::max(worst, timing.arrival);
        continue;
      }
      for (const Edge& edge : graph_->before(member)) {
        if (!edge.value) continue;
        const Node& node = process_.graph->nodes()[edge.from];
        worst = std::max(worst, of(node).arrival + Margin(member, node));
      }
    }
    return worst - usable_;
  }

  const Timing& TimingAt(const Node& node, uint32_t stage) const {
    static const Timing kRegistered = {.arrival = delay::kClockToQ, .from = nullptr, .lut = {}};
    static const Timing kConstant;
    if (node.IsConst()) return kConstant;
    return ValueStage(node.id) < stage ? kRegistered : timing_[node.id];
  }

  // What a path has to leave between `node` and the end of the clock where `vertex` uses it.
  Picoseconds Margin(uint32_t vertex, const Node& node) const {
    if (graph_->IsRegister(vertex)) return 0;
    if (graph_->IsMemory(vertex)) return MemorySetup(process_.memories[graph_->IndexOf(vertex)]);
    const OutputStream& out = process_.outputs[graph_->IndexOf(vertex)];
    return &node == out.push ? delay::kStreamPort : delay::kLutramWrite;
  }

  // Delays reads of memories whose write may come only so many stages later, until that is met.
  void MeetDistances() {
    std::vector<uint32_t> least_gap(process_.memories.size(), UINT32_MAX);
    std::vector<int> attempts(process_.memories.size(), 0);
    for (bool changed = true; changed;) {
      changed = false;
      for (size_t m = 0; m < process_.memories.size(); ++m) {
        const Memory& memory = process_.memories[m];
        if (memory.write_enable == nullptr || !memory.dependence.checked ||
            memory.dependence.distance <= 1 || attempts[m] > 2) {
          continue;
        }
        const uint32_t write = stage_[graph_->MemoryVertex(m)];
        const uint32_t allowed = memory.dependence.distance - 1;
        uint32_t gap = 0;
        for (const Memory::Read& read : memory.reads) {
          const uint32_t vertex = read.result->id;
          gap = std::max(gap, write - stage_[vertex]);
          if (write - stage_[vertex] > allowed) {
            least_stage_[vertex] = std::max(least_stage_[vertex], write - allowed);
          }
        }
        if (gap <= allowed) continue;
        attempts[m] = gap < least_gap[m] ? 0 : attempts[m] + 1;
        least_gap[m] = std::min(least_gap[m], gap);
        if (attempts[m] > 2) {
          RefuseDistance(memory, least_gap[m] + 1);
        } else {
          changed = true;
        }
      }
      if (changed) PlaceAll();
    }
  }

  void RefuseDistance(const Memory& memory, uint32_t needed) {
    Violation violation;
    violation.kind = Violation::Kind::kDependence;
    violation.location = memory.location;
    violation.message = fmt::format(
        "memory '{}' is written {} clock(s) after it is read, but the source promises only that a "
        "word is read again {} firings later: promise distance={} if that holds, or shorten the "
        "path from the read to the write",
        memory.name, needed - 1, memory.dependence.distance, needed);
    result_.violations.push_back(std::move(violation));
  }

  void Export() {
    result_.stage.resize(timing_.size());
    result_.arrival.resize(timing_.size());
    for (uint32_t id = 0; id < timing_.size(); ++id) {
      result_.stage[id] = ValueStage(id);
      result_.arrival[id] = timing_[id].arrival;
      if (graph_->live()[id]) Extend(result_.stage[id]);
    }
    for (size_t i = 0; i < process_.registers.size(); ++i) {
      result_.register_stage.push_back(stage_[graph_->RegisterVertex(i)]);
      result_.latency = std::max(result_.latency, result_.register_stage.back());
    }
    for (size_t i = 0; i < process_.memories.size(); ++i) {
      result_.memory_stage.push_back(stage_[graph_->MemoryVertex(i)]);
      result_.latency = std::max(result_.latency, result_.memory_stage.back());
      std::vector<uint32_t>& reads = result_.read_stage.emplace_back();
      for (const Memory::Read& read : process_.memories[i].reads) {
        reads.push_back(stage_[read.result->id]);
      }
    }
    for (size_t i = 0; i < process_.outputs.size(); ++i) {
      result_.outputs.push_back({.stage = stage_[graph_->OutputVertex(i)]});
      result_.latency = std::max(result_.latency, result_.outputs.back().stage);
    }
    for (const Assertion& assertion : process_.assertions) {
      result_.assertion_stage.push_back(result_.stage[assertion.holds->id]);
    }
    Extend(result_.latency);
  }

  void Extend(uint32_t stage) { result_.stages = std::max(result_.stages, stage + 1); }

  // Which room is reserved in stage 0, and what the process waits for.
  void PlanOutputs() {
    for (const InputStream& in : process_.inputs) result_.waits.push_back(in.wait);
    Graph& graph = *process_.graph;
    for (size_t i = 0; i < process_.outputs.size(); ++i) {
      OutputStream& out = process_.outputs[i];
      OutputSchedule& plan = result_.outputs[i];
      Node* room = graph.Input(Op::kStreamRoom, 1, static_cast<uint32_t>(i));
      Measure();
      plan.wait = Early(out.wait);
      plan.exact_wait = plan.wait == out.wait;
      if (!plan.exact_wait) plan.wait = graph.And(plan.wait, graph.Not(room));
      plan.reserve = plan.stage == 0 ? out.push : Early(out.push);
      plan.exact_reserve = plan.reserve == out.push;
      // A firing without room does not push: no room, nothing to reserve.
      if (!plan.exact_reserve) plan.reserve = graph.And(plan.reserve, room);
      Measure();
      result_.waits.push_back(plan.wait);
    }
    MarkLive();
    result_.active = Activity(process_, result_);
    Measure();
    result_.live.resize(result_.stage.size(), false);
  }

  // `condition` if it is there in time to decide about a firing, else a weaker one that is.
  Node* Early(Node* condition) {
    const Picoseconds budget = usable_ - delay::kLut - delay::kStreamPort;
    const auto fits = [&](const Node* node, Picoseconds latest) {
      return node->IsConst() ||
             (result_.stage[node->id] == 0 && timing_[node->id].arrival <= latest);
    };
    if (!options_.pipeline) return condition;
    for (Picoseconds atoms = budget; atoms >= delay::kClockToQ; atoms -= delay::kLut) {
      Node* weak =
          Weaken(*process_.graph, condition, [&](const Node* n) { return fits(n, atoms); });
      Measure();
      if (fits(weak, budget)) return weak;
    }
    return process_.graph->True();
  }

  // Timing of nodes that were added for stage 0.
  void Measure() {
    const std::deque<Node>& nodes = process_.graph->nodes();
    const auto of = [&](const Node& node) -> const Timing& {
      static const Timing kConstant;
      return node.IsConst() ? kConstant : timing_[node.id];
    };
    for (size_t id = timing_.size(); id < nodes.size(); ++id) {
      timing_.push_back(Arrive(nodes[id], process_.memories, of));
      uint32_t stage = 0;
      for (const Node* operand : nodes[id].operands) {
        stage = std::max(stage, result_.stage[operand->id]);
      }
      result_.stage.push_back(stage);
      result_.arrival.push_back(timing_.back().arrival);
    }
  }

  // What is left of the process once conditions are weakened.
  void MarkLive() {
    std::vector<const Node*> open(result_.waits.begin(), result_.waits.end());
    for (const InputStream& in : process_.inputs) open.push_back(in.pop);
    for (const OutputSchedule& out : result_.outputs) open.push_back(out.reserve);
    for (const OutputStream& out : process_.outputs) {
      open.push_back(out.push);
      open.push_back(out.data);
    }
    for (size_t i = 0; i < process_.registers.size(); ++i) {
      if (!IsConstant(process_, i)) open.push_back(process_.registers[i].next);
    }
    for (const Memory& memory : process_.memories) {
      if (memory.write_enable == nullptr) continue;
      open.insert(open.end(), {memory.write_enable, memory.write_address, memory.write_data});
    }
    for (const Assertion& assertion : process_.assertions) open.push_back(assertion.holds);
    result_.live.assign(process_.graph->nodes().size(), false);
    while (!open.empty()) {
      const Node* node = open.back();
      open.pop_back();
      if (result_.live[node->id]) continue;
      result_.live[node->id] = true;
      open.insert(open.end(), node->operands.begin(), node->operands.end());
    }
  }

  void Paths() {
    const PathFinder finder(process_, result_, timing_);
    result_.stage_path = finder.StagePaths();
    // One complaint for each cycle of state, and one for the rest of each stage.
    std::vector<bool> told(result_.stages, false);
    for (const uint32_t component : late_) {
      const std::vector<uint32_t>& members = graph_->components()[component];
      if (members.size() == 1) continue;
      std::vector<std::string> states;
      SourceLocation location;
      for (const uint32_t member : members) {
        if (graph_->IsNode(member)) continue;
        const size_t index = graph_->IndexOf(member);
        const bool is_register = graph_->IsRegister(member);
        states.push_back(is_register ? "'" + process_.registers[index].name + "'"
                                     : "'" + process_.memories[index].name + "'");
        if (location.line == 0) {
          location =
              is_register ? process_.registers[index].location : process_.memories[index].location;
        }
      }
      const uint32_t stage = stage_[members[0]];
      Path path = finder.Worst(members, *graph_);
      const Picoseconds slack = result_.clock - path.period;
      if (slack >= 0) continue;
      told[stage] = told[stage] || path.period == result_.stage_path[stage].period;
      const std::string names =
          states.size() > 4
              ? fmt::format("{} and {} more", fmt::join(states.begin(), states.begin() + 4, ", "),
                            states.size() - 4)
              : fmt::format("{}", fmt::join(states, ", "));
      result_.violations.push_back(
          {.kind = Violation::Kind::kTiming,
           .location = location,
           .message = fmt::format(
               "the cycle of state through {} takes {:.2f} ns by the delay proxy, {:.2f} ns more "
               "than the clock: compute ahead of it what does not depend on the state, or split "
               "the state over two processes",
               names, Nanoseconds(path.period), Nanoseconds(-slack)),
           .path = std::move(path),
           .slack = slack});
    }
    for (uint32_t stage = 0; stage < result_.stages; ++stage) {
      const Path& path = result_.stage_path[stage];
      const Picoseconds slack = result_.clock - path.period;
      if (slack >= 0 || told[stage] || !options_.pipeline) continue;
      result_.violations.push_back(
          {.kind = Violation::Kind::kTiming,
           .location = path.location,
           .message = fmt::format(
               "the path to {} in stage {} takes {:.2f} ns by the delay proxy, {:.2f} ns more than "
               "the clock: {}",
               path.end, stage, Nanoseconds(path.period), Nanoseconds(-slack),
               stage == 0 && path.steps.size() > 2
                   ? "what decides whether streams are read cannot be pipelined; make it "
                     "depend on less"
                   : "one operation on it is longer than the clock, and registers stand only "
                     "between operations; narrow it, or do it in steps over several firings"),
           .path = path,
           .slack = slack});
    }
  }

  Process& process_;
  const ScheduleOptions options_;
  Schedule result_;
  Picoseconds usable_ = 0;
  std::unique_ptr<ScheduleGraph> graph_;
  std::vector<bool> first_stage_;      // has to stand in stage 0
  std::vector<uint32_t> least_stage_;  // by vertex: not before this one
  std::vector<uint32_t> stage_;        // by vertex: in which it acts (reads: of the address)
  std::vector<Timing> timing_;         // by node, in the stage where its value is there
  std::vector<uint32_t> late_;         // components that miss the clock
};

}  // namespace

Schedule ScheduleProcess(Process& process, const ScheduleOptions& options) {
  return Scheduler(process, options).Run();
}

const Path& Schedule::critical_path() const {
  VIREO_CHECK(!stage_path.empty(), "a schedule has a stage");
  return *std::max_element(stage_path.begin(), stage_path.end(),
                           [](const Path& a, const Path& b) { return a.period < b.period; });
}

bool Schedule::has_errors() const {
  return std::any_of(violations.begin(), violations.end(),
                     [](const Violation& v) { return v.kind == Violation::Kind::kDependence; });
}

}  // namespace vireo::compiler
