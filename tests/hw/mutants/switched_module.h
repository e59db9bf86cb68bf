// SPDX-License-Identifier: Apache-2.0
// One module that holds the original and many mutants, so that one model runs them all.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "tests/hw/mutants/mutation.h"

namespace vireo::testing {

// The file with a switch in module `module`: the DPI function `int vireo_mutant()`, asked once when
// the model starts, says which mutation acts; 1 is the first, and with 0 the module is the
// original.
std::string SwitchedModule(std::string_view verilog, const std::string& module,
                           std::span<const Mutation> mutations);

}  // namespace vireo::testing
