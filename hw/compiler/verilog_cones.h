// SPDX-License-Identifier: Apache-2.0
// What a stage's nets are for: to decide about streams, to make tokens, or to change state.
#pragma once

#include <cstdint>
#include <set>

#include "hw/compiler/ir.h"
#include "hw/compiler/piping.h"
#include "hw/compiler/schedule.h"

namespace vireo::compiler {

class StageCones {
 public:
  StageCones(const Process& process, const Schedule& schedule, const Piping& piping,
             uint32_t stage);

  // Waits, pops and pushes depend on it: it has to be right in each clock.
  bool Decides(const Node& node) const { return control_.contains(node.id); }
  // Another node, of which the tokens given in this stage are made.
  bool Gives(const Node& node) const { return data_.contains(node.id); }

 private:
  void Collect(const Node& root, std::set<uint32_t>& cone) const;

  const Schedule& schedule_;
  const Piping& piping_;
  uint32_t stage_;
  std::set<uint32_t> control_, data_;  // node ids
};

}  // namespace vireo::compiler
