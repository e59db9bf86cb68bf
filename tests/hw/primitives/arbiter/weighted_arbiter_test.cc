// SPDX-License-Identifier: Apache-2.0
// WeightedArbiter: shares follow weights, whatever the lengths of packets.
#include "hw/primitives/arbiter/weighted_arbiter.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/hw/primitives/bench.h"

namespace vireo {
namespace {

using test::ForEachTraffic;
using test::RunUntil;
using test::Sink;
using test::Source;
using test::Traffic;

struct Mark {
  ap_uint<8> input;
  ap_uint<24> number;
  ap_uint<1> last;
};

constexpr int kInputs = 4;
using Lengths = std::array<int, kInputs>;
using Weights = std::array<int, kInputs>;
using Shares = std::array<int, kInputs>;

// A token arbiter with weights set, whose inputs always have packets of fixed lengths.
template <typename Turn>
struct Backlogged {
  WeightedArbiter<Mark, kInputs, Turn> process;
  hls::stream<Mark> in[kInputs];
  hls::stream<InputWeight<kInputs, 10>> weights;
  hls::stream<Mark> out;
  Lengths lengths;
  Lengths sent = {};  // tokens offered of the packet

  Backlogged(const Weights& new_weights, const Lengths& packet_lengths) : lengths(packet_lengths) {
    for (int i = 0; i < kInputs; ++i) {
      weights.write({i, new_weights[static_cast<size_t>(i)]});
      process.Step(in, weights, out);
    }
  }

  // The input whose token left, or -1.
  int Clock() {
    for (size_t i = 0; i < kInputs; ++i) {
      if (!in[i].empty() || lengths[i] == 0) continue;
      sent[i] = sent[i] == lengths[i] ? 1 : sent[i] + 1;
      in[i].write(Mark{i, 0, sent[i] == lengths[i]});
    }
    process.Step(in, weights, out);
    return out.empty() ? -1 : out.read().input.to_int();
  }

  Shares Run(int clocks) {
    Shares shares = {};
    for (int i = 0; i < clocks; ++i) {
      const int input = Clock();
      if (input >= 0) ++shares[static_cast<size_t>(input)];
    }
    return shares;
  }
};

TEST(WeightedArbiterTest, GivesSharesByWeight) {
  Backlogged<OneToken> bench({1, 2, 5, 8}, {1, 1, 1, 1});
  EXPECT_EQ(bench.Run(8), (Shares{2, 2, 2, 2})) << "the two rounds of reset";
  EXPECT_EQ(bench.Run(160), (Shares{10, 20, 50, 80}));
}

TEST(WeightedArbiterTest, GivesAnIdleInputsShareToTheOthers) {
  Backlogged<OneToken> bench({1, 2, 5, 8}, {1, 0, 1, 0});
  EXPECT_EQ(bench.Run(4), (Shares{2, 0, 2, 0})) << "the two rounds of reset";
  EXPECT_EQ(bench.Run(60), (Shares{10, 0, 50, 0}));
}

TEST(WeightedArbiterTest, ClosesAnInputOfWeightZero) {
  Backlogged<OneToken> bench({0, 2, 0, 1}, {1, 1, 1, 1});
  const Shares shares = bench.Run(300);
  EXPECT_EQ(shares[2], 2) << "what it was worth at reset";
  EXPECT_EQ(shares[0], 2);
  EXPECT_EQ(bench.Run(300), (Shares{0, 200, 0, 100}));
}

TEST(WeightedArbiterTest, CountsTokensNotPackets) {
  // Weights of at least a packet: shares by weight, and no clock is lost.
  Backlogged<UntilLast> bench({40, 80, 40, 40}, {40, 1, 7, 3});
  bench.Run(1000);
  const Shares shares = bench.Run(20000);
  EXPECT_NEAR(shares[0], 4000, 160);
  EXPECT_NEAR(shares[1], 8000, 160);
  EXPECT_NEAR(shares[2], 4000, 160);
  EXPECT_NEAR(shares[3], 4000, 160);
  EXPECT_EQ(shares[0] + shares[1] + shares[2] + shares[3], 20000);
}

TEST(WeightedArbiterTest, PaysBackPacketsLongerThanTheWeight) {
  Backlogged<UntilLast> bench({1, 1, 1, 1}, {100, 1, 1, 1});
  bench.Run(1000);
  const Shares shares = bench.Run(20000);
  for (const int share : shares) EXPECT_NEAR(share, 5000, 200);
}

TEST(WeightedArbiterTest, LosesOnlyTheClocksOfTheDebtWhenAlone) {
  Backlogged<UntilLast> bench({10, 1, 1, 1}, {100, 0, 0, 0});
  const Shares shares = bench.Run(1090);
  EXPECT_NEAR(shares[0], 1000, 10)
      << "100 clocks of a packet, 9 rounds to pay back what is over 10";
}

template <typename Turn>
void ExpectMergesAll(const Traffic& traffic) {
  WeightedArbiter<Mark, kInputs, Turn, 4> process;
  hls::stream<Mark> in[kInputs];
  hls::stream<InputWeight<kInputs, 4>> weights;
  hls::stream<Mark> out;
  std::vector<Source<Mark>> sources;
  Source<InputWeight<kInputs, 4>> weight_source(weights, traffic, "weights");
  Sink<Mark> sink(out, traffic, "out");
  sim::Random random(traffic.seed, "values");
  constexpr int kTokens = 100;
  for (int i = 0; i < kInputs; ++i) {
    sources.emplace_back(in[i], traffic, "in" + std::to_string(i));
    for (int n = 0; n < kTokens; ++n) {
      sources.back().Add(Mark{i, n, n == kTokens - 1 || random.Percent(5)});
    }
  }
  for (int i = 0; i < 50; ++i) weight_source.Add({i % kInputs, random.Between(1, 15)});
  RunUntil(
      100000, [&] { return sink.tokens.size() == kInputs * kTokens; },
      [&](uint64_t clock) {
        for (auto& source : sources) source.Offer();
        weight_source.Offer();
        sink.Open();
        process.Step(in, weights, out);
        sink.Collect(clock);
      });
  int next[kInputs] = {};
  int inside = -1;
  for (const Mark& mark : sink.tokens) {
    const int input = mark.input.to_int();
    if (Turn::kLocks && inside >= 0) ASSERT_EQ(input, inside) << "a packet was torn";
    ASSERT_EQ(mark.number.to_int(), next[input]++) << "input " << input;
    inside = Turn::kLocks && mark.last == 0 ? input : -1;
  }
}

TEST(WeightedArbiterTest, MergesEveryTokenWhileWeightsChange) {
  ForEachTraffic([](const Traffic& traffic) {
    ExpectMergesAll<OneToken>(traffic);
    ExpectMergesAll<UntilLast>(traffic);
  });
}

TEST(BudgetTest, PaysBackAndLapses) {
  Budget<10> budget;  // one token now, one in the next round
  budget.StartRound(false, 5);
  for (int i = 0; i < 8; ++i) budget.Spend();  // one, and 7 of the 5 to come
  EXPECT_FALSE(budget.is_funded());
  EXPECT_FALSE(budget.is_funded_next());
  budget.StartRound(false, 5);
  EXPECT_FALSE(budget.is_funded()) << "in debt by 2";
  EXPECT_TRUE(budget.is_funded_next());
  for (int round = 0; round < 2; ++round) {
    budget.StartRound(round == 1, 5);
    const int tokens = round == 0 ? 3 : 4;  // 5 less the debt; 5 less the one spent at the start
    for (int i = 0; i < tokens - 1; ++i) budget.Spend();
    EXPECT_TRUE(budget.is_funded());
    budget.Spend();
    EXPECT_FALSE(budget.is_funded());
    EXPECT_TRUE(budget.is_funded_next());
  }
  budget.StartRound(false, 0);
  budget.StartRound(false, 0);
  EXPECT_FALSE(budget.is_funded()) << "what was not used is not saved up";
}

TEST(BudgetTest, ForgivesDebtsBeyondItsWidth) {
  Budget<4> budget;
  for (int i = 0; i < 1000; ++i) budget.Spend();
  int rounds = 0;
  for (; !budget.is_funded_next(); ++rounds) budget.StartRound(false, 1);
  EXPECT_EQ(rounds, 32);
}

}  // namespace
}  // namespace vireo
