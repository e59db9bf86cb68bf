// SPDX-License-Identifier: Apache-2.0
// Finds what a top consists of: one process, or a network of processes and FIFOs (DATAFLOW).
#pragma once

#include <string>
#include <vector>

#include "hw/compiler/diagnostic.h"
#include "hw/compiler/ir.h"
#include "llvm/IR/Module.h"
#include "tl/expected.hpp"

namespace vireo::compiler {

struct LowerOptions {
  std::string name;           // module name of the top
  bool single_stage = false;  // no pipelining
};

// Lowers the module's top (see clang_driver.h) with all its processes. Warnings are appended also
// where lowering fails.
tl::expected<Network, Diagnostic> LowerTop(const llvm::Module& module, const LowerOptions& options,
                                           std::vector<Diagnostic>& warnings);

}  // namespace vireo::compiler
