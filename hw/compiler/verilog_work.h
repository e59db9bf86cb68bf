// SPDX-License-Identifier: Apache-2.0
// Prints what a stage does in the clocks in which it holds a firing: it loads pipeline registers,
// reads and writes memories, updates registers, checks assertions.
#pragma once

#include <cstdint>
#include <vector>

#include "hw/compiler/ir.h"
#include "hw/compiler/verilog_module.h"

namespace vireo::compiler {

// `nodes` are the nets that only this work needs, in an order in which operands come first. They
// are computed where they are needed, so that a stage without a firing costs a simulator nothing.
void PrintWork(VerilogModule& module, uint32_t stage, const std::vector<const Node*>& nodes);

}  // namespace vireo::compiler
