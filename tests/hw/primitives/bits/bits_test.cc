// SPDX-License-Identifier: Apache-2.0
// Trees against loops, exhaustive for narrow widths.
#include "hw/primitives/bits/bits.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>

#include "sim/harness/random.h"
#include "tests/hw/primitives/bench.h"

namespace vireo {
namespace {

TEST(BitsForTest, IsTheWidthOfAnIndex) {
  EXPECT_EQ(BitsFor(1), 1);
  EXPECT_EQ(BitsFor(2), 1);
  EXPECT_EQ(BitsFor(3), 2);
  EXPECT_EQ(BitsFor(64), 6);
  EXPECT_EQ(BitsFor(65), 7);
  EXPECT_EQ(BitsFor(1LL << 40), 40);
}

template <int kBits>
void ExpectLikeLoops(uint64_t x) {
  const ap_uint<kBits> bits = x;
  EXPECT_EQ(CountOnes<kBits>(bits).to_uint(), static_cast<unsigned>(std::popcount(x))) << x;
  const uint64_t all = kBits == 64 ? ~uint64_t{0} : (uint64_t{1} << (kBits % 64)) - 1;
  const uint64_t lowest = x & (~x + 1);
  EXPECT_EQ(FromLowest<kBits>(bits).to_uint64(), x == 0 ? 0 : all & ~(lowest - 1)) << x;
  const ap_uint<kBits> one_hot = lowest;
  EXPECT_EQ(IndexOfOneHot<kBits>(one_hot).to_int(), x == 0 ? 0 : std::countr_zero(x)) << x;
  const auto repeated = RepeatBits<kBits, 3>(bits);
  for (int i = 0; i < 3 * kBits; ++i) EXPECT_EQ(repeated[i], (x >> (i / 3) & 1) != 0) << x;
}

template <int kBits>
void ExpectLikeLoopsForAll() {
  for (uint64_t x = 0; x < (uint64_t{1} << kBits); ++x) ExpectLikeLoops<kBits>(x);
}

TEST(BitsTest, AreLikeLoopsForAllNarrowValues) {
  ExpectLikeLoopsForAll<1>();
  ExpectLikeLoopsForAll<2>();
  ExpectLikeLoopsForAll<3>();
  ExpectLikeLoopsForAll<5>();
  ExpectLikeLoopsForAll<8>();
  ExpectLikeLoopsForAll<11>();
}

TEST(BitsTest, AreLikeLoopsForWideValues) {
  sim::Random random(test::FirstSeed(), "wide");
  for (int i = 0; i < 2000; ++i) {
    const uint64_t x = random.Next() << random.Below(64) >> random.Below(64);
    ExpectLikeLoops<64>(x);
    ExpectLikeLoops<33>(x & 0x1FFFFFFFF);
  }
}

TEST(LowOnesTest, CountsUpToTheWholeWidth) {
  for (int count = 0; count <= 64; ++count) {
    const uint64_t expected = count == 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1;
    EXPECT_EQ(LowOnes<64>(ap_uint<7>(count)).to_uint64(), expected);
  }
  for (int count = 0; count <= 5; ++count) {
    EXPECT_EQ(LowOnes<5>(ap_uint<3>(count)).to_int(), (1 << count) - 1);
  }
}

template <int kItems>
void ExpectSelectsEach() {
  ap_uint<16> items[kItems];
  for (int i = 0; i < kItems; ++i) items[i] = 100 + i;
  for (int i = 0; i < kItems; ++i) {
    const ap_uint<kItems> select = ap_uint<kItems>(1) << i;
    EXPECT_EQ((SelectOneHot<ap_uint<16>, kItems>(items, select).to_int()), 100 + i);
  }
}

TEST(SelectOneHotTest, GivesTheItemOfTheSetBit) {
  ExpectSelectsEach<1>();
  ExpectSelectsEach<2>();
  ExpectSelectsEach<5>();
  ExpectSelectsEach<8>();
  ExpectSelectsEach<33>();
}

template <int kItems>
void ExpectSum(uint64_t item) {
  ap_uint<16> items[kItems];
  uint64_t sum = 0;
  for (int i = 0; i < kItems; ++i) sum += (items[i] = item + static_cast<unsigned>(i)).to_uint64();
  EXPECT_EQ((SumOf<16, kItems>(items).to_uint64()), sum);
}

TEST(SumOfTest, NeverOverflows) {
  for (const uint64_t item : {0u, 1u, 0xFFFFu, 0xFFFEu, 0x8000u}) {
    ExpectSum<1>(item);
    ExpectSum<2>(item);
    ExpectSum<7>(item);
    ExpectSum<32>(item);
  }
}

}  // namespace
}  // namespace vireo
