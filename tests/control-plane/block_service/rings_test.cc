// SPDX-License-Identifier: Apache-2.0
// The rings and their journal: a service that is killed between any two stores is followed by one
// that has each request once.

#include "control-plane/block_service/rings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hw/spec/virtio_blk.h"
#include "tests/control-plane/block_service/card_model.h"

namespace vireo::block_service {
namespace {

using ::testing::HasSubstr;

class RingsTest : public ::testing::Test {
 protected:
  static constexpr uint32_t kGeneration = 7;

  RingsTest() {
    rings_.Clear();
    rings_.Begin(kGeneration);
    card_.generation = kGeneration;
  }

  spec::backend_request Request(uint16_t tag) const {
    return {4096 * uint64_t{tag}, 512, spec::VIRTIO_BLK_T_IN, 1, tag, kGeneration, {}, 0};
  }
  // Takes what is there: its tag, or -1.
  int Take(Rings& rings) {
    const auto taken = rings.Take();
    EXPECT_TRUE(taken) << taken.error();
    return taken && *taken ? (**taken).tag : -1;
  }
  JournalHead& head() {
    return *reinterpret_cast<JournalHead*>(&card_.memory.bytes()[card_.layout.journal]);
  }

  CardModel card_{1};
  Rings rings_{card_.memory.bytes(), card_.layout};
};

TEST_F(RingsTest, TakesEachRequestOnceInOrderOverManyLaps) {
  for (uint32_t i = 0; i < 5 * CardModel::kEntries; ++i) {
    EXPECT_EQ(Take(rings_), -1);
    const auto tag = static_cast<uint16_t>(i * 7 % CardModel::kEntries);
    card_.Publish(Request(tag));
    EXPECT_EQ(Take(rings_), tag);
    rings_.Complete(tag, spec::VIRTIO_BLK_S_OK);
    EXPECT_EQ(rings_.completed(), i + 1);
  }
}

TEST_F(RingsTest, PassesOverWhatIsOfAnEarlierGeneration) {
  spec::backend_request old = Request(3);
  old.generation = kGeneration - 1;
  card_.Publish(old);
  EXPECT_EQ(Take(rings_), -1);
  card_.produced = 0;
  card_.Publish(Request(4));
  EXPECT_EQ(Take(rings_), 4);
}

TEST_F(RingsTest, SaysHowTheCardBreaksTheProtocol) {
  card_.Publish(Request(CardModel::kEntries));
  EXPECT_THAT(rings_.Take().error(), HasSubstr("request 0 has tag 16, but there are 16"));
  card_.produced = 0;
  card_.Publish(Request(2));
  card_.Publish(Request(2));
  EXPECT_EQ(Take(rings_), 2);
  EXPECT_THAT(rings_.Take().error(), HasSubstr("request 1 has tag 2 of another"));
}

TEST_F(RingsTest, GivesWhatIsHeldToItsSuccessor) {
  for (uint16_t tag = 5; tag <= 7; ++tag) card_.Publish(Request(tag));
  while (Take(rings_) != -1) {
  }
  rings_.Complete(6, spec::VIRTIO_BLK_S_OK);
  Rings next(card_.memory.bytes(), card_.layout);
  EXPECT_TRUE(next.IsOf(kGeneration));
  EXPECT_FALSE(next.IsOf(kGeneration + 1));
  const auto held = next.Recover();
  ASSERT_EQ(held.size(), 2U);
  EXPECT_EQ(held[0].tag, 5);
  EXPECT_EQ(held[1].tag, 7);
  EXPECT_EQ(next.completed(), 1U);
  EXPECT_EQ(Take(next), -1);
}

TEST_F(RingsTest, TakesARequestOnceThatWasHeldButNotCounted) {
  card_.Publish(Request(5));
  card_.Publish(Request(6));
  EXPECT_EQ(Take(rings_), 5);
  head().seen = 0;  // killed before it was counted
  Rings next(card_.memory.bytes(), card_.layout);
  ASSERT_EQ(next.Recover().size(), 1U);
  EXPECT_EQ(Take(next), 6);
  EXPECT_EQ(Take(next), -1);
}

TEST_F(RingsTest, CompletesARequestOnceThatWasDoneButNotCounted) {
  card_.Publish(Request(5));
  EXPECT_EQ(Take(rings_), 5);
  rings_.Complete(5, spec::VIRTIO_BLK_S_OK);
  head().completed = 0;  // killed before it was counted
  Rings next(card_.memory.bytes(), card_.layout);
  EXPECT_TRUE(next.Recover().empty());
  EXPECT_EQ(next.completed(), 1U);
  EXPECT_TRUE(next.Recover().empty());
  EXPECT_EQ(next.completed(), 1U);
}

TEST_F(RingsTest, KnowsNothingOfAChannelWhoseBeginningWasCutOff) {
  rings_.Clear();
  EXPECT_FALSE(rings_.IsOf(kGeneration));
  EXPECT_FALSE(rings_.IsOf(0));
}

}  // namespace
}  // namespace vireo::block_service
