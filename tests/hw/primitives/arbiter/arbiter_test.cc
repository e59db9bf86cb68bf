// SPDX-License-Identifier: Apache-2.0
// RoundRobinArbiter: every token once, each input in order and in turn, packets in one piece.
#include "hw/primitives/arbiter/arbiter.h"

#include <gtest/gtest.h>

#include "hw/primitives/beat/beat.h"
#include "tests/hw/primitives/bench.h"

namespace vireo {
namespace {

using test::ForEachTraffic;
using test::RunUntil;
using test::Sink;
using test::Source;
using test::Traffic;

// Which input, which token of it.
struct Mark {
  ap_uint<8> input;
  ap_uint<24> number;
  ap_uint<1> last;
};

template <int kInputs, typename Turn>
void ExpectMergesAll(const Traffic& traffic) {
  RoundRobinArbiter<Mark, kInputs, Turn> process;
  hls::stream<Mark> in[kInputs];
  hls::stream<Mark> out;
  std::vector<Source<Mark>> sources;
  Sink<Mark> sink(out, traffic, "out");
  sim::Random random(traffic.seed, "lengths");
  constexpr int kTokens = 60;
  for (int i = 0; i < kInputs; ++i) {
    sources.emplace_back(in[i], traffic, "in" + std::to_string(i));
    for (int n = 0; n < kTokens; ++n) {
      sources.back().Add(Mark{i, n, n == kTokens - 1 || random.Percent(30)});
    }
  }
  RunUntil(
      100000, [&] { return sink.tokens.size() == kInputs * kTokens; },
      [&](uint64_t clock) {
        for (auto& source : sources) source.Offer();
        sink.Open();
        process.Step(in, out);
        sink.Collect(clock);
      });
  int next[kInputs] = {};
  int inside = -1;  // the input whose turn it is
  for (const Mark& mark : sink.tokens) {
    const int input = mark.input.to_int();
    if (Turn::kLocks && inside >= 0) ASSERT_EQ(input, inside) << "a packet was torn";
    ASSERT_EQ(mark.number.to_int(), next[input]++) << "input " << input;
    inside = Turn::kLocks && mark.last == 0 ? input : -1;
  }
  if (traffic.idle == 0 && traffic.stall == 0) {
    EXPECT_EQ(sink.clocks.back(), sink.tokens.size() - 1) << "a token in every clock";
    if (!Turn::kLocks) {
      for (size_t i = 0; i < sink.tokens.size(); ++i) {
        ASSERT_EQ(sink.tokens[i].input.to_uint(), i % kInputs) << "all busy: strictly in turn";
      }
    }
  }
}

TEST(RoundRobinArbiterTest, MergesEveryTokenInTurn) {
  ForEachTraffic([](const Traffic& traffic) {
    ExpectMergesAll<2, OneToken>(traffic);
    ExpectMergesAll<5, OneToken>(traffic);
    ExpectMergesAll<8, OneToken>(traffic);
    ExpectMergesAll<64, OneToken>(traffic);
  });
}

TEST(RoundRobinArbiterTest, KeepsPacketsInOnePiece) {
  ForEachTraffic([](const Traffic& traffic) {
    ExpectMergesAll<2, UntilLast>(traffic);
    ExpectMergesAll<3, UntilLast>(traffic);
    ExpectMergesAll<8, UntilLast>(traffic);
  });
}

TEST(RoundRobinArbiterTest, WaitsForThePacketThatPauses) {
  RoundRobinArbiter<Mark, 2, UntilLast> process;
  hls::stream<Mark> in[2];
  hls::stream<Mark> out;
  in[0].write(Mark{0, 0, 0});
  in[1].write(Mark{1, 0, 1});
  for (int i = 0; i < 5; ++i) process.Step(in, out);
  EXPECT_EQ(out.size(), 1u) << "input 1 waits while the packet of input 0 is not complete";
  in[0].write(Mark{0, 1, 1});
  for (int i = 0; i < 5; ++i) process.Step(in, out);
  EXPECT_EQ(out.size(), 3u);
}

}  // namespace
}  // namespace vireo
