// SPDX-License-Identifier: Apache-2.0
// Decides whether a condition can hold, by z3.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "hw/prove/terms.h"

namespace vireo::prove {

enum class Verdict { kImpossible, kPossible, kUnknown };

// Values of the free variables under which the condition holds.
struct Assignment {
  z3::expr_vector variables{Z3()};
  z3::expr_vector values{Z3()};

  // A term's value; variables that do not matter are zero.
  z3::expr Value(const z3::expr& term) const;
};

struct Answer {
  Verdict verdict = Verdict::kUnknown;
  Assignment assignment;
  const char* method = "";
};

// Whether a and b can differ under a guard of one bit. Arrays are only read (select of a constant).
Answer Decide(const z3::expr& guard, const z3::expr& a, const z3::expr& b, double seconds);

// The free variables of a term.
z3::expr_vector FreeVariables(const z3::expr& term);

}  // namespace vireo::prove
