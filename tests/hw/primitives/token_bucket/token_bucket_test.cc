// SPDX-License-Identifier: Apache-2.0
// TokenBucket: never more than its rate and burst allow, and never less.
#include "hw/primitives/token_bucket/token_bucket.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/hw/primitives/bench.h"

namespace vireo {
namespace {

using test::ForEachTraffic;
using test::RunUntil;
using test::Sink;
using test::Source;
using test::Traffic;

constexpr uint64_t kOne = uint64_t{1} << 20;  // the fraction's scale

struct Bench {
  TokenBucket<ap_uint<16>> process;
  hls::stream<ap_uint<16>> in, out;
  hls::stream<TokenBucketConfig> configs;

  void Configure(uint64_t rate, uint64_t burst) {
    configs.write({1, rate, burst});
    Step();
  }
  void Step() { process.Step(in, configs, out); }
};

// Over every span of clocks: what passed is within burst + rate * span + one request.
void ExpectConforms(const Traffic& traffic, uint64_t rate, uint64_t burst, unsigned largest) {
  SCOPED_TRACE("rate " + std::to_string(rate) + ", burst " + std::to_string(burst));
  Bench bench;
  bench.Configure(rate, burst);
  Source<ap_uint<16>> source(bench.in, traffic, "in");
  Sink<ap_uint<16>> sink(bench.out, traffic, "out");
  sim::Random random(traffic.seed, "sizes");
  constexpr size_t kRequests = 300;
  uint64_t cost = 0;
  for (size_t i = 0; i < kRequests; ++i) {
    const uint64_t size = random.Below(largest + 1);
    source.Add(size);
    cost += size;
  }
  const uint64_t limit = cost * kOne / rate + kRequests * 200 + 1000;
  RunUntil(
      limit, [&] { return sink.tokens.size() == kRequests; },
      [&](uint64_t clock) {
        source.Offer();
        sink.Open();
        bench.Step();
        sink.Collect(clock);
      });
  for (size_t first = 0; first < sink.tokens.size(); ++first) {
    uint64_t passed = 0;
    for (size_t last = first; last < sink.tokens.size(); ++last) {
      passed += sink.tokens[last].to_uint();
      const uint64_t span = sink.clocks[last] - sink.clocks[first];
      ASSERT_LE(passed * kOne, burst * kOne + rate * span + largest * kOne)
          << "requests " << first << " to " << last;
    }
  }
  if (traffic.idle == 0 && traffic.stall == 0 && burst >= largest) {
    EXPECT_LE(sink.clocks.back(), cost * kOne / rate + 2 * kRequests) << "slower than the rate";
  }
}

TEST(TokenBucketTest, ConformsOverEverySpan) {
  ForEachTraffic([](const Traffic& traffic) {
    ExpectConforms(traffic, 12 * kOne + kOne / 2, 2000, 1500);
    ExpectConforms(traffic, kOne / 7, 64, 64);
    ExpectConforms(traffic, 255 * kOne, 65535, 65535);
    ExpectConforms(traffic, 3 * kOne, 100, 9000);
  });
}

TEST(TokenBucketTest, HasNoLimitAfterReset) {
  Bench bench;
  for (int i = 0; i < 100; ++i) bench.in.write(65535);
  for (int i = 0; i < 100; ++i) bench.Step();
  EXPECT_EQ(bench.out.size(), 100u);
}

TEST(TokenBucketTest, SavesABurstAndNoMore) {
  Bench bench;
  bench.Configure(kOne, 1000);
  for (int i = 0; i < 5000; ++i) bench.Step();
  for (int i = 0; i < 100; ++i) bench.in.write(100);
  for (int i = 0; i < 12; ++i) bench.Step();
  EXPECT_EQ(bench.out.size(), 11u) << "1000 saved: ten requests, and one into debt";
}

TEST(TokenBucketTest, LetsNothingPassAtRateZeroOnceSpent) {
  Bench bench;
  bench.Configure(0, 0);
  for (int i = 0; i < 10; ++i) bench.in.write(1);
  for (int i = 0; i < 10000; ++i) bench.Step();
  EXPECT_EQ(bench.out.size(), 1u);
}

TEST(TokenBucketTest, IsExactOverTime) {
  // A rate of 1/3 with 20 bits: after the debt of 1000, the next passes when it is paid to the bit.
  Bench bench;
  const uint64_t rate = kOne / 3;
  bench.Configure(rate, 0);
  bench.in.write(1000);
  bench.in.write(1);
  bench.Step();
  ASSERT_EQ(bench.out.size(), 1u);
  const uint64_t clocks = (1000 * kOne - rate + rate - 1) / rate;
  for (uint64_t i = 0; i < clocks; ++i) bench.Step();
  EXPECT_EQ(bench.out.size(), 1u);
  bench.Step();
  EXPECT_EQ(bench.out.size(), 2u);
}

TEST(TokenLevelTest, StaysWithinItsWidth) {
  const TokenBucketConfig widest = {1, ~ap_uint<28>(0), ~ap_uint<20>(0)};
  const TokenLevel brim = TokenLevel((1 << 20) - 1) << 20;
  EXPECT_EQ(Brimmed(brim + Income(widest), widest), brim);
  EXPECT_EQ(Brimmed(-1, widest), -1);
  EXPECT_EQ(Income({1, 0, 0}, 65535), -(TokenLevel(65535) << 20));
}

}  // namespace
}  // namespace vireo
