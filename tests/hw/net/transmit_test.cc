// SPDX-License-Identifier: Apache-2.0
// Transmit: every frame once, in the order of its queue, whatever its chain looks like; a bad
// chain stops its queue and no other.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/hw/net/net_bench.h"

namespace vireo {
namespace {

using spec::Reason;
using test::Extent;
using test::ForEachTraffic;
using test::NetBench;
using test::Packet;
using test::Traffic;

constexpr QueueKind kTransmit = QueueKind::kTransmit;

// A frame that can be told from others: its queue and number stand in its first bytes.
Packet NumberedFrame(sim::Random& random, size_t length, unsigned queue, unsigned number) {
  Packet frame = test::RandomPacket(random, length);
  frame[0] = static_cast<uint8_t>(queue);
  frame[1] = static_cast<uint8_t>(number);
  frame[2] = static_cast<uint8_t>(number >> 8);
  return frame;
}

Packet Padded(Packet frame) {
  if (frame.size() < 60) frame.resize(60);
  return frame;
}

// Header and frame in memory, cut anywhere, some of the pieces empty.
std::vector<Extent> Scatter(NetBench& bench, sim::Random& random, const Packet& frame) {
  Packet bytes = test::RandomPacket(random, kNetHeader);
  bytes.insert(bytes.end(), frame.begin(), frame.end());
  std::vector<Extent> runs;
  const bool is_fine = random.Percent(20);
  size_t at = 0;
  while (at < bytes.size()) {
    const size_t left = bytes.size() - at;
    size_t length = random.Below(left + 1);
    if (random.Percent(40)) length = left;
    if (is_fine) length = std::min<size_t>(left, random.Below(24));
    const auto begin = bytes.begin() + static_cast<ptrdiff_t>(at);
    runs.push_back(bench.memory.Store(Packet(begin, begin + static_cast<ptrdiff_t>(length))));
    at += length;
  }
  if (random.Percent(10)) runs.push_back(bench.memory.Allocate(0));
  return runs;
}

size_t RandomLength(sim::Random& random) {
  switch (random.Below(4)) {
    case 0: return static_cast<size_t>(random.Between(14, 70));
    case 1: return static_cast<size_t>(random.Between(14, 1600));
    case 2: return static_cast<size_t>(random.Between(9000, kMaxFrame));
    default: return 60;
  }
}

TEST(TransmitTest, SendsEveryFrameOnceInOrderOfItsQueue) {
  ForEachTraffic([](const Traffic& traffic) {
    NetBench bench(traffic);
    sim::Random random(traffic.seed, "test");
    constexpr unsigned kUsed = 5;
    std::map<unsigned, std::vector<Packet>> sent;
    for (unsigned queue = 0; queue < kUsed; ++queue) bench.SetUp(queue, queue, kTransmit, 1);
    for (unsigned i = 0; i < 80; ++i) {
      const auto queue = static_cast<unsigned>(random.Below(kUsed));
      const auto number = static_cast<unsigned>(sent[queue].size());
      const Packet frame = NumberedFrame(random, RandomLength(random), queue, number);
      sent[queue].push_back(frame);
      bench.Post(queue, kTransmit, number, Scatter(bench, random, frame));
    }
    for (unsigned queue = 0; queue < kUsed; ++queue) bench.Stop(queue, kTransmit);
    bench.Settle();

    std::map<unsigned, unsigned> next;
    ASSERT_EQ(bench.frames_out.size(), 80u);
    for (const Packet& frame : bench.frames_out) {
      const unsigned number = next[frame[0]]++;
      ASSERT_EQ(frame, Padded(sent[frame[0]].at(number))) << "frame " << number;
    }
    std::map<unsigned, std::vector<unsigned>> used;
    std::map<unsigned, bool> stopped;
    for (const UsedBuffer& buffer : bench.used()) {
      const unsigned queue = buffer.queue.to_uint();
      ASSERT_FALSE(stopped[queue]) << "nothing comes behind the stop";
      stopped[queue] = buffer.is_stop == 1;
      if (buffer.is_stop == 1) continue;
      ASSERT_EQ(buffer.length, 0) << "nothing was written";
      ASSERT_EQ(buffer.gathers, 0);
      used[queue].push_back(buffer.id.to_uint());
    }
    for (unsigned queue = 0; queue < kUsed; ++queue) {
      EXPECT_TRUE(stopped[queue]);
      ASSERT_EQ(used[queue].size(), sent[queue].size());
      EXPECT_TRUE(std::is_sorted(used[queue].begin(), used[queue].end()));
    }
    EXPECT_EQ(bench.count(Reason::kNone), 80u) << "each is counted";
    EXPECT_TRUE(bench.faulted().empty());
  });
}

// Header and frame in one run.
std::vector<Extent> InOneRun(NetBench& bench, const Packet& frame, int alignment = -1) {
  Packet bytes(kNetHeader);
  bytes.insert(bytes.end(), frame.begin(), frame.end());
  return {bench.memory.Store(bytes, alignment)};
}

TEST(TransmitTest, JoinsEverySplitAtEveryAlignment) {
  NetBench bench({test::FirstSeed(), 0, 0});
  sim::Random random(test::FirstSeed(), "test");
  bench.SetUp(3, 0, kTransmit, 1);
  std::vector<Packet> sent;
  for (int alignment = 0; alignment < 64; ++alignment) {
    for (size_t split = 1; split < 96; split += 5) {
      const Packet frame = NumberedFrame(random, 84, 3, static_cast<unsigned>(sent.size()));
      Packet bytes(kNetHeader, 0xFF);  // whatever a driver writes there
      bytes.insert(bytes.end(), frame.begin(), frame.end());
      const auto middle = bytes.begin() + static_cast<ptrdiff_t>(split);
      bench.Post(3, kTransmit, 0,
                 {bench.memory.Store(Packet(bytes.begin(), middle), alignment),
                  bench.memory.Store(Packet(middle, bytes.end()), (alignment * 7) % 64)});
      sent.push_back(frame);
    }
  }
  bench.Settle();
  EXPECT_EQ(bench.frames_out, sent);
}

TEST(TransmitTest, TakesAChainOfSingleBytes) {
  NetBench bench({test::FirstSeed(), 0, 0});
  sim::Random random(test::FirstSeed(), "test");
  bench.SetUp(0, 0, kTransmit, 1);
  const Packet frame = test::RandomPacket(random, 200);
  std::vector<Extent> runs;
  for (const uint8_t byte : Packet(kNetHeader)) runs.push_back(bench.memory.Store({byte}));
  for (const uint8_t byte : frame) runs.push_back(bench.memory.Store({byte}));
  bench.Post(0, kTransmit, 0, runs);
  bench.Settle();
  ASSERT_EQ(bench.frames_out.size(), 1u);
  EXPECT_EQ(bench.frames_out[0], frame);
}

struct BadChain {
  const char* what;
  QueueFault fault;
  std::vector<uint32_t> lengths;
  int odd_one;
};

const BadChain kBadChains[] = {
    {"no byte", QueueFault::kTooFewBytes, {0}, -1},
    {"half a header", QueueFault::kTooFewBytes, {6}, -1},
    {"a header and nothing behind it", QueueFault::kTooFewBytes, {12}, -1},
    {"a header and 13 bytes in three pieces", QueueFault::kTooFewBytes, {5, 7, 0, 13}, -1},
    {"a byte too many", QueueFault::kTooManyBytes, {12, 9216, 1}, -1},
    {"a byte too many in one piece", QueueFault::kTooManyBytes, {9229}, -1},
    {"all of memory", QueueFault::kTooManyBytes, {0xFFFFFFFF}, -1},
    {"64 KiB and a frame", QueueFault::kTooManyBytes, {0x10000 + 72}, -1},
    {"lengths that wrap 32 bits", QueueFault::kTooManyBytes, {0xFFFFFFFF, 61}, -1},
    {"a writable segment", QueueFault::kWrongDirection, {72}, 0},
    {"a writable segment behind", QueueFault::kWrongDirection, {12, 60, 4}, 2},
    {"a writable segment of 0 bytes", QueueFault::kWrongDirection, {72, 0}, 1},
};

TEST(TransmitTest, StopsAQueueWithABadChainAndNoOther) {
  for (const BadChain& bad : kBadChains) {
    ForEachTraffic([&bad](const Traffic& traffic) {
      SCOPED_TRACE(bad.what);
      NetBench bench(traffic);
      sim::Random random(traffic.seed, "test");
      std::map<unsigned, std::vector<Packet>> sent;
      bench.SetUp(1, 0, kTransmit, 1);
      bench.SetUp(2, 1, kTransmit, 1);
      const auto post_good = [&](unsigned queue, unsigned number) {
        const Packet frame = NumberedFrame(random, 100, queue, number);
        bench.Post(queue, kTransmit, number, InOneRun(bench, frame));
        return frame;
      };
      sent[1].push_back(post_good(1, 0));
      sent[2].push_back(post_good(2, 0));
      std::vector<Extent> runs;
      for (const uint32_t length : bad.lengths) {
        Extent run = bench.memory.Allocate(std::min(length, 10000u));
        run.length = length;
        runs.push_back(run);
      }
      bench.Post(1, kTransmit, 1, runs, bad.odd_one);
      post_good(1, 2);
      bench.Post(1, kTransmit, 3, runs, bad.odd_one);
      sent[2].push_back(post_good(2, 1));
      bench.Stop(1, kTransmit);
      bench.Settle();
      ASSERT_EQ(bench.faulted().size(), 1u) << "the first fault, once";
      EXPECT_EQ(bench.faulted()[0].queue, 1);
      EXPECT_EQ(bench.faulted()[0].fault, bad.fault);
      EXPECT_EQ(bench.count(Reason::kDropFaulty), 3u);

      // The queue comes back with its next life.
      bench.SetUp(1, 0, kTransmit, 1);
      sent[1].push_back(post_good(1, 4));
      bench.Settle();
      std::map<unsigned, std::vector<Packet>> came;
      for (const Packet& frame : bench.frames_out) came[frame[0]].push_back(frame);
      EXPECT_EQ(came, sent);
      std::vector<unsigned> used;
      for (const UsedBuffer& buffer : bench.used()) {
        if (buffer.queue == 1) used.push_back(buffer.is_stop == 1 ? 99 : buffer.id.to_uint());
      }
      EXPECT_EQ(used, (std::vector<unsigned>{0, 99, 4})) << "good chain, stop, good chain";
    });
  }
}

TEST(TransmitTest, SendsNothingOfAChainThatCannotBeRead) {
  ForEachTraffic([](const Traffic& traffic) {
    NetBench bench(traffic);
    sim::Random random(traffic.seed, "test");
    bench.SetUp(1, 0, kTransmit, 1);
    bench.SetUp(2, 1, kTransmit, 1);
    const Packet before = NumberedFrame(random, 400, 1, 0);
    const Packet other = NumberedFrame(random, 60, 2, 0);
    bench.Post(1, kTransmit, 0, InOneRun(bench, before));
    std::vector<Extent> runs;
    for (int i = 0; i < 3; ++i) runs.push_back(bench.memory.Allocate(300));
    bench.reads.refused.insert(runs[random.Below(3)].address);
    bench.Post(1, kTransmit, 1, runs);
    bench.Post(1, kTransmit, 2, InOneRun(bench, before));
    bench.Post(2, kTransmit, 0, InOneRun(bench, other));
    bench.Settle();
    ASSERT_EQ(bench.frames_out.size(), 2u);
    EXPECT_TRUE(std::count(bench.frames_out.begin(), bench.frames_out.end(), before) == 1);
    EXPECT_TRUE(std::count(bench.frames_out.begin(), bench.frames_out.end(), other) == 1);
    ASSERT_EQ(bench.faulted().size(), 1u);
    EXPECT_EQ(bench.faulted()[0].queue, 1);
    EXPECT_EQ(bench.faulted()[0].fault, QueueFault::kReadFailed);
  });
}

TEST(TransmitTest, GivesTheMacAFrameWithoutAGap) {
  Traffic traffic = {test::FirstSeed(), 60, 0};
  NetBench bench(traffic);
  sim::Random random(traffic.seed, "test");
  bench.SetUp(0, 0, kTransmit, 1);
  for (unsigned i = 0; i < 20; ++i) {
    bench.Post(0, kTransmit, i, Scatter(bench, random, NumberedFrame(random, 2000, 0, i)));
  }
  bench.Settle();
  ASSERT_EQ(bench.frames_out.size(), 20u);
  EXPECT_EQ(bench.gaps_out(), 0u);
}

// A frame of 60 bytes and its header lie in two lines of memory.
TEST(TransmitTest, SendsAShortFrameEveryTwoClocks) {
  NetBench bench({test::FirstSeed(), 0, 0});
  sim::Random random(test::FirstSeed(), "test");
  constexpr unsigned kFrames = 1000;
  bench.SetUp(0, 0, kTransmit, 1);
  bench.Settle();
  for (unsigned i = 0; i < kFrames; ++i) {
    bench.Post(0, kTransmit, i, InOneRun(bench, NumberedFrame(random, 60, 0, i), 0));
  }
  const uint64_t start = bench.clock;
  while (bench.frames_out.size() < kFrames && bench.clock < start + 10 * kFrames) bench.Clock();
  EXPECT_LE(bench.clock - start, 2 * kFrames + 200);
}

}  // namespace
}  // namespace vireo
