// SPDX-License-Identifier: Apache-2.0
// The scheduler's graph: edges of a process, and Tarjan's components without recursion.

#include "hw/compiler/schedule_graph.h"

#include <algorithm>

namespace vireo::compiler {

bool IsConstant(const Process& process, size_t index) {
  const Node* next = process.registers[index].next;
  return next == nullptr || (next->op == Op::kRegister && next->index == index);
}

ScheduleGraph::ScheduleGraph(const Process& process, const std::vector<bool>& closed_memories)
    : nodes_(static_cast<uint32_t>(process.graph->nodes().size())),
      memories_(static_cast<uint32_t>(process.memories.size())),
      registers_end_(nodes_ + static_cast<uint32_t>(process.registers.size()) + memories_),
      before_(registers_end_ + process.outputs.size()) {
  AddEdges(process, closed_memories);
  std::vector<uint32_t> roots;
  for (uint32_t v = nodes_; v < size(); ++v) roots.push_back(v);
  for (const InputStream& in : process.inputs) {
    roots.push_back(in.pop->id);
    roots.push_back(in.wait->id);
  }
  for (const OutputStream& out : process.outputs) roots.push_back(out.wait->id);
  for (const Assertion& assertion : process.assertions) roots.push_back(assertion.holds->id);
  live_ = Closure(roots);
  FindComponents();
}

size_t ScheduleGraph::IndexOf(uint32_t vertex) const {
  if (IsRegister(vertex)) return vertex - nodes_;
  if (IsMemory(vertex)) return vertex - (registers_end_ - memories_);
  return vertex - registers_end_;
}

void ScheduleGraph::AddEdges(const Process& process, const std::vector<bool>& closed_memories) {
  for (const Node& node : process.graph->nodes()) {
    for (const Node* operand : node.operands) before_[node.id].push_back({operand->id, true});
    if (node.op == Op::kRegister && !IsConstant(process, node.index)) {
      before_[node.id].push_back({RegisterVertex(node.index), false});
      before_[RegisterVertex(node.index)].push_back({node.id, false});
    }
  }
  for (size_t i = 0; i < process.registers.size(); ++i) {
    if (IsConstant(process, i)) continue;
    before_[RegisterVertex(i)].push_back({process.registers[i].next->id, true});
  }
  for (size_t i = 0; i < process.memories.size(); ++i) {
    const Memory& memory = process.memories[i];
    if (memory.write_enable == nullptr) continue;
    const uint32_t write = MemoryVertex(i);
    for (const Node* node : {memory.write_enable, memory.write_address, memory.write_data}) {
      before_[write].push_back({node->id, true});
    }
    for (const Memory::Read& read : memory.reads) {
      before_[write].push_back({read.result->id, false});
      if (closed_memories[i]) before_[read.result->id].push_back({write, false});
    }
  }
  for (size_t i = 0; i < process.outputs.size(); ++i) {
    before_[OutputVertex(i)].push_back({process.outputs[i].push->id, true});
    before_[OutputVertex(i)].push_back({process.outputs[i].data->id, true});
  }
}

std::vector<bool> ScheduleGraph::Closure(const std::vector<uint32_t>& roots) const {
  std::vector<bool> reached(size(), false);
  std::vector<uint32_t> open = roots;
  for (const uint32_t root : roots) reached[root] = true;
  while (!open.empty()) {
    const uint32_t vertex = open.back();
    open.pop_back();
    for (const Edge& edge : before_[vertex]) {
      if (reached[edge.from]) continue;
      reached[edge.from] = true;
      open.push_back(edge.from);
    }
  }
  return reached;
}

void ScheduleGraph::FindComponents() {
  constexpr uint32_t kNone = UINT32_MAX;
  std::vector<uint32_t> order(size(), kNone);
  std::vector<uint32_t> lowest(size(), kNone);
  std::vector<uint32_t> stack;
  std::vector<std::pair<uint32_t, size_t>> walk;  // vertex, next edge
  component_of_.assign(size(), kNone);
  uint32_t counter = 0;
  const auto enter = [&](uint32_t vertex) {
    order[vertex] = lowest[vertex] = counter++;
    stack.push_back(vertex);
    walk.emplace_back(vertex, 0);
  };
  for (uint32_t start = 0; start < size(); ++start) {
    if (!live_[start] || order[start] != kNone) continue;
    enter(start);
    while (!walk.empty()) {
      const uint32_t vertex = walk.back().first;
      if (walk.back().second < before_[vertex].size()) {
        const uint32_t next = before_[vertex][walk.back().second++].from;
        if (order[next] == kNone) {
          enter(next);
        } else if (component_of_[next] == kNone) {
          lowest[vertex] = std::min(lowest[vertex], order[next]);
        }
        continue;
      }
      walk.pop_back();
      if (!walk.empty()) {
        uint32_t& parent = lowest[walk.back().first];
        parent = std::min(parent, lowest[vertex]);
      }
      if (lowest[vertex] != order[vertex]) continue;
      std::vector<uint32_t>& members = components_.emplace_back();
      uint32_t member;
      do {
        member = stack.back();
        stack.pop_back();
        component_of_[member] = static_cast<uint32_t>(components_.size() - 1);
        members.push_back(member);
      } while (member != vertex);
      std::sort(members.begin(), members.end());
    }
  }
}

}  // namespace vireo::compiler
