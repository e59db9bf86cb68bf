// SPDX-License-Identifier: Apache-2.0
// ap_uint and ap_int by behaviour. Built by clang++ and by g++, which have different stores.
#include <ap_int.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <sstream>
#include <string>
#include <type_traits>

namespace {

using Wide = __int128;

template <class T, class Expected>
constexpr bool kIs = std::is_same_v<T, Expected>;

// value modulo 2^width, as a two's complement number if is_signed.
constexpr Wide Wrap(Wide value, int width, bool is_signed) {
  const unsigned __int128 bits = static_cast<unsigned __int128>(value) << (128 - width);
  return is_signed ? static_cast<Wide>(bits) >> (128 - width)
                   : static_cast<Wide>(bits >> (128 - width));
}

template <class T>
long long Number(const T& value) {
  static_assert(T::width < 64);
  return value.to_int64();
}

// All values of two narrow types, through every operator, against native arithmetic.
template <class A, class B>
void CheckAllValues() {
  constexpr bool kSignedA = ap_detail::kSigned<A>;
  constexpr bool kSignedB = ap_detail::kSigned<B>;
  for (int i = 0; i < 1 << A::width; ++i) {
    for (int j = 0; j < 1 << B::width; ++j) {
      const A a = i;
      const B b = j;
      const auto x = static_cast<long long>(Wrap(i, A::width, kSignedA));
      const auto y = static_cast<long long>(Wrap(j, B::width, kSignedB));
      SCOPED_TRACE(std::to_string(x) + " and " + std::to_string(y));
      ASSERT_EQ(Number(a), x);
      ASSERT_EQ(Number(a + b), x + y);
      ASSERT_EQ(Number(a - b), x - y);
      ASSERT_EQ(Number(a * b), x * y);
      ASSERT_EQ(Number(a & b), x & y);
      ASSERT_EQ(Number(a | b), x | y);
      ASSERT_EQ(Number(a ^ b), x ^ y);
      if constexpr (!(kSignedA && !kSignedB && B::width > A::width)) {
        if (y != 0) {
          ASSERT_EQ(Number(a / b), x / y);
          ASSERT_EQ(Number(a % b), x % y);
        }
      }
      ASSERT_EQ(a == b, x == y);
      ASSERT_EQ(a != b, x != y);
      ASSERT_EQ(a < b, x < y);
      ASSERT_EQ(a <= b, x <= y);
      ASSERT_EQ(a > b, x > y);
      ASSERT_EQ(a >= b, x >= y);
      const Wide left = y >= 0 ? static_cast<Wide>(x) << y : static_cast<Wide>(x) >> -y;
      const Wide right = y >= 0 ? static_cast<Wide>(x) >> y : static_cast<Wide>(x) << -y;
      ASSERT_EQ(Number(a << b), static_cast<long long>(Wrap(left, A::width, kSignedA)));
      ASSERT_EQ(Number(a >> b), static_cast<long long>(Wrap(right, A::width, kSignedA)));
      ASSERT_EQ(Number(-a), -x);
      ASSERT_EQ(Number(~a), static_cast<long long>(Wrap(~x, A::width, kSignedA)));
      ASSERT_EQ(!a, x == 0);
      const auto assigned = [&](auto operation, Wide expected) {
        A target = a;
        operation(target);
        return Number(target) == static_cast<long long>(Wrap(expected, A::width, kSignedA));
      };
      ASSERT_TRUE(assigned([&](A& t) { t += b; }, x + y));
      ASSERT_TRUE(assigned([&](A& t) { t -= b; }, x - y));
      ASSERT_TRUE(assigned([&](A& t) { t *= b; }, x * y));
      ASSERT_TRUE(assigned([&](A& t) { t &= b; }, x & y));
      ASSERT_TRUE(assigned([&](A& t) { t |= b; }, x | y));
      ASSERT_TRUE(assigned([&](A& t) { t ^= b; }, x ^ y));
      ASSERT_TRUE(assigned([&](A& t) { t <<= b; }, left));
      ASSERT_TRUE(assigned([&](A& t) { t >>= b; }, right));
      ASSERT_TRUE(assigned([](A& t) { ++t; }, x + 1));
      ASSERT_TRUE(assigned([](A& t) { t--; }, x - 1));
    }
  }
}

TEST(ApIntArithmetic, IsExactForAllValuesOfNarrowTypes) {
  CheckAllValues<ap_uint<1>, ap_uint<1>>();
  CheckAllValues<ap_int<1>, ap_int<1>>();
  CheckAllValues<ap_int<1>, ap_uint<3>>();
  CheckAllValues<ap_uint<3>, ap_int<1>>();
  CheckAllValues<ap_uint<4>, ap_uint<5>>();
  CheckAllValues<ap_int<4>, ap_int<5>>();
  CheckAllValues<ap_int<5>, ap_uint<4>>();
  CheckAllValues<ap_int<4>, ap_uint<5>>();
  CheckAllValues<ap_uint<5>, ap_int<4>>();
}

TEST(ApIntArithmetic, ResultsHaveVitisWidthsAndSigns) {
  const ap_uint<8> u8 = 1;
  const ap_int<8> s8 = 1;
  const ap_uint<12> u12 = 1;
  const ap_int<12> s12 = 1;
  static_assert(kIs<decltype(u8 + u12), ap_uint<13>>);
  static_assert(kIs<decltype(s8 + s12), ap_int<13>>);
  static_assert(kIs<decltype(s8 + u12), ap_int<14>>);
  static_assert(kIs<decltype(u8 + s12), ap_int<13>>);
  static_assert(kIs<decltype(u8 - u12), ap_int<13>>);
  static_assert(kIs<decltype(s12 - u12), ap_int<14>>);
  static_assert(kIs<decltype(u8 * u12), ap_uint<20>>);
  static_assert(kIs<decltype(s8 * u12), ap_int<20>>);
  static_assert(kIs<decltype(u12 / u8), ap_uint<12>>);
  static_assert(kIs<decltype(u12 / s8), ap_int<13>>);
  static_assert(kIs<decltype(s12 / u8), ap_int<12>>);
  static_assert(kIs<decltype(u12 % u8), ap_uint<8>>);
  static_assert(kIs<decltype(s12 % u8), ap_int<9>>);
  static_assert(kIs<decltype(u8 % s12), ap_uint<8>>);
  static_assert(kIs<decltype(u8 & u12), ap_uint<12>>);
  static_assert(kIs<decltype(s8 | u12), ap_int<13>>);
  static_assert(kIs<decltype(u8 ^ s12), ap_int<12>>);
  static_assert(kIs<decltype(u8 << 3), ap_uint<8>>);
  static_assert(kIs<decltype(s8 >> u12), ap_int<8>>);
  static_assert(kIs<decltype(-u8), ap_int<9>>);
  static_assert(kIs<decltype(~u8), ap_uint<8>>);
  static_assert(kIs<decltype(!u8), bool>);
  static_assert(kIs<decltype(s8 == u8), bool>);
}

enum Loose { kLoose = 3 };
enum Fixed : unsigned char { kFixed = 3 };

TEST(ApIntArithmetic, NativeOperandsCountAsTheirWidths) {
  const ap_uint<8> u8 = 200;
  static_assert(kIs<decltype(u8 + 1), ap_int<33>>);
  static_assert(kIs<decltype(1u + u8), ap_uint<33>>);
  static_assert(kIs<decltype(u8 + true), ap_uint<9>>);
  static_assert(kIs<decltype(u8 - static_cast<signed char>(1)), ap_int<10>>);
  static_assert(kIs<decltype(u8 * std::uint16_t{2}), ap_uint<24>>);
  static_assert(kIs<decltype(u8 & 0xFFull), ap_uint<64>>);
  static_assert(kIs<decltype(u8 / 3), ap_int<9>>);
  static_assert(kIs<decltype(u8 + kLoose), ap_int<33>> || kIs<decltype(u8 + kLoose), ap_uint<33>>);
  static_assert(kIs<decltype(u8 + kFixed), ap_uint<9>>);
  static_assert(kIs<decltype(1 << u8), int>);
  EXPECT_EQ(u8 + 1, 201);
  EXPECT_EQ(7 - u8, -193);
  EXPECT_EQ(u8 % 7, 4);
  EXPECT_EQ(u8 + kFixed, 203);
  EXPECT_EQ(u8 * 1.5, 300.0);
  int native = 1000;
  native -= u8;
  EXPECT_EQ(native, 800);
}

TEST(ApIntArithmetic, TheLeastValueDividedByMinusOneFitsTheResult) {
  const ap_int<64> least = ap_int<64>(1) << 63;
  EXPECT_EQ((least / ap_int<64>(-1)).to_string(10), "9223372036854775808");
  EXPECT_EQ(least % ap_int<64>(-1), 0);
}

TEST(ApIntArithmetic, WideIdentitiesHold) {
  const ap_uint<4096> ones = ~ap_uint<4096>(0);
  EXPECT_EQ(ones + 1, ap_uint<4097>(1) << 4096);
  EXPECT_EQ((ap_uint<4096>(0) - ones).to_int64(), 1);
  EXPECT_TRUE((ap_uint<4096>(0) - ones).sign());
  EXPECT_TRUE((ones ^ ones).nor_reduce());
  ap_uint<4096> x = ones;
  EXPECT_EQ(++x, 0);
  EXPECT_EQ(--x, ones);
  const ap_uint<512> half = ~ap_uint<512>(0);
  EXPECT_EQ(half * half, ((ap_uint<1024>(1) << 1023) +
                          ((ap_uint<1024>(1) << 1023) - (ap_uint<1024>(1) << 513)) + 1));
  const ap_int<512> least = ap_int<512>(1) << 511;
  EXPECT_LT(least, 0);
  EXPECT_EQ(-least, ap_uint<513>(1) << 511);
  EXPECT_EQ(least >> 511, -1);
}

TEST(ApIntComparison, MixedSignsFollowCAsAmdsHeadersDo) {
  // Under 32 bits, or with a wider signed operand: exact.
  EXPECT_LT(ap_int<8>(-1), ap_uint<8>(255));
  EXPECT_LT(ap_int<31>(-1), ap_uint<31>(0));
  EXPECT_LT(ap_int<100>(-1), ap_uint<99>(0));
  EXPECT_GT(ap_uint<8>(200), -1);
  EXPECT_NE(ap_int<8>(-1), ap_uint<8>(255));
  // Otherwise the negative number counts as a great one, as in C, and equals its own bits at the
  // unsigned one's width.
  EXPECT_GT(ap_int<8>(-1), 200u);
  EXPECT_GT(ap_int<64>(-1), ap_uint<64>(5));
  EXPECT_LT(ap_uint<32>(200), -1);
  EXPECT_EQ(ap_int<8>(-1), 0xFFFFFFFFu);
  EXPECT_EQ(ap_int<100>(-1), ~ap_uint<100>(0));
}

TEST(ApIntShift, CountsOfTheWidthAndMoreGiveZerosOrTheSign) {
  for (const int count : {65, 66, 1000, 1 << 30}) {
    EXPECT_EQ(ap_uint<65>(-1) << count, 0);
    EXPECT_EQ(ap_uint<65>(-1) >> count, 0);
    EXPECT_EQ((ap_int<65>(1) << 64) >> count, -1);
    EXPECT_EQ((ap_int<65>(1) << 63) >> count, 0);
    EXPECT_EQ(ap_int<65>(-1) << count, 0);
  }
  EXPECT_EQ(ap_uint<65>(1) << 64 >> 64, 1);
  EXPECT_EQ(ap_uint<8>(1) << ~0ull, 0);
}

TEST(ApIntShift, NegativeCountsShiftTheOtherWay) {
  const ap_uint<16> x = 0x0FF0;
  EXPECT_EQ(x << -4, 0x00FF);
  EXPECT_EQ(x >> -4, 0xFF00);
  EXPECT_EQ(x << ap_int<4>(-8), 0x000F);
  EXPECT_EQ(x >> ap_int<40>(-4), 0xFF00);
  EXPECT_EQ(x << static_cast<short>(-20), 0);
  ap_int<16> y = -256;
  y <<= -4;
  EXPECT_EQ(y, -16);
}

TEST(ApIntBits, OneBitIsReadAndWritten) {
  ap_uint<512> x = 0;
  x[511] = 1;
  x[3] = true;
  x.set(64);
  x.set(65, true);
  x.invert(65);
  x.bit(7) = 2;  // any value but zero
  EXPECT_EQ(x, (ap_uint<512>(1) << 511) | (ap_uint<512>(1) << 64) | 0x88);
  EXPECT_TRUE(x[511]);
  EXPECT_FALSE(x[510]);
  EXPECT_TRUE(x.test(64));
  x.clear(511);
  x[3] = x[511];
  EXPECT_EQ(x >> 7, (ap_uint<512>(1) << 57) | 1);
  EXPECT_TRUE(~x[3]);
  EXPECT_EQ(x[7] + x[64], 2);
  static_assert(kIs<decltype(x[0] + ap_uint<4>(1)), ap_uint<5>>);
}

TEST(ApIntBits, ARangeIsReadAndWritten) {
  ap_uint<128> x = "0x0123456789abcdeffedcba9876543210";
  EXPECT_EQ(x.range(67, 60), 0xff);
  EXPECT_EQ(x(127, 64), 0x0123456789abcdefull);
  EXPECT_EQ(x(7, 0).length(), 8);
  EXPECT_EQ(x(71, 56).to_uint(), 0xeffeu);
  x(71, 56) = 0x12345;  // its low 16 bits
  EXPECT_EQ(x.to_string(16), "0x123456789abcd2345dcba9876543210");
  x(127, 120) = -1;
  EXPECT_EQ(x(127, 116), 0xff2);
  x(3, 0) = x(123, 120);
  EXPECT_EQ(x(7, 0), 0x1f);
  x.range() = 5;
  EXPECT_EQ(x, 5);
  const ap_int<8> minus = -3;
  EXPECT_EQ(minus.range(7, 0), 253);  // a range has no sign
  int low = 1;
  EXPECT_EQ(minus.range(low + 3, low).to_int(), 14);
}

TEST(ApIntBits, ARangeHasItsObjectsWidthInArithmetic) {
  const ap_uint<12> x = 0xABC;
  static_assert(kIs<decltype(x(7, 0) + 1u), ap_uint<33>>);
  static_assert(kIs<decltype(x(7, 0) + x), ap_uint<13>>);
  static_assert(kIs<decltype(x(3, 0) * x(3, 0)), ap_uint<24>>);
  EXPECT_EQ(x(7, 4) + x(3, 0), 0xB + 0xC);
  EXPECT_EQ(x(3, 0) << 8, 0xC00);
}

TEST(ApIntBits, AReversedRangeIsMirrored) {
  ap_uint<8> x = 0b10110001;
  EXPECT_EQ(x(0, 7), 0b10001101);
  EXPECT_EQ(x(4, 7), 0b1101);
  EXPECT_EQ(x(4, 7).length(), 4);
  x(0, 3) = 0b0111;
  EXPECT_EQ(x, 0b10111110);
}

TEST(ApIntConcatenation, JoinsValuesHighestFirst) {
  const ap_uint<4> a = 0xA;
  const ap_uint<8> b = 0xBC;
  const ap_int<4> c = -3;
  EXPECT_EQ(ap_uint<16>((a, b, c)), 0xABCD);
  EXPECT_EQ(ap_uint<12>(a.concat(b)), 0xABC);
  EXPECT_EQ(ap_uint<12>((b, c)), 0xBCD);
  EXPECT_EQ(ap_uint<64>((b(7, 4), a)), 0xBA);  // a range brings only its bits
  EXPECT_EQ(ap_uint<64>((a, b(3, 0))), 0xAC);
  EXPECT_EQ(ap_uint<9>((a[3], b)), 0x1BC);
  EXPECT_EQ(ap_uint<9>((b, true)), 0x179);
  static_assert(kIs<decltype((a, 5)), ap_uint<36>>);
  static_assert(kIs<decltype((true, b)), ap_uint<9>>);
  EXPECT_EQ((a, -1), 0xAFFFFFFFFull);
  EXPECT_EQ((a, b) + ap_uint<1>(1), 0xABD);
}

TEST(ApIntConcatenation, IsAssignedPartByPart) {
  ap_uint<4> a = 0;
  ap_int<8> b = 0;
  ap_uint<6> c = 0;
  (a, b) = 0xABC;
  EXPECT_EQ(a, 0xA);
  EXPECT_EQ(b, -68);
  (c[5], a, c(1, 0)) = ap_uint<7>(0b1'0110'11);
  EXPECT_EQ(a, 0b0110);
  EXPECT_EQ(c, 0b100011);
  (a, c) = (c, a);
  EXPECT_EQ(a, 0b1000);
  EXPECT_EQ(c, 0b110110);
  ap_uint<65> wide = 0;
  ap_uint<63> rest = 0;
  (wide, rest) = ~ap_uint<128>(0) << 1;
  EXPECT_EQ(wide, ~ap_uint<65>(0));
  EXPECT_EQ(rest, ~ap_uint<63>(0) - 1);
}

template <int W>
void CheckReductions() {
  const ap_uint<W> none = 0;
  const ap_uint<W> all = ~none;
  const ap_uint<W> top = ap_uint<W>(1) << (W - 1);
  EXPECT_TRUE(all.and_reduce() && all.or_reduce() && !all.nand_reduce() && !all.nor_reduce());
  EXPECT_TRUE(!none.and_reduce() && !none.or_reduce() && none.nand_reduce() && none.nor_reduce());
  EXPECT_TRUE(top.or_reduce() && top.and_reduce() == (W == 1));
  EXPECT_EQ(all.xor_reduce(), W % 2 == 1);
  EXPECT_TRUE(top.xor_reduce() && !top.xnor_reduce() && none.xnor_reduce());
  EXPECT_EQ(none.countLeadingZeros(), W);
  EXPECT_EQ(top.countLeadingZeros(), 0);
}

TEST(ApIntBits, ReductionsLookAtEveryBit) {
  CheckReductions<1>();
  CheckReductions<63>();
  CheckReductions<64>();
  CheckReductions<65>();
  CheckReductions<512>();
  CheckReductions<4096>();
}

TEST(ApIntBits, ReverseAndRotateMoveEveryBit) {
  ap_uint<65> x = 0b1011;
  EXPECT_EQ(x.reverse(), ap_uint<65>(0b1101) << 61);
  EXPECT_EQ(x.lrotate(4), 0b1101);
  EXPECT_EQ(x.rrotate(1), (ap_uint<65>(1) << 64) | 0b110);
  EXPECT_EQ(x.rrotate(0), (ap_uint<65>(1) << 64) | 0b110);
  ap_int<8> y = 1;
  y.reverse();
  EXPECT_EQ(y, -128);
  y.b_not();
  EXPECT_EQ(y, 127);
}

TEST(ApIntConversion, WrapsOrExtendsByTheSourcesSign) {
  EXPECT_EQ(ap_uint<128>(ap_int<8>(-1)), ~ap_uint<128>(0));
  EXPECT_EQ(ap_int<128>(ap_uint<8>(255)), 255);
  EXPECT_EQ(ap_int<4>(0x1F), -1);
  EXPECT_EQ(ap_int<1>(1), -1);
  EXPECT_EQ(ap_uint<65>(-1), ~ap_uint<65>(0));
  const ap_int<40> x = -2;
  EXPECT_EQ(x.to_int(), -2);
  EXPECT_EQ(ap_uint<40>(0x1123456789).to_int(), 0x23456789);
  EXPECT_EQ(x.to_uint(), 0xFFFFFFFEu);
  EXPECT_EQ(x.to_uint64(), ~1ull);
  EXPECT_EQ(x.to_long(), -2);
  EXPECT_EQ(x.to_char(), -2);
  EXPECT_EQ(static_cast<short>(x), -2);
  EXPECT_EQ(x.length(), 40);
  EXPECT_TRUE(x.sign());
  EXPECT_FALSE(ap_uint<4>(15).sign());
  switch (ap_uint<3>(5)) {
    case 5: break;
    default: ADD_FAILURE();
  }
}

TEST(ApIntConversion, AWideConditionIsItsLow64BitsAsAmds) {
  const ap_uint<65> x = ap_uint<65>(1) << 64;
  EXPECT_FALSE(static_cast<bool>(x ? true : false));
  EXPECT_TRUE(x.or_reduce());
  EXPECT_FALSE(!x);
}

TEST(ApIntConversion, WorksInConstantExpressions) {
  constexpr ap_uint<100> kX = "0xFFFFFFFFFFFFFFFFFFFFFFFFF";
  static_assert((kX + 1).range(100, 100) == 1);
  static_assert(ap_int<9>(-256) / ap_int<9>(-1) == 256);
  static_assert((ap_uint<4>(3) * 5).to_int() == 15);
  static_assert(ap_uint<32>(1e9) == 1000000000);
  EXPECT_TRUE(kX.and_reduce());
}

TEST(ApIntConversion, DoublesAreCutTowardsZero) {
  EXPECT_EQ(ap_int<8>(-2.75), -2);
  EXPECT_EQ(ap_uint<80>(1e20), ap_uint<80>("100000000000000000000"));
  EXPECT_EQ(ap_uint<8>(300.5), 44);
  EXPECT_EQ(ap_int<100>("-1208925819614629174706176").to_double(), -1208925819614629174706176.0);
}

TEST(ApIntText, IsWrittenInTheRadixesOfAmd) {
  EXPECT_EQ(ap_int<8>(-54).to_string(10), "-54");
  EXPECT_EQ(ap_int<8>(-54).to_string(16), "-0x36");
  EXPECT_EQ(ap_int<8>(-54).to_string(16, false), "0xca");
  EXPECT_EQ(ap_int<8>(-54).to_string(), "0b11001010");
  EXPECT_EQ(ap_uint<8>(9).to_string(8), "0o11");
  EXPECT_EQ(ap_uint<8>(0).to_string(10), "0");
  EXPECT_EQ((ap_uint<128>(1) << 127).to_string(10), "170141183460469231731687303715884105728");
  EXPECT_EQ((~ap_uint<4096>(0)).to_string(16), "0x" + std::string(1024, 'f'));
  std::ostringstream out;
  out << ap_int<70>(-5) << ' ' << std::hex << ap_uint<70>(255) << ' ' << ap_uint<8>(0xAB)(7, 4);
  EXPECT_EQ(out.str(), "-5 0xff 0xa");
}

TEST(ApIntText, IsReadWithAPrefixOrARadix) {
  EXPECT_EQ(ap_uint<8>("42"), 42);
  EXPECT_EQ(ap_uint<8>("0x2a"), 42);
  EXPECT_EQ(ap_uint<8>("0b101010"), 42);
  EXPECT_EQ(ap_uint<8>("0o52"), 42);
  EXPECT_EQ(ap_uint<8>("2A", 16), 42);
  EXPECT_EQ(ap_int<8>("-42"), -42);
  EXPECT_EQ(ap_int<16>("-0xFF"), -255);
  EXPECT_EQ(ap_uint<1>("0b11"), 1);
}

TEST(ApIntLayout, HoldsNothingButItsBits) {
  static_assert(std::is_trivially_copyable_v<ap_uint<526>> &&
                std::is_trivially_default_constructible_v<ap_uint<9>> &&
                std::is_trivially_default_constructible_v<ap_int<9>>);
  static_assert(std::is_standard_layout_v<ap_uint<9>>);
  static_assert(sizeof(ap_uint<526>) == sizeof(ap_uint<526>::V));
#if VIREO_AP_BITINT
  static_assert(sizeof(ap_uint<8>) == 1 && sizeof(ap_int<1>) == 1 && sizeof(ap_uint<512>) == 64);
#endif
}

}  // namespace
