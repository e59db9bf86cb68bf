// SPDX-License-Identifier: Apache-2.0
// What must not come after what within a process, as a graph for the scheduler, and its components.
//
// Vertices are the nodes of the process' graph, and one for each register's change, memory's write
// and output's push. Edges that lead back from a register's change to its reading, and from a
// memory's write to its reads, close the cycles of state: a strongly connected component is what
// has to stand in one stage.
#pragma once

#include <cstdint>
#include <vector>

#include "hw/compiler/ir.h"

namespace vireo::compiler {

class ScheduleGraph {
 public:
  struct Edge {
    uint32_t from;
    bool value;  // waits for the value of `from`; else only not earlier than `from`
  };

  // `closed_memories[m]`: reads and the write of memory m have to share a stage.
  ScheduleGraph(const Process& process, const std::vector<bool>& closed_memories);

  uint32_t RegisterVertex(size_t i) const { return nodes_ + static_cast<uint32_t>(i); }
  uint32_t MemoryVertex(size_t i) const {
    return registers_end_ - memories_ + static_cast<uint32_t>(i);
  }
  uint32_t OutputVertex(size_t i) const { return registers_end_ + static_cast<uint32_t>(i); }
  bool IsNode(uint32_t vertex) const { return vertex < nodes_; }
  bool IsRegister(uint32_t vertex) const {
    return vertex >= nodes_ && vertex < registers_end_ - memories_;
  }
  bool IsMemory(uint32_t vertex) const {
    return vertex >= registers_end_ - memories_ && vertex < registers_end_;
  }
  size_t IndexOf(uint32_t vertex) const;  // of the register, memory or output
  size_t size() const { return before_.size(); }

  const std::vector<Edge>& before(uint32_t vertex) const { return before_[vertex]; }

  // All that has any part in what the process does.
  const std::vector<bool>& live() const { return live_; }
  // Strongly connected components of live vertices, each after those it depends on; members by id.
  const std::vector<std::vector<uint32_t>>& components() const { return components_; }
  const std::vector<uint32_t>& component_of() const { return component_of_; }
  // `roots` and all that they depend on.
  std::vector<bool> Closure(const std::vector<uint32_t>& roots) const;

 private:
  void AddEdges(const Process& process, const std::vector<bool>& closed_memories);
  void FindComponents();

  uint32_t nodes_;
  uint32_t memories_;
  uint32_t registers_end_;  // past the vertices of registers and memories
  std::vector<std::vector<Edge>> before_;
  std::vector<bool> live_;
  std::vector<std::vector<uint32_t>> components_;
  std::vector<uint32_t> component_of_;
};

// Whether no firing changes register `index`: it can be read in any stage then.
bool IsConstant(const Process& process, size_t index);

}  // namespace vireo::compiler
