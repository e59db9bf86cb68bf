// SPDX-License-Identifier: Apache-2.0
// Which bits of which values each stage of a scheduled process needs, hence its pipeline registers.
//
// Wiring (extensions, concatenations, extracts, NOT) is never piped: it is repeated in the stage
// that uses it, from piped operands; so only bits that something uses are registered.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "hw/compiler/ir.h"
#include "hw/compiler/schedule.h"
#include "llvm/ADT/APInt.h"

namespace vireo::compiler {

struct BitRange {
  uint32_t low = 0;
  uint32_t width = 0;
};

class Piping {
 public:
  Piping(const Process& process, const Schedule& schedule);

  // Bits of the node that anything computed in `stage` uses; null: none.
  const llvm::APInt* Need(const Node& node, uint32_t stage) const;
  // Bits that have to be there at the beginning of `stage`, in adjacent runs from low to high.
  std::vector<BitRange> Runs(const Node& node, uint32_t stage) const;
  // The last stage that uses any bit.
  uint32_t LastStage(const Node& node) const;
  // Whether the node is stored between stages if a later one needs it.
  bool IsPiped(const Node& node) const;
  // Flip-flops of all pipeline registers.
  uint64_t TotalBits() const;

 private:
  void Want(const Node& node, uint32_t stage, const llvm::APInt& bits);
  void Want(const Node& node, uint32_t stage) {
    Want(node, stage, llvm::APInt::getAllOnes(node.width));
  }
  void WantOperands(const Node& node, uint32_t stage, const llvm::APInt& bits);
  void Roots();

  const Process& process_;
  const Schedule& schedule_;
  std::vector<std::map<uint32_t, llvm::APInt>> need_;  // by node: stage to bits
};

}  // namespace vireo::compiler
