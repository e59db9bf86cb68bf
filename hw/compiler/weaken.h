// SPDX-License-Identifier: Apache-2.0
// Conditions that are known early: over- and under-approximations built from what is ready.
#pragma once

#include <functional>

#include "hw/compiler/ir.h"

namespace vireo::compiler {

// A condition implied by `condition`, made only of nodes for which `ready` holds: what is not
// ready counts as true where it makes the condition true, and as false where it makes it false.
Node* Weaken(Graph& graph, Node* condition, const std::function<bool(const Node*)>& ready);

}  // namespace vireo::compiler
