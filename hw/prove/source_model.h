// SPDX-License-Identifier: Apache-2.0
// One firing of the source as terms: what it takes, what it gives, and the state after it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hw/prove/dependence.h"
#include "hw/prove/memory.h"
#include "hw/prove/source_ir.h"

namespace vireo::prove {

// The source's view of one stream. Conditions do not yet have the stall in them.
struct SourceStream {
  explicit SourceStream(const StreamDecl& decl);

  std::string name;
  std::vector<Leaf> leaves;
  uint32_t bits = 0;
  z3::expr status;                // valid of an input, room of an output; free
  z3::expr data;                  // of an input; free
  z3::expr read;                  // a read is reached
  z3::expr write;                 // a write is reached
  std::vector<z3::expr> written;  // the leaves of what is written
  std::vector<std::string> places;
};

// What a source must not do; inputs that do it are outside of the claim where it is needed.
struct Misuse {
  z3::expr condition;
  std::string what;
};

struct SourceModel {
  std::vector<SourceStream> streams;
  std::vector<Object> before;  // the state objects with free variables
  std::vector<Object> after;   // the same after the firing, if it is not stalled
  std::vector<Misuse> misuses;
  std::vector<Promise> promises;
  z3::expr stall = False();
  std::map<unsigned, z3::expr> undefined;  // free choices of the compiler, by term id
};

// The state objects without values; set Group::array for what is to be an array, then ask for the
// model.
std::vector<Object> StateShape(const SourceIr& ir);

// Values of the state after the initialisers. `known` is false for what they leave unset.
struct ResetValue {
  z3::expr value;
  bool known = false;
};
using ResetState = std::vector<std::vector<std::vector<ResetValue>>>;  // object, group, element
ResetState EvaluateReset(const SourceIr& ir);

SourceModel EvaluateFiring(const SourceIr& ir, std::vector<Object> shape);

}  // namespace vireo::prove
