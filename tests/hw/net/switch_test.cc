// SPDX-License-Identifier: Apache-2.0
// The switch: frames from anyone to anyone, each once to each that should have it, in order; who
// does not receive disturbs nobody.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/hw/net/switch_bench.h"

namespace vireo {
namespace {

using spec::Reason;
using test::ForEachTraffic;
using test::SwitchBench;
using test::Traffic;
using Received = std::vector<std::pair<unsigned, size_t>>;

constexpr unsigned kWire = SwitchBench::kWire;
constexpr Traffic kSmooth = {1, 0, 0};

size_t RandomLength(sim::Random& random) {
  switch (random.Below(8)) {
    case 0: return static_cast<size_t>(random.Between(1000, 2000));
    case 1: return static_cast<size_t>(random.Percent(20) ? kMaxFrame : 300);
    default: return static_cast<size_t>(random.Between(15, 200));
  }
}

TEST(SwitchTest, DeliversEveryFrameOnceAndInOrderToAllThatShouldHaveIt) {
  ForEachTraffic([](const Traffic& traffic) {
    const std::vector<unsigned> functions = {0, 2, 3, 6};
    SwitchBench bench(traffic, functions);
    sim::Random random(traffic.seed, "test");
    constexpr size_t kFrames = 150;
    const auto any = [&] { return functions[random.Below(functions.size())]; };
    size_t sent = 0, groups = 0, between = 0;
    while ((sent < kFrames || bench.copies_missing() != 0) && bench.net.clock < 1000000) {
      for (const unsigned function : functions) {
        if (bench.outstanding(function) == kReceiveWindow || bench.net.segments_waiting() > 8) {
          continue;
        }
        bench.Post(function, static_cast<uint32_t>(random.Between(400, 1600)));
      }
      // What is under way finds room in every store, and buffers.
      const bool is_quiet = bench.copies_missing() < 24 && bench.bytes_missing() < 12000;
      const bool is_posted = std::all_of(functions.begin(), functions.end(), [&](unsigned of) {
        return bench.outstanding(of) >= kReceiveWindow - 8;
      });
      if (sent < kFrames && is_quiet && is_posted && bench.net.segments_waiting() == 0) {
        const unsigned sender = random.Percent(30) ? kWire : any();
        uint64_t destination = SwitchBench::MacOf(any());
        if (random.Percent(15)) destination = SwitchBench::kNobody;
        if (random.Percent(20)) {
          destination = random.Percent(50) ? SwitchBench::kAll : SwitchBench::kGroup;
        }
        const size_t receivers = bench.Send(sender, destination, RandomLength(random)).size();
        groups += receivers > 1;
        between += sender != kWire && destination == SwitchBench::MacOf(sender);
        ++sent;
      }
      bench.net.Clock();
      bench.Collect();
      if (testing::Test::HasFatalFailure()) return;
    }
    bench.net.Settle();
    bench.Collect();
    EXPECT_EQ(sent, kFrames);
    EXPECT_EQ(bench.copies_missing(), 0u);
    EXPECT_EQ(bench.net.count(Reason::kNone), bench.net.events().size()) << "nothing is dropped";
    EXPECT_GT(groups, 10u);
    EXPECT_GT(between, 5u);
  });
}

TEST(SwitchTest, KeepsAFrameBehindTheCopyOfAnEarlierOne) {
  SwitchBench bench(kSmooth, {0, 1, 2, 3, 4, 5, 6, 7});
  for (unsigned function = 0; function < 8; ++function) {
    for (int i = 0; i < 6; ++i) bench.Post(function, 1000);
  }
  bench.net.Settle();
  // The last function's copies would be the last ones.
  for (const unsigned sender : {kWire, 3u}) {
    bench.Send(sender, SwitchBench::kAll, 900);
    bench.Send(sender, SwitchBench::kAll, 901);
    bench.Send(sender, SwitchBench::MacOf(7), 100);
  }
  bench.net.Settle();
  bench.Collect();
  EXPECT_EQ(bench.copies_missing(), 0u);
}

TEST(SwitchTest, HoldsAFrameUpForNoMoreThanACopy) {
  SwitchBench bench(kSmooth, {0, 1, 2, 3, 4, 5, 6, 7});
  for (unsigned function = 0; function < 8; ++function) {
    for (int i = 0; i < 8; ++i) bench.Post(function, 9300);
  }
  bench.net.Settle();
  bench.Send(kWire, SwitchBench::kAll, 9000);
  bench.Send(kWire, SwitchBench::MacOf(4), 100);
  bench.Send(kWire, SwitchBench::MacOf(4), 101);
  bench.net.Settle();
  bench.Collect();
  EXPECT_EQ(bench.copies_missing(), 0u);
  const Received& received = bench.received();
  const auto at = [&](size_t length) {
    return std::find(received.begin(), received.end(), std::pair<unsigned, size_t>(4, length)) -
           received.begin();
  };
  EXPECT_LE(at(100), 3) << "at most its own copy and two others before it";
  EXPECT_LE(at(101), 5) << "a copy between two frames";
}

TEST(SwitchTest, LosesOnlyTheCopiesOfAFunctionWithoutBuffers) {
  ForEachTraffic([](const Traffic& traffic) {
    SwitchBench bench(traffic, {0, 2, 5});
    constexpr unsigned kRounds = 10;
    for (const unsigned function : {0u, 5u}) {
      for (unsigned i = 0; i < 4 * kRounds; ++i) bench.Post(function, 300);
    }
    bench.net.Settle();
    for (unsigned round = 0; round < kRounds; ++round) {
      bench.Send(kWire, SwitchBench::kAll, 200);
      bench.Send(5, SwitchBench::kGroup, 190);
      bench.Send(5, SwitchBench::MacOf(2), 180);
      bench.Send(5, SwitchBench::MacOf(0), 170);
      if (round % 3 == 2) bench.net.Settle();
    }
    bench.net.Settle();
    bench.Collect();
    EXPECT_EQ(bench.copies_missing(), 3 * kRounds) << "of function 2";
    EXPECT_EQ(bench.net.count(Reason::kDropNoBuffer), 3 * kRounds);
    for (const NetEvent& event : bench.net.events()) {
      if (event.reason != Reason::kNone) ASSERT_EQ(event.function, 2);
    }
  });
}

TEST(SwitchTest, CountsGroupFramesThatAreTooMany) {
  SwitchBench bench(kSmooth, {0, 4, 5});
  constexpr unsigned kFrames = 40;
  for (unsigned i = 0; i < kFrames; ++i) {
    for (const unsigned function : {0u, 4u}) bench.Post(function, 200);
  }
  bench.net.reads.delay = 0;
  bench.net.Settle();
  for (unsigned i = 0; i < kFrames; ++i) bench.Send(5, SwitchBench::kAll, 100);
  bench.net.Settle();
  bench.Collect(true);
  const size_t dropped = bench.net.count(Reason::kDropGroupFull);
  EXPECT_GT(dropped, 5u);
  EXPECT_EQ(bench.net.count(Reason::kDropSwitchFull), 0u);
  EXPECT_EQ(bench.net.frames_out.size(), kFrames) << "the wire has them all";
  EXPECT_EQ(bench.received().size(), kFrames + 2 * (kFrames - dropped));
  for (const NetEvent& event : bench.net.events()) {
    if (event.reason == Reason::kDropGroupFull) ASSERT_EQ(event.function, 5);
  }
}

TEST(SwitchTest, MovesAShortFrameEveryTwoClocks) {
  SwitchBench bench(kSmooth, {2, 3});
  constexpr unsigned kFrames = 60;
  bench.net.reads.delay = 0;
  bench.net.writes.delay = 0;
  for (unsigned i = 0; i < kFrames; ++i) bench.Post(3, 128);
  bench.net.Settle();
  for (unsigned i = 0; i < kFrames; ++i) bench.Send(2, SwitchBench::MacOf(3), 60);
  const uint64_t start = bench.net.clock;
  while (bench.received().size() < kFrames && bench.net.clock < start + 10 * kFrames) {
    bench.net.Clock();
    bench.Collect();
  }
  EXPECT_LE(bench.net.clock - start, 2 * kFrames + 80);
  EXPECT_EQ(bench.copies_missing(), 0u);
}

}  // namespace
}  // namespace vireo
