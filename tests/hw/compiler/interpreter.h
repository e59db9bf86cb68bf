// SPDX-License-Identifier: Apache-2.0
// Fires a process' graph in software, one firing after the other, as the reference of its Verilog.
#pragma once

#include <deque>
#include <vector>

#include "hw/compiler/ir.h"
#include "llvm/ADT/APInt.h"

namespace vireo::compiler {

class Interpreter {
 public:
  // State at reset; what has no reset value is 0.
  explicit Interpreter(const Process& process);

  // What stands at the ports before a firing, and what it did there.
  std::vector<std::deque<llvm::APInt>> inputs;   // tokens
  std::vector<bool> room;                        // of outputs
  std::vector<std::deque<llvm::APInt>> outputs;  // tokens pushed so far

  // False if the firing has to wait; nothing changes then.
  bool Fire();

 private:
  llvm::APInt Evaluate(const Node& node) const;
  const llvm::APInt& Of(const Node* node) const { return values_[node->id]; }

  const Process& process_;
  std::vector<llvm::APInt> registers_;
  std::vector<std::vector<llvm::APInt>> memories_;
  std::vector<llvm::APInt> values_;
};

}  // namespace vireo::compiler
