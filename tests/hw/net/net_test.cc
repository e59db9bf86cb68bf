// SPDX-License-Identifier: Apache-2.0
// Both ways at once: frames leave and arrive, and neither way disturbs the other.
#include <gtest/gtest.h>

#include "tests/hw/net/net_bench.h"
#include "tests/hw/net/receive_model.h"

namespace vireo {
namespace {

using test::ForEachTraffic;
using test::NetBench;
using test::Packet;
using test::ReceiveModel;
using test::Traffic;

TEST(NetTest, SendsAndReceivesAtOnce) {
  ForEachTraffic([](const Traffic& traffic) {
    NetBench bench(traffic);
    ReceiveModel model(bench);
    sim::Random random(traffic.seed, "test");
    constexpr unsigned kFrames = 20;
    model.SetUp(0, 0, 0, true);
    for (unsigned i = 0; i < 60; ++i) model.Post(0, {70});
    bench.SetUp(1, 0, QueueKind::kTransmit, 1);
    bench.Settle();
    std::vector<Packet> sent;
    for (unsigned i = 0; i < kFrames; ++i) {
      const Packet arrives =
          test::RandomPacket(random, static_cast<size_t>(random.Between(60, 190)));
      ASSERT_EQ(model.Deliver(0, arrives), spec::Reason::kNone);
      bench.Send(arrives);
      sent.push_back(test::RandomPacket(random, static_cast<size_t>(random.Between(60, 190))));
      Packet bytes(kNetHeader);
      bytes.insert(bytes.end(), sent.back().begin(), sent.back().end());
      bench.Post(1, QueueKind::kTransmit, i, {bench.memory.Store(bytes)});
    }
    bench.Settle();
    model.Check(true);
    EXPECT_EQ(model.delivered(), kFrames);
    EXPECT_EQ(bench.frames_out, sent);
    EXPECT_EQ(bench.events().size(), 2 * kFrames);
    for (size_t i = 1; i < bench.used().size(); ++i) {
      if (bench.used()[i - 1].gathers == 0) continue;
      ASSERT_EQ(bench.used()[i].queue, 0) << "a frame's used buffers follow each other";
    }
  });
}

}  // namespace
}  // namespace vireo
