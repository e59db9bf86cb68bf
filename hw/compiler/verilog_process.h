// SPDX-License-Identifier: Apache-2.0
// The module of one process: ports, state, a section for each stage.
#pragma once

#include <string>

#include "hw/compiler/ir.h"
#include "hw/compiler/schedule.h"

namespace vireo::compiler {

// Ports: clk, rst, S_data, S_valid, S_ready of each stream, scalars by name. An input's S_ready
// says that its token is taken in this clock; an output's S_valid that a token is pushed, which
// its S_ready (room) allowed. Outputs that push in a later stage have S_reserve in stage 0, allowed
// by S_ready, and for each of them later either S_valid or S_cancel.
std::string EmitProcessModule(const std::string& module, const Process& process,
                              const Schedule& schedule);

}  // namespace vireo::compiler
