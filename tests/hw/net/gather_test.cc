// SPDX-License-Identifier: Apache-2.0
// ReceiveGather: chains that were sent on suspicion behind the last one needed are left out.
#include "hw/net/receive_gather.h"

#include <gtest/gtest.h>

#include <vector>

namespace vireo {
namespace {

class GatherTest : public testing::Test {
 protected:
  void Take(ReceiveTakeKind kind, unsigned head, unsigned capacity, unsigned bytes) {
    ReceiveTaken token = {};
    token.kind = kind;
    token.reason = spec::Reason::kDropNoBuffer;
    token.frame.bytes = bytes;
    token.chain.head = head;
    token.chain.capacity = capacity;
    taken.write(token);
    gather.Step(taken, chains, plans, answers);
  }
  std::vector<unsigned> Heads() {
    std::vector<unsigned> heads;
    while (!chains.empty()) heads.push_back(chains.read().head.to_uint());
    return heads;
  }

  ReceiveGather gather;
  hls::stream<ReceiveTaken> taken;
  hls::stream<ReceiveChain> chains;
  hls::stream<ReceivePlan> plans;
  hls::stream<ReceiveTries> answers;
};

TEST_F(GatherTest, LeavesOutWhatWasTriedTooMany) {
  Take(ReceiveTakeKind::kFirst, 1, 100, 150);
  EXPECT_TRUE(plans.empty());
  Take(ReceiveTakeKind::kMore, 2, 50, 150);
  for (unsigned head = 3; head < 9; ++head) Take(ReceiveTakeKind::kMore, head, 50, 150);
  Take(ReceiveTakeKind::kEnd, 0, 0, 150);
  EXPECT_EQ(Heads(), (std::vector<unsigned>{1, 2}));
  ASSERT_EQ(plans.size(), 1u);
  const ReceivePlan plan = plans.read();
  EXPECT_EQ(plan.kind, ReceivePlanKind::kPlace);
  EXPECT_EQ(plan.chains, 2);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers.read(), 2);
}

TEST_F(GatherTest, DropsAFrameWhoseChainsEnd) {
  Take(ReceiveTakeKind::kFirst, 1, 100, 251);
  Take(ReceiveTakeKind::kMore, 2, 150, 251);
  Take(ReceiveTakeKind::kEnd, 0, 0, 251);
  Take(ReceiveTakeKind::kOnly, 3, 300, 251);
  EXPECT_EQ(Heads(), (std::vector<unsigned>{1, 2, 3}));
  ASSERT_EQ(plans.size(), 2u);
  const ReceivePlan dropped = plans.read();
  EXPECT_EQ(dropped.kind, ReceivePlanKind::kDrop);
  EXPECT_EQ(dropped.reason, spec::Reason::kDropNoBuffer);
  EXPECT_EQ(dropped.chains, 2);
  EXPECT_EQ(plans.read().kind, ReceivePlanKind::kPlace);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers.read(), 0);
}

}  // namespace
}  // namespace vireo
