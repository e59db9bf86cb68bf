// SPDX-License-Identifier: Apache-2.0
// Steering: a frame's address finds its function, its flow a queue pair, and what is not live or
// not a frame is counted and dropped.
#include <gtest/gtest.h>

#include <set>

#include "hw/net/flow.h"
#include "tests/hw/net/net_bench.h"

namespace vireo {
namespace {

using spec::Reason;
using test::ForEachTraffic;
using test::NetBench;
using test::Packet;
using test::Traffic;

constexpr QueueKind kReceive = QueueKind::kReceive;
constexpr Traffic kSmooth = {1, 0, 0};

Packet FrameTo(uint64_t mac, size_t length = 60) {
  Packet frame(length);
  for (unsigned i = 0; i < 6 && i < length; ++i) frame[i] = static_cast<uint8_t>(mac >> (8 * i));
  return frame;
}

// UDP over IPv4 between two ports.
Packet Datagram(uint64_t mac, uint16_t from, uint16_t to) {
  Packet frame = FrameTo(mac, 80);
  frame[12] = 0x08;
  frame[14] = 0x45;
  frame[23] = 17;
  frame[34] = static_cast<uint8_t>(from >> 8);
  frame[35] = static_cast<uint8_t>(from);
  frame[36] = static_cast<uint8_t>(to >> 8);
  frame[37] = static_cast<uint8_t>(to);
  return frame;
}

void PostMany(NetBench& bench, unsigned queue, unsigned count = 60) {
  for (unsigned i = 0; i < count; ++i) {
    const test::Extent run = bench.memory.Allocate(1536);
    bench.memory.Lend(run);
    bench.Post(queue, kReceive, i, {run});
  }
}

// The queues that the frame goes to.
std::multiset<int> QueuesOf(NetBench& bench, const Packet& frame) {
  const size_t before = bench.used().size();
  bench.Send(frame);
  bench.Settle();
  std::multiset<int> queues;
  for (size_t i = before; i < bench.used().size(); ++i) {
    queues.insert(bench.used()[i].queue.to_int());
  }
  return queues;
}

// The only one, or -1.
int QueueOf(NetBench& bench, const Packet& frame) {
  const std::multiset<int> queues = QueuesOf(bench, frame);
  return queues.size() == 1 ? *queues.begin() : -1;
}

constexpr uint64_t kFirst = 0x010000000002, kSecond = 0x020000000002, kUnknown = 0x030000000002;
constexpr uint64_t kAll = 0xFFFFFFFFFFFF, kGroup = 0x0100005E0001;

TEST(SteerTest, FindsTheFunctionByDestination) {
  NetBench bench(kSmooth);
  bench.SetUp(4, 0, kReceive, 0);
  bench.SetUp(6, 5, kReceive, 0);
  bench.SetAddress(0, kFirst);
  bench.SetAddress(5, kSecond);
  PostMany(bench, 4);
  PostMany(bench, 6);
  bench.Settle();
  EXPECT_EQ(QueueOf(bench, FrameTo(kFirst)), 4);
  EXPECT_EQ(bench.writes.last_function, 0u);
  EXPECT_EQ(QueueOf(bench, FrameTo(kSecond)), 6);
  EXPECT_EQ(bench.writes.last_function, 5u) << "the write is one of the function's own";
  EXPECT_EQ(QueueOf(bench, FrameTo(kUnknown)), 4);
  bench.SetAddress(5, kSecond, 1, false);
  bench.Settle();
  EXPECT_EQ(QueueOf(bench, FrameTo(kSecond)), 4) << "an address that was taken away";
}

TEST(SteerTest, NeverTakesAGroupForAFunctionsAddress) {
  NetBench bench(kSmooth);
  bench.SetUp(4, 0, kReceive, 0);
  bench.SetUp(6, 5, kReceive, 0);
  bench.SetAddress(5, kGroup | 1);
  PostMany(bench, 4);
  PostMany(bench, 6);
  bench.Settle();
  EXPECT_EQ(QueuesOf(bench, FrameTo(kGroup | 1)), (std::multiset<int>{4, 6}));
}

TEST(SteerTest, GivesGroupsToAllFunctionsWithALiveQueue) {
  NetBench bench(kSmooth);
  bench.SetUp(4, 0, kReceive, 0);
  bench.SetUp(6, 5, kReceive, 0);
  bench.SetUp(10, 5, kReceive, 2);
  bench.SetUp(8, 7, kReceive, 0);
  for (const unsigned queue : {4u, 6u, 8u, 10u}) PostMany(bench, queue);
  bench.Settle();
  EXPECT_EQ(QueuesOf(bench, FrameTo(kAll)), (std::multiset<int>{4, 6, 8}));
  bench.Stop(10, kReceive);
  bench.Stop(8, kReceive);
  bench.Settle();
  EXPECT_EQ(QueuesOf(bench, FrameTo(kGroup)), (std::multiset<int>{4, 6}));
  bench.Stop(6, kReceive);
  bench.Stop(4, kReceive);
  bench.Settle();
  EXPECT_EQ(QueuesOf(bench, FrameTo(kAll)).size(), 0u);
  EXPECT_EQ(bench.count(Reason::kDropNotRunning), 1u);
}

TEST(SteerTest, GivesAnAddressOfTwoFunctionsToTheLower) {
  NetBench bench(kSmooth);
  for (const unsigned function : {2u, 4u, 6u}) {
    bench.SetUp(2 * function, function, kReceive, 0);
    PostMany(bench, 2 * function);
    if (function != 6) bench.SetAddress(function, kSecond);
  }
  bench.Settle();
  EXPECT_EQ(QueueOf(bench, FrameTo(kSecond)), 4);
  bench.SetAddress(2, kFirst);
  bench.Settle();
  EXPECT_EQ(QueueOf(bench, FrameTo(kSecond)), 8) << "the other keeps it";
  EXPECT_EQ(QueueOf(bench, FrameTo(kFirst)), 4);
}

TEST(SteerTest, SpreadsFlowsOverTheLivePairs) {
  NetBench bench(kSmooth);
  for (unsigned pair = 0; pair < 4; ++pair) {
    bench.SetUp(8 + 2 * pair, 0, kReceive, 2 * pair);
    PostMany(bench, 8 + 2 * pair);
  }
  bench.SetAddress(0, kFirst, 4);
  bench.Settle();
  std::set<int> queues;
  for (uint16_t port = 0; port < 40; ++port) {
    const int queue = QueueOf(bench, Datagram(kFirst, port, 80));
    EXPECT_EQ(QueueOf(bench, Datagram(kFirst, port, 80)), queue) << "a flow stays on its queue";
    queues.insert(queue);
  }
  EXPECT_EQ(queues, (std::set<int>{8, 10, 12, 14}));

  // Of two pairs only the first two are used, and a pair that stops gives its flows to the first.
  bench.SetAddress(0, kFirst, 2);
  bench.Stop(10, kReceive);
  bench.Settle();
  for (uint16_t port = 0; port < 10; ++port) {
    EXPECT_EQ(QueueOf(bench, Datagram(kFirst, port, 80)), 8);
  }
}

TEST(SteerTest, UsesOnePairUntilToldOtherwise) {
  NetBench bench(kSmooth);
  for (unsigned pair = 0; pair < 4; ++pair) {
    bench.SetUp(8 + 2 * pair, 0, kReceive, 2 * pair);
    PostMany(bench, 8 + 2 * pair);
  }
  bench.Settle();
  for (uint16_t port = 0; port < 10; ++port) {
    EXPECT_EQ(QueueOf(bench, Datagram(kFirst, port, 80)), 8);
  }
}

TEST(SteerTest, DropsWhatFindsNoLiveQueue) {
  NetBench bench(kSmooth);
  bench.SetAddress(3, kSecond);
  EXPECT_EQ(QueueOf(bench, FrameTo(kFirst)), -1);
  EXPECT_EQ(QueueOf(bench, FrameTo(kSecond)), -1);
  ASSERT_EQ(bench.count(Reason::kDropNotRunning), 2u);
  EXPECT_EQ(bench.events()[0].function, 0);
  EXPECT_EQ(bench.events()[1].function, 3);
  EXPECT_EQ(bench.events()[1].bytes, 60);
  EXPECT_EQ(bench.events()[1].has_queue, 0);
}

TEST(SteerTest, DropsWhatIsNoGoodFrame) {
  ForEachTraffic([](const Traffic& traffic) {
    NetBench bench(traffic);
    bench.SetUp(4, 0, kReceive, 0);
    PostMany(bench, 4);
    bench.Settle();
    bench.Send(FrameTo(kFirst, 60));
    bench.Send(FrameTo(kFirst, 1000), true);
    bench.Send(FrameTo(kFirst, 13));
    bench.Send(FrameTo(kFirst, 14));
    bench.Send(FrameTo(kFirst, kMaxFrame + 1));
    bench.Send(FrameTo(kFirst, kMaxFrame));
    bench.Send(FrameTo(kFirst, 16384 + 5000));
    bench.Send(FrameTo(kFirst, 61));
    bench.Settle();
    std::vector<unsigned> bytes;
    for (const NetEvent& event : bench.events()) {
      if (event.reason == Reason::kNone) bytes.push_back(event.bytes.to_uint());
    }
    EXPECT_EQ(bytes, (std::vector<unsigned>{60, 14, kMaxFrame, 61}));
    EXPECT_EQ(bench.count(Reason::kDropFrameBad), 1u);
    EXPECT_EQ(bench.count(Reason::kDropFrameTooShort), 1u);
    EXPECT_EQ(bench.count(Reason::kDropFrameTooLong), 2u);
    EXPECT_EQ(bench.events().size(), 8u);
  });
}

}  // namespace
}  // namespace vireo
