// SPDX-License-Identifier: Apache-2.0
// The representation as text, for people who look inside and for tests.
#pragma once

#include <string>

#include "hw/compiler/ir.h"

namespace vireo::compiler {

// One line a node, in order, then what a firing leaves behind.
std::string DumpProcess(const Process& process);

// Instances, channels and pins.
std::string DumpNetwork(const Network& network);

}  // namespace vireo::compiler
