// SPDX-License-Identifier: Apache-2.0
// The longest paths of a schedule, back from where they end to where their clock begins.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hw/compiler/schedule.h"
#include "hw/compiler/schedule_graph.h"

namespace vireo::compiler {

class PathFinder {
 public:
  // `timing` by node, in the stage where its value is there.
  PathFinder(const Process& process, const Schedule& schedule, const std::vector<Timing>& timing)
      : process_(process), schedule_(schedule), timing_(timing) {}

  std::vector<Path> StagePaths() const;
  // The longest path that ends in the state among `members` of a component.
  Path Worst(const std::vector<uint32_t>& members, const ScheduleGraph& graph) const;

 private:
  struct End {
    const Node* node;
    uint32_t stage;
    Picoseconds period;
    std::string name;
    SourceLocation location;
  };
  Path Trace(const End& end) const;
  void AddEnd(std::vector<End>& ends, const Node* node, uint32_t stage, Picoseconds margin,
              std::string name, const SourceLocation& location) const;
  void AddRegister(std::vector<End>& ends, size_t i) const;
  void AddMemory(std::vector<End>& ends, size_t i) const;
  void AddFiring(std::vector<End>& ends) const;

  const Process& process_;
  const Schedule& schedule_;
  const std::vector<Timing>& timing_;
};

}  // namespace vireo::compiler
