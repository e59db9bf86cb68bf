// SPDX-License-Identifier: Apache-2.0
// Random processes of every operation, for comparing emitted Verilog with the interpreter.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "hw/compiler/ir.h"

namespace vireo::compiler {

// Streams block, so that tokens do not depend on time. The first input is read in each firing.
std::unique_ptr<Process> RandomProcess(const std::string& name, uint64_t seed);

}  // namespace vireo::compiler
