// SPDX-License-Identifier: Apache-2.0
// Which firings of a process do anything at all.
//
// A process that finds nothing to do fires in each clock all the same. A simulator need not compute
// what such a firing would change, for it changes nothing.
#pragma once

#include "hw/compiler/ir.h"
#include "hw/compiler/schedule.h"

namespace vireo::compiler {

// A condition of stage 0: it holds in each firing that takes or gives a token, reserves room, or
// changes a register or a memory. Adds nodes to the graph; `schedule` has stages up to outputs.
Node* Activity(Process& process, const Schedule& schedule);

}  // namespace vireo::compiler
