// SPDX-License-Identifier: Apache-2.0
// Random expressions of a given type over the variables in reach.
#ifndef VIREO_TESTS_HW_COMPILER_RANDOM_EXPRESSION_H_
#define VIREO_TESTS_HW_COMPILER_RANDOM_EXPRESSION_H_

#include <string>
#include <vector>

#include "sim/harness/random.h"
#include "tests/hw/compiler/random/type.h"

namespace vireo::testing {

struct Variable {
  std::string text;
  Scalar scalar;
  bool is_writable;
};

// An array that any index may be used on: a partitioned member or a ROM. Its length is a power of
// two.
struct Indexable {
  std::string text;
  Scalar scalar;
  int index_bits;
  bool is_writable;
};

struct Helper {
  std::string name;
  Scalar result;
  std::vector<Scalar> parameters;
};

class Expressions {
 public:
  // Widths come from a small palette that the programs of a neighbourhood share: each pair of
  // operand types costs the C++ compiler an instantiation.
  Expressions(sim::Random& random, uint64_t neighbourhood);

  // An expression of type `to`, at most `depth` operators deep.
  std::string Make(const Scalar& to, int depth);
  // An index for an array of 2^bits elements.
  std::string Index(int bits, int depth) { return Make(Ap(bits), depth); }
  // A truth that is about some variable, where there is one.
  std::string Condition(int depth);
  std::string Constant(const Scalar& to);
  Scalar RandomScalar(int widest = 130);
  // The same, but a number.
  Scalar RandomNumber(int widest);
  // A variable that may be assigned, or null.
  const Variable* Target(bool ap_only = false);

  int Pick(int n) { return static_cast<int>(random_.Below(static_cast<uint64_t>(n))); }
  bool Percent(unsigned p) { return random_.Percent(p); }

  std::vector<Variable> variables;
  std::vector<Indexable> indexables;
  std::vector<Helper> helpers;

 private:
  std::string Leaf(const Scalar& to);
  std::string Truth(int depth);
  std::string ApOperation(const Scalar& to, int depth);
  std::string ApPart(const Scalar& to, int depth);
  std::string NativeOperation(const Scalar& to, int depth);
  std::string Comparison(int depth);
  int Width(int widest);
  std::string Cast(const Scalar& to, const std::string& ap_text) {
    return to.Name() + "(" + ap_text + ")";
  }
  const Variable* ApVariable();

  sim::Random& random_;
  std::vector<int> palette_;  // ascending
};

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_COMPILER_RANDOM_EXPRESSION_H_
