// SPDX-License-Identifier: Apache-2.0
// How many places of the block engine a function is lent, and that it gives them back.

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "hw/virtqueue/fetch_quota.h"
#include "tests/hw/primitives/bench.h"
#include "tests/hw/virtqueue/rings_bench.h"

namespace vireo::testing {
namespace {

class QuotaTest : public ::testing::Test {
 protected:
  QuotaTest() { Run(2 * kFunctions); }

  void Run(int clocks) {
    for (int i = 0; i < clocks; ++i) {
      quota_->Step(asks_, returns_, grants_, again_);
      if (!again_.empty()) asks_.write(again_.read());
      while (!grants_.empty()) {
        const FetchEvent grant = grants_.read();
        EXPECT_EQ(grant.kind, FetchEventKind::kGrant);
        if (grant.value == 0) stops.push_back(grant.key.to_uint());
        held[grant.key.to_uint()] += grant.value.to_uint();
      }
    }
  }
  // The queue asks `times` for `chains`; what it is lent is in `held`.
  void Ask(unsigned queue, unsigned function, unsigned chains, int times) {
    for (int i = 0; i < times; ++i) asks_.write({queue, function, chains});
    Run(400);
  }
  void Return(unsigned function, unsigned chains) {
    returns_.write({function, chains, 0});
    Run(400);
  }
  void AskToStop(unsigned queue, unsigned function) { Ask(queue, function, 0, 1); }
  void End(unsigned function) {
    returns_.write({function, 0, 1});
    Run(400);
  }

  // A function alone: the most for which free > held / 4 + kReserved held before the last one.
  static unsigned Most() {
    unsigned most = 1;
    while (FetchQuota::kPlaces - most > most / 4 + FetchQuota::kReserved) ++most;
    return most;
  }

  std::map<unsigned, unsigned> held;  // by queue
  std::vector<unsigned> stops;        // queues, in the order in which theirs may go

 private:
  test::PoweredOn<FetchQuota> quota_;
  hls::stream<QuotaAsk> asks_, again_;
  hls::stream<QuotaReturn> returns_;
  hls::stream<FetchEvent> grants_;
};

TEST_F(QuotaTest, AFunctionAloneLeavesPlacesToOthers) {
  Ask(3, 1, 32, kBlockCommands);
  EXPECT_EQ(held[3], Most());
  Ask(4, 1, 32, 1);
  EXPECT_EQ(held[4], 0U) << "its other queues share what it has";
}

TEST_F(QuotaTest, EachFunctionGetsAFirstPlaceWhateverOthersHold) {
  for (unsigned i = 0; i < FetchQuota::kReserved; ++i) Ask(i, 1 + i, 32, kBlockCommands);
  for (unsigned i = 0; i < FetchQuota::kReserved; ++i) EXPECT_GE(held[i], 1U) << "queue " << i;
}

TEST_F(QuotaTest, NoMoreAreLentThanThereAre) {
  for (unsigned i = 0; i < kFunctions; ++i) Ask(i, i, 32, kBlockCommands);
  unsigned lent = 0;
  for (const auto& [queue, places] : held) lent += places;
  EXPECT_EQ(lent + FetchQuota::kStops, static_cast<unsigned>(kBlockCommands));
}

TEST_F(QuotaTest, AFunctionThatHoldsAllThatItMayIsStoppedQueueAfterQueue) {
  Ask(3, 1, 32, kBlockCommands);
  AskToStop(3, 1);
  AskToStop(4, 1);
  AskToStop(9, 2);
  EXPECT_EQ(stops, (std::vector<unsigned>{3, 9}));
  End(1);
  EXPECT_EQ(stops, (std::vector<unsigned>{3, 9, 4}));
}

TEST_F(QuotaTest, NoMoreStopsGoThanHavePlaces) {
  for (unsigned i = 0; i <= FetchQuota::kStops; ++i) AskToStop(i, i);
  EXPECT_EQ(stops.size(), static_cast<size_t>(FetchQuota::kStops));
  End(0);
  EXPECT_EQ(stops.size(), FetchQuota::kStops + size_t{1});
}

TEST_F(QuotaTest, AReturnIsLentToWhoWaits) {
  Ask(3, 1, 32, kBlockCommands);
  Return(1, 1);
  EXPECT_EQ(held[3], Most() + 1);
  Return(1, 5);
  EXPECT_EQ(held[3], Most() + 6);
}

// Chains of one queue until no more come.
size_t Fill(RingsBench& bench, unsigned queue, SplitQueue& ring, unsigned chains) {
  for (unsigned i = 0; i < chains; ++i) ring.Add({{0x1000, 64, true}}, ChainForm::kDirect);
  if (ring.Publish()) bench.Notify(queue);
  for (int i = 0; i < 3000; ++i) bench.Step();
  return bench.chains[queue].size();
}

TEST(QuotaOfRings, AFunctionWhoseChainsAreNeverUsedLeavesTheOthersAlone) {
  RingsBench bench(21);
  SplitQueue& hog = bench.AddQueue(3, 64, true, false, QueueKind::kBlock, 1);
  SplitQueue& second = bench.AddQueue(4, 64, true, false, QueueKind::kBlock, 1);
  SplitQueue& other = bench.AddQueue(5, 64, true, false, QueueKind::kBlock, 4);
  SplitQueue& net = bench.AddQueue(9, 256, true, false, QueueKind::kTransmit, 0);
  const size_t held = Fill(bench, 3, hog, 64);
  EXPECT_LT(held, static_cast<size_t>(kBlockCommands));
  EXPECT_EQ(Fill(bench, 4, second, 8), 0U);
  EXPECT_GE(Fill(bench, 5, other, 8), 1U);
  EXPECT_EQ(Fill(bench, 9, net, 256), 256U) << "queues of the network need no places";
}

TEST(QuotaOfRings, WhatAStoppedQueueHeldIsLentAgain) {
  RingsBench bench(22);
  for (unsigned life = 1; life <= 4; ++life) {
    SplitQueue& ring = bench.AddQueue(3, 64, true, false, QueueKind::kBlock, 1);
    const size_t held = Fill(bench, 3, ring, 64);
    EXPECT_GE(held, static_cast<size_t>(kBlockCommands) / 2) << "life " << life;
    bench.Stop(3);
    for (int i = 0; i < 3000; ++i) bench.Step();
    EXPECT_EQ(bench.stopped[3], life);
    bench.chains[3].clear();
  }
}

TEST(QuotaOfRings, WhatAQueueWithAFaultHeldIsLentAgain) {
  RingsBench bench(23);
  for (unsigned life = 1; life <= 4; ++life) {
    for (const unsigned queue : {3U, 4U}) {
      SplitQueue& ring = bench.AddQueue(queue, 64, true, false, QueueKind::kBlock, 1);
      ring.Add({{0x1000, 64, true}, {0x2000, 64, false}}, ChainForm::kDirect);
      EXPECT_EQ(Fill(bench, queue, ring, 60), 0U) << "nothing comes behind a fault";
      EXPECT_EQ(bench.faults[queue].size(), life);
      bench.Stop(queue);
      for (int i = 0; i < 3000; ++i) bench.Step();
      EXPECT_EQ(bench.stopped[queue], life);
    }
  }
}

}  // namespace
}  // namespace vireo::testing
