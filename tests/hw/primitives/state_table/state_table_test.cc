// SPDX-License-Identifier: Apache-2.0
// StateTable: like a plain array of counters, however close events of one key come.
#include "hw/primitives/state_table/state_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "hw/primitives/state_table/counter_policy.h"
#include "tests/hw/primitives/bench.h"

namespace vireo {
namespace {

using test::ForEachTraffic;
using test::PoweredOn;
using test::RunUntil;
using test::Sink;
using test::Source;
using test::Traffic;

template <typename Policy, typename Table>
void ExpectLikeAnArray(const Traffic& traffic, uint8_t fill, unsigned keys, unsigned distance) {
  using Event = typename Policy::Event;
  using Result = typename Policy::Result;
  PoweredOn<Table> table(fill);
  hls::stream<Event> in;
  hls::stream<Result> out;
  Source<Event> source(in, traffic, "in");
  Sink<Result> sink(out, traffic, "out");
  sim::Random random(traffic.seed, "events");
  std::vector<Event> events;
  for (int i = 0; i < 800; ++i) {
    events.push_back({random.Below(keys), random.Percent(10), random.Next()});
    source.Add(events.back());
  }
  RunUntil(
      200000, [&] { return sink.tokens.size() == events.size(); },
      [&](uint64_t clock) {
        source.Offer();
        sink.Open();
        table->Step(in, out);
        sink.Collect(clock);
      });
  std::map<unsigned, typename Policy::Count> counters;
  std::map<unsigned, uint64_t> last_clock;
  for (size_t i = 0; i < events.size(); ++i) {
    const unsigned key = events[i].key.to_uint();
    if (!counters.contains(key)) counters[key] = 0;
    const typename Policy::Count before = counters[key];
    counters[key] =
        events[i].is_put == 1 ? events[i].value : typename Policy::Count(before + events[i].value);
    ASSERT_EQ(sink.tokens[i].key, events[i].key) << "event " << i;
    ASSERT_EQ(sink.tokens[i].before, before) << "event " << i;
    ASSERT_EQ(sink.tokens[i].after, counters[key]) << "event " << i;
    if (last_clock.contains(key)) {
      ASSERT_GE(sink.clocks[i] - last_clock[key], distance) << "event " << i << ", key " << key;
    }
    last_clock[key] = sink.clocks[i];
  }
}

TEST(StateTableTest, IsLikeAnArrayOfCounters) {
  ForEachTraffic([](const Traffic& traffic) {
    using Wide = CounterPolicy<1024, 64>;
    using Narrow = CounterPolicy<16, 8>;
    ExpectLikeAnArray<Wide, StateTable<Wide>>(traffic, 0xFF, 1024, 4);
    ExpectLikeAnArray<Wide, StateTable<Wide>>(traffic, 0x00, 5, 4);
    ExpectLikeAnArray<Narrow, StateTable<Narrow>>(traffic, 0xA5, 16, 4);
    ExpectLikeAnArray<Narrow, StateTable<Narrow>>(traffic, 0x5A, 1, 4);
  });
}

TEST(SmallStateTableTest, IsLikeAnArrayOfCounters) {
  ForEachTraffic([](const Traffic& traffic) {
    using Policy = CounterPolicy<64>;
    using Pair = CounterPolicy<2>;
    ExpectLikeAnArray<Policy, SmallStateTable<Policy>>(traffic, 0xFF, 64, 1);
    ExpectLikeAnArray<Policy, SmallStateTable<Policy>>(traffic, 0xA5, 2, 1);
    ExpectLikeAnArray<Pair, SmallStateTable<Pair>>(traffic, 0x5A, 2, 1);
  });
}

// Clocks for 1000 events over `keys` keys in turn, after the table is clear.
template <typename Policy, typename Table>
uint64_t ClocksFor1000(int keys) {
  Table table;
  hls::stream<typename Policy::Event> in;
  hls::stream<typename Policy::Result> out;
  for (int i = 0; i < Policy::kEntries; ++i) table.Step(in, out);
  for (int i = 0; i < 1000; ++i) in.write({i % keys, 0, 1});
  uint64_t clocks = 0;
  for (; out.size() < 1000 && clocks < 100000; ++clocks) table.Step(in, out);
  return clocks;
}

TEST(StateTableTest, TakesAnEventInEveryClock) {
  using Policy = CounterPolicy<1024>;
  EXPECT_EQ((ClocksFor1000<Policy, StateTable<Policy>>(1024)), 1000u);
  EXPECT_EQ((ClocksFor1000<Policy, StateTable<Policy>>(4)), 1000u);
  EXPECT_EQ((ClocksFor1000<Policy, StateTable<Policy>>(2)), 1998u) << "two events in four clocks";
  EXPECT_EQ((ClocksFor1000<Policy, StateTable<Policy>>(1)), 3997u) << "one event in four clocks";
  using Small = CounterPolicy<64>;
  EXPECT_EQ((ClocksFor1000<Small, SmallStateTable<Small>>(1)), 1000u);
}

TEST(StateTableTest, KeepsTheDistanceToTheClearingOfAnEntry) {
  using Policy = CounterPolicy<16>;
  for (int key = 0; key < 16; ++key) {
    StateTable<Policy> table;
    hls::stream<Policy::Event> in;
    hls::stream<Policy::Result> out;
    in.write({key, 0, 1});
    int clock = 0;
    for (; out.empty() && clock < 100; ++clock) table.Step(in, out);
    // Entry `key` is cleared in clock `key`, and events start in clock 16.
    EXPECT_EQ(clock - 1, std::max(16, key + 4)) << "key " << key;
  }
}

TEST(ScoreboardTest, KnowsTheLastKeys) {
  Scoreboard<10, 4> scoreboard;
  EXPECT_FALSE(scoreboard.IsInFlight(0)) << "empty after reset";
  scoreboard.Advance(true, 7);
  for (int clock = 0; clock < 3; ++clock) {
    EXPECT_TRUE(scoreboard.IsInFlight(7)) << clock;
    EXPECT_FALSE(scoreboard.IsInFlight(8));
    scoreboard.Advance(false, 8);
  }
  EXPECT_FALSE(scoreboard.IsInFlight(7));
  EXPECT_FALSE(scoreboard.IsInFlight(8));
}

}  // namespace
}  // namespace vireo
