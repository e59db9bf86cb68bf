// SPDX-License-Identifier: Apache-2.0
// Rebuilds a process' graph with only what matters, in an order that follows the data.
#pragma once

#include <cstdint>
#include <vector>

#include "hw/compiler/ir.h"
#include "hw/compiler/state_memory.h"

namespace vireo::compiler {

// - Registers and memories that nothing outside depends on go; a register that never changes is
//   its reset value.
// - Memory ports are joined as `plans` say, and memories of a group whose ports agree become one.
// - Streams are renumbered: `stream_index` maps the numbers that nodes carry to those of the
//   process' inputs and outputs.
void Compact(Process& process, const std::vector<uint32_t>& stream_index,
             const std::vector<MemoryPlan>& plans);

}  // namespace vireo::compiler
