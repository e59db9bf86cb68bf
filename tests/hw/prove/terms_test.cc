// SPDX-License-Identifier: Apache-2.0
// Terms that are made smaller mean the same, where they are said to: decided by z3.
#include "hw/prove/terms.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace vireo::prove {
namespace {

TEST(Terms, ChoicesThatAConditionMakesAreMadeAndNoOthers) {
  std::mt19937 random(1);
  const auto bit = [&] {
    const z3::expr x = Variable(std::string("x") + static_cast<char>('0' + random() % 4), 1);
    return random() % 2 == 0 ? x : Not(x);
  };
  int smaller = 0;
  for (int round = 0; round < 100; ++round) {
    z3::expr term = Variable("start", 4);
    for (uint64_t i = 0; i < 3; ++i) {
      const z3::expr choice = random() % 2 == 0 ? And(bit(), bit()) : bit();
      const z3::expr other = random() % 2 == 0 ? Variable("other", 4) : Number(i, 4);
      term = random() % 2 == 0 ? Choose(choice, term, other) : Choose(choice, other, term);
    }
    const z3::expr condition = And(bit(), And(bit(), bit()));
    SCOPED_TRACE(condition.to_string() + " " + term.to_string());
    const z3::expr given = Given(term, condition);
    smaller += z3::eq(given, term) ? 0 : 1;
    z3::solver solver(Z3());
    solver.add(ToBool(condition) && given != term);
    EXPECT_EQ(solver.check(), z3::unsat);
  }
  EXPECT_GT(smaller, 15);
}

}  // namespace
}  // namespace vireo::prove
