// SPDX-License-Identifier: Apache-2.0
// Receive: every frame once, in order, into the buffers that come next; a frame that finds no room
// is counted and takes nothing.
#include <gtest/gtest.h>

#include <algorithm>

#include "hw/net/flow.h"
#include "tests/hw/net/net_bench.h"
#include "tests/hw/net/receive_model.h"

namespace vireo {
namespace {

using spec::Reason;
using test::Extent;
using test::ForEachTraffic;
using test::NetBench;
using test::Packet;
using test::ReceiveModel;
using test::Traffic;

uint64_t MacOf(unsigned function) { return 0x02 | uint64_t{function} << 40; }

Packet FrameTo(sim::Random& random, unsigned function, size_t length) {
  Packet frame = test::RandomPacket(random, length);
  for (unsigned i = 0; i < 6; ++i) frame[i] = static_cast<uint8_t>(MacOf(function) >> (8 * i));
  frame[12] = 0x88;  // no IP, so no flow
  frame[13] = 0xB5;
  return frame;
}

size_t RandomLength(sim::Random& random) {
  switch (random.Below(4)) {
    case 0: return static_cast<size_t>(random.Between(14, 140));
    case 1: return static_cast<size_t>(random.Between(14, 1600));
    case 2: return static_cast<size_t>(random.Between(8000, kMaxFrame));
    default: return 60;
  }
}

// One to six segments, from a byte to more than a frame.
std::vector<uint32_t> RandomChain(sim::Random& random) {
  std::vector<uint32_t> lengths;
  uint32_t sum = 0;
  const auto count = static_cast<unsigned>(random.Percent(60) ? 1 : random.Between(1, 6));
  for (unsigned i = 0; i < count; ++i) {
    uint32_t length = 1536;
    if (random.Percent(30)) length = static_cast<uint32_t>(random.Between(1, 200));
    if (random.Percent(20)) length = static_cast<uint32_t>(random.Between(1, 12000));
    if (random.Percent(10)) length = 0;
    if (i < kReceiveSegments) sum += length;
    lengths.push_back(length);
  }
  if (sum < kNetHeader) lengths[0] += kNetHeader;
  return lengths;
}

TEST(ReceiveTest, FillsBuffersOrDropsWithAReason) {
  ForEachTraffic([](const Traffic& traffic) {
    NetBench bench(traffic);
    ReceiveModel model(bench);
    sim::Random random(traffic.seed, "test");
    constexpr unsigned kUsed = 4;
    for (unsigned queue = 0; queue < kUsed; ++queue) {
      bench.SetAddress(queue, MacOf(queue));
      model.SetUp(queue, queue, 0, queue != 1);
    }
    std::map<Reason, size_t> expected;
    for (unsigned round = 0; round < 6; ++round) {
      for (unsigned queue = 0; queue < kUsed; ++queue) {
        while (model.posted(queue) < kReceiveWindow && !random.Percent(4)) {
          model.Post(queue, RandomChain(random));
        }
      }
      bench.Settle();
      for (unsigned i = 0; i < 20; ++i) {
        const auto queue = static_cast<unsigned>(random.Below(kUsed));
        const Packet frame = FrameTo(random, queue, RandomLength(random));
        ++expected[model.Deliver(queue, frame)];
        bench.Send(frame);
        if (i % 6 == 5) bench.Settle();  // the frame buffer never overruns
      }
      bench.Settle();
      model.Check(true);
      if (testing::Test::HasFatalFailure()) return;
    }
    for (const Reason reason : {Reason::kNone, Reason::kDropNoBuffer, Reason::kDropBuffersShort}) {
      EXPECT_EQ(bench.count(reason), expected[reason]) << static_cast<int>(reason);
    }
    EXPECT_EQ(bench.events().size(), 120u);
    EXPECT_TRUE(bench.faulted().empty());
  });
}

TEST(ReceiveTest, SaysThatTheOnlyBufferIsShortWithoutMerging) {
  NetBench bench({test::FirstSeed(), 0, 0});
  ReceiveModel model(bench);
  sim::Random random(test::FirstSeed(), "test");
  model.SetUp(2, 0, 0, false);
  model.Post(2, {100});
  bench.Settle();
  bench.Send(FrameTo(random, 0, 200));
  bench.Settle();
  EXPECT_EQ(bench.count(Reason::kDropBuffersShort), 1u);
  EXPECT_EQ(bench.events().size(), 1u);
}

// Buffers are posted while frames come in, as fast as both may.
TEST(ReceiveTest, DeliversEveryFrameWhileBuffersComeAndGo) {
  ForEachTraffic([](const Traffic& traffic) {
    NetBench bench(traffic);
    ReceiveModel model(bench);
    sim::Random random(traffic.seed, "test");
    constexpr unsigned kUsed = 3;
    constexpr size_t kFrames = 150;
    for (unsigned queue = 0; queue < kUsed; ++queue) {
      bench.SetAddress(queue, MacOf(queue));
      model.SetUp(queue, queue, 0, queue != 1);
    }
    size_t sent = 0;
    uint64_t wait_until = 0;
    while (model.delivered() < kFrames && bench.clock < 1000000) {
      const auto queue = static_cast<unsigned>(random.Below(kUsed));
      if (model.outstanding(queue) < kReceiveWindow && bench.segments_waiting() < 4) {
        model.Post(queue, RandomChain(random));
      }
      // A chain is there for sure a while after it was posted.
      if (bench.segments_waiting() != 0) wait_until = bench.clock + 30;
      const size_t length = RandomLength(random);
      if (sent < kFrames && bench.frames_waiting() < 4 && bench.clock >= wait_until &&
          bench.bytes_inside() < 40000 && model.room(queue) >= length) {
        const Packet frame = FrameTo(random, queue, length);
        ASSERT_EQ(model.Deliver(queue, frame), Reason::kNone);
        bench.Send(frame);
        ++sent;
      }
      bench.Clock();
      model.Check(false);
      if (testing::Test::HasFatalFailure()) return;
    }
    bench.Settle();
    model.Check(true);
    EXPECT_EQ(bench.count(Reason::kNone), kFrames);
    EXPECT_EQ(bench.events().size(), kFrames);
  });
}

TEST(ReceiveTest, CutsAtEveryByteOfEveryAlignment) {
  NetBench bench({test::FirstSeed(), 0, 0});
  ReceiveModel model(bench);
  sim::Random random(test::FirstSeed(), "test");
  model.SetUp(9, 0, 0, true);
  bench.Settle();
  for (int alignment = 0; alignment < 64; ++alignment) {
    for (uint32_t split = 12; split < 132; split += 7) {
      // The header and the start of the frame in one chain, the rest in another of two pieces.
      model.Post(9, {split}, alignment);
      model.Post(9, {1 + split / 2, 200}, (alignment * 11) % 64);
      bench.Settle();
      const Packet frame = FrameTo(random, 0, 130);
      ASSERT_EQ(model.Deliver(9, frame), Reason::kNone);
      bench.Send(frame);
      bench.Settle();
      model.Check(true);
      if (testing::Test::HasFatalFailure()) return;
      if (model.posted(9) != 0) {
        const Packet rest = FrameTo(random, 0, 60);
        ASSERT_EQ(model.Deliver(9, rest), Reason::kNone);
        bench.Send(rest);
      }
    }
  }
  bench.Settle();
  model.Check(true);
}

TEST(ReceiveTest, TakesNoMoreBuffersThanAFrameNeeds) {
  NetBench bench({test::FirstSeed(), 0, 0});
  ReceiveModel model(bench);
  sim::Random random(test::FirstSeed(), "test");
  model.SetUp(0, 0, 0, true);
  for (int i = 0; i < 3; ++i) model.Post(0, {112});
  bench.Settle();
  const auto deliver = [&](size_t length) {
    const Packet frame = FrameTo(random, 0, length);
    ASSERT_EQ(model.Deliver(0, frame), Reason::kNone);
    bench.Send(frame);
  };
  deliver(100);  // fills the smallest buffer
  deliver(212);  // fills two
  for (int i = 0; i < 3; ++i) model.Post(0, {60, 52});
  model.Post(0, {20});
  bench.Settle();
  deliver(100);  // fills one that is not the smallest
  deliver(101);
  bench.Settle();
  model.Check(true);
  EXPECT_EQ(model.posted(0), 1u);
}

TEST(ReceiveTest, ShowsABufferOnlyWhenItsDataIsOnItsWay) {
  NetBench bench({test::FirstSeed(), 0, 0});
  ReceiveModel model(bench);
  sim::Random random(test::FirstSeed(), "test");
  model.SetUp(0, 0, 0, true);
  for (int i = 0; i < 60; ++i) model.Post(0, {100});
  bench.Settle();
  bench.writes.delay = 500;
  for (int i = 0; i < 20; ++i) {
    const Packet frame = FrameTo(random, 0, static_cast<size_t>(random.Between(60, 180)));
    model.Deliver(0, frame);
    bench.Send(frame);
  }
  for (int i = 0; i < 12000; ++i) {
    bench.Clock();
    size_t frames = 0;
    for (const UsedBuffer& used : bench.used()) frames += used.gathers == 0;
    ASSERT_LE(frames, bench.writes.acks_given);
    if (i == 400) EXPECT_GT(bench.writes.lines_taken, 40u) << "frames do not wait for each other";
  }
  model.Check(true);
}

struct BadChain {
  const char* what;
  QueueFault fault;
  std::vector<uint32_t> lengths;
  int odd_one;
};

const BadChain kBadChains[] = {
    {"no byte", QueueFault::kTooFewBytes, {0}, -1},
    {"less than a header", QueueFault::kTooFewBytes, {11}, -1},
    {"less than a header in pieces", QueueFault::kTooFewBytes, {2, 0, 4, 5}, -1},
    {"less than a header in the pieces that count", QueueFault::kTooFewBytes, {1, 1, 1, 1, 9}, -1},
    {"a readable segment", QueueFault::kWrongDirection, {1536}, 0},
    {"a readable segment in front", QueueFault::kWrongDirection, {12, 1536}, 0},
    {"a readable segment behind", QueueFault::kWrongDirection, {12, 0, 0, 60, 60, 60, 60}, 6},
};

TEST(ReceiveTest, StopsAQueueWithABadChainAndNoOther) {
  for (const BadChain& bad : kBadChains) {
    ForEachTraffic([&bad](const Traffic& traffic) {
      SCOPED_TRACE(bad.what);
      NetBench bench(traffic);
      ReceiveModel model(bench);
      sim::Random random(traffic.seed, "test");
      for (unsigned queue = 0; queue < 2; ++queue) {
        bench.SetAddress(queue, MacOf(queue));
        model.SetUp(queue, queue, 0, true);
        for (int i = 0; i < 4; ++i) model.Post(queue, {1536});
      }
      std::vector<Extent> runs;
      for (const uint32_t length : bad.lengths) runs.push_back(bench.memory.Allocate(length));
      bench.Post(0, QueueKind::kReceive, 77, runs, bad.odd_one);
      for (int i = 0; i < 3; ++i) model.Post(0, {1536});
      bench.Post(0, QueueKind::kReceive, 78, runs, bad.odd_one);
      bench.Settle();
      ASSERT_EQ(bench.faulted().size(), 1u) << "the first fault, once";
      EXPECT_EQ(bench.faulted()[0].queue, 0);
      EXPECT_EQ(bench.faulted()[0].fault, bad.fault);

      const auto send = [&](unsigned queue) {
        const Packet frame = FrameTo(random, queue, RandomLength(random) % 2000 + 14);
        model.Deliver(queue, frame);
        bench.Send(frame);
      };
      bench.Send(FrameTo(random, 0, 60));
      send(1);
      bench.Settle();
      EXPECT_EQ(bench.count(Reason::kDropNotRunning), 1u);
      bench.Stop(0, QueueKind::kReceive);
      bench.Settle();
      model.Forget(0);
      model.SetUp(0, 0, 0, true);
      for (int i = 0; i < 4; ++i) model.Post(0, {1536});
      bench.Settle();
      send(0);
      send(1);
      bench.Settle();
      model.Check(true);
      EXPECT_EQ(model.delivered(), 3u);
    });
  }
}

TEST(ReceiveTest, FinishesFramesAndForgetsBuffersAtAStop) {
  ForEachTraffic([](const Traffic& traffic) {
    NetBench bench(traffic);
    ReceiveModel model(bench);
    sim::Random random(traffic.seed, "test");
    for (unsigned queue = 0; queue < 2; ++queue) {
      bench.SetAddress(queue, MacOf(queue));
      model.SetUp(queue, queue, 0, true);
      for (int i = 0; i < 60; ++i) model.Post(queue, {300});
    }
    bench.Settle();
    for (unsigned i = 0; i < 20; ++i) bench.Send(FrameTo(random, 0, 100 + i));
    bench.Run(static_cast<unsigned>(random.Below(60)));
    bench.Stop(0, QueueKind::kReceive);
    bench.Settle();
    const size_t delivered = bench.count(Reason::kNone);
    EXPECT_EQ(delivered + bench.count(Reason::kDropNotRunning) + bench.count(Reason::kDropNoBuffer),
              20u);
    size_t used = 0;
    for (const UsedBuffer& buffer : bench.used()) used += buffer.is_stop == 0;
    EXPECT_EQ(used, delivered);
    ASSERT_FALSE(bench.used().empty());
    EXPECT_EQ(bench.used().back().is_stop, 1) << "behind the last frame";
    const size_t lines = bench.writes.lines_taken;

    bench.Send(FrameTo(random, 0, 60));
    bench.Settle();
    EXPECT_EQ(bench.writes.lines_taken, lines) << "nothing is written after the stop";
    EXPECT_EQ(bench.used().back().is_stop, 1);
  });
}

// A frame of 60 bytes and its header fill two lines of memory.
TEST(ReceiveTest, DeliversAShortFrameEveryTwoClocks) {
  NetBench bench({test::FirstSeed(), 0, 0});
  ReceiveModel model(bench);
  sim::Random random(test::FirstSeed(), "test");
  constexpr unsigned kFrames = 64;
  model.SetUp(0, 0, 0, true);
  for (unsigned i = 0; i < kFrames; ++i) model.Post(0, {1536}, 0);
  bench.Settle();
  bench.writes.delay = 0;
  for (unsigned i = 0; i < kFrames; ++i) {
    const Packet frame = FrameTo(random, 0, 60);
    model.Deliver(0, frame);
    bench.Send(frame);
  }
  const uint64_t start = bench.clock;
  while (bench.used().size() < kFrames && bench.clock < start + 10 * kFrames) bench.Clock();
  EXPECT_LE(bench.clock - start, 2 * kFrames + 40);
  model.Check(true);
}

}  // namespace
}  // namespace vireo
