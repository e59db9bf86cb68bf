// SPDX-License-Identifier: Apache-2.0
// Rewrites a condition bit by bit so that sums over GF(2) become sorted sets, where equal ones
// meet.
//
// A SAT solver cannot see that a serial CRC is an XOR matrix; with every bit held as the set of the
// bits whose parity it is, both become the same set before the solver starts.
#pragma once

#include "hw/prove/terms.h"

namespace vireo::prove {

// guard and a != b, for terms of any one width and a guard of one bit, as a boolean; true or false
// where the sets decide it. With `cut`, what a and b have in common becomes free variables: if that
// has no solution, the original has none.
z3::expr XorDifference(const z3::expr& guard, const z3::expr& a, const z3::expr& b, bool cut);

}  // namespace vireo::prove
