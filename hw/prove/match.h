// SPDX-License-Identifier: Apache-2.0
// Which register or memory of the Verilog holds which part of the source's state, by name.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hw/prove/btor.h"
#include "hw/prove/memory.h"
#include "hw/prove/source_ir.h"

namespace vireo::prove {

// A run of bits of a register or memory word, from the least significant on: the element
// first + address * step of a group.
struct BoundPart {
  size_t object = 0;
  size_t group = 0;
  uint64_t first = 0;
  uint64_t step = 0;  // 0 for registers
};

struct Binding {
  const BtorState* state = nullptr;
  std::vector<BoundPart> parts;
  uint64_t depth = 1;  // words of a memory
};

struct Match {
  std::vector<Binding> bindings;
  std::vector<const BtorState*> free;  // registers of the Verilog that are not state of the source
};

// Underscores at the ends dropped and runs of them joined: how names are compared.
std::string Normalise(const std::string& name);

Match MatchState(const Btor& btor, const SourceIr& ir, const std::vector<Object>& shape);

}  // namespace vireo::prove
