// SPDX-License-Identifier: Apache-2.0
// Bits mean what the term means, and equal terms become the same bits: random terms, decided by z3
// itself.
#include "hw/prove/bit_form.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace vireo::prove {
namespace {

// A term of 4 bits over three variables, of a few random operations.
z3::expr RandomTerm(std::mt19937& random, int depth, bool products = true) {
  if (depth == 0) {
    const unsigned pick = random() % 4;
    return pick == 3 ? Number(random() % 16, 4)
                     : Variable(std::string("x") + static_cast<char>('0' + pick), 4);
  }
  const z3::expr a = RandomTerm(random, depth - 1, products);
  const z3::expr b = RandomTerm(random, depth - 1, products);
  switch (random() % (products ? 19 : 18)) {
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
    case 16: return z3::ite(z3::uge(a, b) && a > b, a, ~b);
    case 17: return z3::ite(b.extract(0, 0) == Number(1, 1), a ^ Number(0xD, 4), a);
    default: return a * b;
  }
}

bool IsImpossible(const z3::expr& boolean) {
  z3::solver solver(Z3());
  solver.add(boolean);
  return solver.check() == z3::unsat;
}

z3::expr AnyOf(BitForm& form, const Bits& bits) {
  z3::expr any = Z3().bool_val(false);
  for (const Bit bit : bits) any = any || form.Term(bit);
  return any;
}

TEST(BitForm, RandomTermsKeepTheirMeaning) {
  std::mt19937 random(1);
  BitForm form;
  form.GiveSeconds(60);
  for (int round = 0; round < 50; ++round) {
    const z3::expr term = RandomTerm(random, 3);
    SCOPED_TRACE(term.to_string());
    const Bits bits = form.Form(term);
    for (uint32_t i = 0; i < 4; ++i)
      EXPECT_TRUE(IsImpossible(form.Term(bits[i]) != ToBool(Extract(term, i, i)))) << "bit " << i;
  }
}

TEST(BitForm, DifferencesUnderAGuardAreThoseOfTheTerms) {
  std::mt19937 random(2);
  BitForm form;
  form.GiveSeconds(60);
  for (int round = 0; round < 50; ++round) {
    const z3::expr shared = RandomTerm(random, 2);
    const z3::expr a = shared + RandomTerm(random, 1);
    const z3::expr b = shared + RandomTerm(random, 1);
    const z3::expr x = Extract(RandomTerm(random, 2), 0, 0);
    const z3::expr y = Extract(RandomTerm(random, 1), 1, 1);
    const z3::expr guard = random() % 2 == 0 ? Or(x, y) : And(Or(x, Not(y)), Extract(b, 2, 2));
    SCOPED_TRACE(z3::expr(guard == True() && a != b).to_string());
    const Bits differences = form.Differences(guard, a, b);
    EXPECT_TRUE(IsImpossible(AnyOf(form, differences) != (guard == True() && a != b)));
  }
}

TEST(BitForm, AnExampleIsOne) {
  std::mt19937 random(3);
  BitForm form;
  form.GiveSeconds(60);
  int found = 0;
  for (int round = 0; round < 50; ++round) {
    const z3::expr a = RandomTerm(random, 3, false);
    const z3::expr b = RandomTerm(random, 3, false);
    for (const Bit bit : form.Differences(True(), a, b)) {
      const auto example = form.FindExample(bit);
      if (!example) continue;
      ++found;
      z3::expr differs = a != b;
      EXPECT_TRUE(differs.substitute(example->variables, example->values).simplify().is_true());
    }
  }
  EXPECT_GT(found, 30);
}

// A shift by stages, the wide ones first or last.
z3::expr Staged(const z3::expr& value, const z3::expr& by, bool wide_first) {
  z3::expr result = value;
  for (uint32_t i = 0; i < Width(by); ++i) {
    const uint32_t level = wide_first ? Width(by) - 1 - i : i;
    const z3::expr moved = z3::shl(result, Number(uint64_t{1} << level, Width(value)));
    result = Choose(Extract(by, level, level), moved, result);
  }
  return result;
}

TEST(BitForm, ShiftersOfAnotherOrderBecomeTheSame) {
  BitForm form;
  form.GiveSeconds(60);
  const z3::expr value = Variable("value", 32);
  const z3::expr by = Variable("by", 5);
  EXPECT_TRUE(form.AreEqual(Staged(value, by, true), Staged(value, by, false)));
  const z3::expr wrong = Choose(Equal(by, Number(31, 5)), value, Staged(value, by, false));
  EXPECT_FALSE(form.AreEqual(Staged(value, by, true), wrong));
}

TEST(BitForm, ASerialCrcBecomesAMatrix) {
  BitForm form;
  form.GiveSeconds(60);
  const z3::expr data = Variable("data", 64);
  z3::expr crc = Variable("crc", 32);
  z3::expr words = crc ^ data.extract(31, 0);
  for (uint32_t i = 0; i < 64; ++i) {
    const z3::expr in = Extract(data, i, i) ^ Extract(crc, 0, 0);
    crc = z3::lshr(crc, Number(1, 32)) ^ Choose(in, Number(0xEDB88320, 32), Number(0, 32));
  }
  for (const bool second : {false, true}) {
    if (second) words = words ^ data.extract(63, 32);
    for (int i = 0; i < 32; ++i) {
      const z3::expr shifted = z3::lshr(words, Number(1, 32));
      words = Choose(Extract(words, 0, 0), shifted ^ Number(0xEDB88320, 32), shifted);
    }
  }
  EXPECT_TRUE(form.AreEqual(crc, words));
}

}  // namespace
}  // namespace vireo::prove
