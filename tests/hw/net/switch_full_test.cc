// SPDX-License-Identifier: Apache-2.0
// The switch when its stores are full. Only the Verilog's streams have an end, so only it is run.
#include <gtest/gtest.h>

#include "tests/hw/net/switch_bench.h"

namespace vireo {
namespace {

using spec::Reason;
using test::ForEachTraffic;
using test::SwitchBench;
using test::Traffic;

TEST(SwitchFullTest, SendsOnWhileNothingCanBeReceived) {
  ForEachTraffic([](const Traffic& traffic) {
    SwitchBench bench(traffic, {0, 4, 5});
    constexpr unsigned kFrames = 60;
    for (unsigned i = 0; i < kFrames; ++i) bench.Post(0, 1500);
    bench.net.Settle();
    bench.net.writes.is_blocked = true;
    for (unsigned i = 0; i < kFrames; ++i) {
      bench.Send(4, SwitchBench::MacOf(0), 1400);
      bench.Send(5, SwitchBench::kNobody, 100);
    }
    const uint64_t limit = bench.net.clock + 50000;
    while (bench.net.used().size() < 2 * kFrames && bench.net.clock < limit) bench.net.Clock();
    ASSERT_EQ(bench.net.used().size(), 2 * kFrames) << "all chains are given back";
    bench.net.Settle();
    EXPECT_EQ(bench.net.frames_out.size(), kFrames);
    const size_t dropped = bench.net.count(Reason::kDropSwitchFull);
    EXPECT_GT(dropped, 20u);
    EXPECT_LT(dropped, kFrames - 20);
    for (const NetEvent& event : bench.net.events()) {
      if (event.reason == Reason::kDropSwitchFull) ASSERT_EQ(event.function, 4);
    }

    bench.net.writes.is_blocked = false;
    bench.net.Settle();
    bench.Collect(true);
    EXPECT_EQ(bench.received().size(), 2 * kFrames - dropped);
  });
}

}  // namespace
}  // namespace vireo
