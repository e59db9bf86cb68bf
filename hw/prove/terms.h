// SPDX-License-Identifier: Apache-2.0
// Bit-vector terms with the light folding that keeps byte-wise state access readable for the
// solver.
#pragma once

#include <z3++.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace vireo::prove {

// What the user can cause and the prover cannot go on after; what() is a sentence.
class ProveError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The one z3 context of the process.
z3::context& Z3();

inline uint32_t Width(const z3::expr& e) { return e.get_sort().bv_size(); }

z3::expr Number(uint64_t value, uint32_t width);
z3::expr Number(const std::string& decimal, uint32_t width);
z3::expr Variable(const std::string& name, uint32_t width);

// Conditions are bit-vectors of one bit on both sides.
z3::expr True();
z3::expr False();
bool IsTrue(const z3::expr& bit);
bool IsFalse(const z3::expr& bit);
z3::expr ToBool(const z3::expr& bit);
z3::expr ToBit(const z3::expr& boolean);
z3::expr Not(const z3::expr& bit);
z3::expr And(const z3::expr& a, const z3::expr& b);
z3::expr Or(const z3::expr& a, const z3::expr& b);
z3::expr Choose(const z3::expr& bit, const z3::expr& then_value, const z3::expr& else_value);
z3::expr Equal(const z3::expr& a, const z3::expr& b);
// The term where a condition holds: choices at its top that the condition makes are made.
z3::expr Given(const z3::expr& term, const z3::expr& condition);

z3::expr Extract(const z3::expr& e, uint32_t high, uint32_t low);
// high stands above low.
z3::expr Concat(const z3::expr& high, const z3::expr& low);
// First element at the least significant bits; the vector is not empty.
z3::expr ConcatAll(const std::vector<z3::expr>& parts);
z3::expr ZeroExtend(const z3::expr& e, uint32_t width);
z3::expr SignExtend(const z3::expr& e, uint32_t width);
// To a given width from either side.
z3::expr Resize(const z3::expr& e, uint32_t width, bool is_signed);

// An upper bound of the unsigned value, seen from the term's structure (UINT64_MAX: nothing known).
uint64_t UpperBound(const z3::expr& e);
// The value if the term is a numeral of at most 64 bits.
bool IsNumber(const z3::expr& e, uint64_t* value);
// The bits needed to index `count` elements, at least one.
uint32_t IndexBits(uint64_t count);

}  // namespace vireo::prove
