// SPDX-License-Identifier: Apache-2.0
// The normal form means what the term means: random terms, decided by z3 itself.
#include "hw/prove/xor_form.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace vireo::prove {
namespace {

// A term of 4 bits over three variables, of a few random operations.
z3::expr RandomTerm(std::mt19937& random, int depth) {
  if (depth == 0) {
    const unsigned pick = random() % 4;
    return pick == 3 ? Number(random() % 16, 4)
                     : Variable(std::string("x") + static_cast<char>('0' + pick), 4);
  }
  const z3::expr a = RandomTerm(random, depth - 1);
  const z3::expr b = RandomTerm(random, depth - 1);
  switch (random() % 19) {
    case 0: return a + b;
    case 1: return a - b;
    case 2: return a & b;
    case 3: return a | b;
    case 4: return a ^ b;
    case 5: return z3::shl(a, b & Number(3, 4));
    case 6: return z3::lshr(a, b);
    case 7: return z3::ashr(a, b);
    case 8: return z3::ite(a == b, b + a, Number(3, 4));
    case 9: return z3::ite(z3::ult(a, b), a, b);
    case 10: return z3::ite(a <= b, a ^ b, b);
    case 11: return z3::zext(a.extract(2, 1), 2);
    case 12: return z3::sext(b.extract(3, 1), 1);
    case 13: return z3::concat(a.extract(1, 0), b.extract(3, 2));
    case 14: return -a;
    case 15: return ~a;
    case 16: return a * b;
    case 17: return z3::ite(z3::uge(a, b) && a > b, a, ~b);
    default: return z3::ite(b.extract(0, 0) == Number(1, 1), a ^ Number(0xD, 4), a);
  }
}

bool IsImpossible(const z3::expr& boolean) {
  z3::solver solver(Z3());
  solver.add(boolean);
  return solver.check() == z3::unsat;
}

TEST(XorForm, RandomTermsKeepTheirMeaning) {
  std::mt19937 random(1);
  const z3::expr result = Variable("result", 4);
  for (int round = 0; round < 80; ++round) {
    const z3::expr term = RandomTerm(random, 3);
    SCOPED_TRACE(term.to_string());
    // `result` is no part of the term, so the form of "they differ" has the whole term in it.
    const z3::expr form = XorDifference(True(), result, term, false);
    EXPECT_TRUE(IsImpossible(form != (result != term)));
  }
}

TEST(XorForm, ACutNeverHidesADifference) {
  std::mt19937 random(2);
  for (int round = 0; round < 80; ++round) {
    const z3::expr shared = RandomTerm(random, 2);
    const z3::expr a = shared + RandomTerm(random, 1);
    const z3::expr b = shared + RandomTerm(random, 1);
    SCOPED_TRACE(z3::expr(a != b).to_string());
    const z3::expr cut = XorDifference(True(), a, b, true);
    if (!IsImpossible(a != b)) {
      EXPECT_FALSE(IsImpossible(cut));
    }
  }
}

}  // namespace
}  // namespace vireo::prove
