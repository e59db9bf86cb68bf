// SPDX-License-Identifier: Apache-2.0
// One direction of the link: time on the wire, order, credits.
#include "sim/pcie/link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vireo::sim::pcie {
namespace {

using testing::ElementsAre;

class LinkTest : public testing::Test {
 protected:
  Tlp* Make(TlpType type, uint8_t tag, uint32_t bytes) {
    Tlp* tlp = pool_.Take();
    tlp->type = type;
    tlp->tag = tag;
    if (type == TlpType::kCompletion) {
      tlp->dwords = static_cast<uint16_t>(bytes / 4);
    } else {
      SetRange(*tlp, 0x1'0000'0000, bytes);
    }
    return tlp;
  }
  // Runs for so many clocks; tags in the order of arrival, with the clocks in when_.
  std::vector<int> Run(Direction& link, uint64_t clocks) {
    std::vector<int> tags;
    for (const uint64_t end = clock_ + clocks; clock_ < end; ++clock_) {
      link.Advance(clock_);
      while (Tlp* tlp = link.Arrive(clock_)) {
        tags.push_back(tlp->tag);
        when_.push_back(clock_);
        arrived_.push_back(tlp);
      }
    }
    return tags;
  }

  TlpPool pool_;
  uint64_t clock_ = 0;
  std::vector<uint64_t> when_;
  std::vector<Tlp*> arrived_;
};

TEST_F(LinkTest, APacketTakesItsBytesAndTheDelay) {
  Direction link({.bytes_per_clock = 8, .delay_clocks = 10});
  link.Push(Make(TlpType::kMemoryWrite, 1, 40), clock_);  // 64 bytes, 8 clocks, from clock 1 on
  EXPECT_THAT(Run(link, 40), ElementsAre(1));
  EXPECT_THAT(when_, ElementsAre(1 + 8 + 10));
  EXPECT_EQ(link.bytes_sent(), 64U);
}

TEST_F(LinkTest, FractionsOfClocksAddUp) {
  Direction link({.bytes_per_clock = 56.85, .delay_clocks = 0, .credits = {9999, 9999, 9999}});
  for (int i = 0; i < 2369; ++i) link.Push(Make(TlpType::kMemoryRead, 0, 4), 0);
  Run(link, 1100);
  // 2369 reads of 24 bytes are 1000.1 clocks.
  EXPECT_EQ(when_.back(), 1002U);
}

TEST_F(LinkTest, ReadsNeverPassWritesBeforeThem) {
  Direction link({.bytes_per_clock = 64, .delay_clocks = 0, .credits = {1, 999, 99}});
  link.Push(Make(TlpType::kMemoryWrite, 1, 4), 0);
  link.Push(Make(TlpType::kMemoryWrite, 2, 4), 0);  // has no credit
  link.Push(Make(TlpType::kMemoryRead, 3, 4), 0);
  EXPECT_THAT(Run(link, 20), ElementsAre(1));
  link.ReturnCredit(*arrived_[0], clock_);
  EXPECT_THAT(Run(link, 20), ElementsAre(2, 3));
}

TEST_F(LinkTest, WritesAndCompletionsPassReadsWithoutCredit) {
  Direction link({.bytes_per_clock = 64, .delay_clocks = 0, .credits = {9, 999, 0}});
  link.Push(Make(TlpType::kMemoryRead, 1, 4), 0);
  link.Push(Make(TlpType::kMemoryWrite, 2, 4), 0);
  link.Push(Make(TlpType::kCompletion, 3, 64), 0);
  EXPECT_THAT(Run(link, 20), ElementsAre(2, 3));
  EXPECT_FALSE(link.idle());
}

TEST_F(LinkTest, CompletionsDoNotPassWrites) {
  Direction link({.bytes_per_clock = 64, .delay_clocks = 0, .credits = {0, 999, 9}});
  link.Push(Make(TlpType::kMemoryWrite, 1, 4), 0);
  link.Push(Make(TlpType::kCompletion, 2, 64), 0);
  EXPECT_THAT(Run(link, 20), ElementsAre());
  EXPECT_GT(link.clocks_without_credit(), 10U);
}

TEST_F(LinkTest, DataCreditsCountInUnitsOf16Bytes) {
  Direction link({.bytes_per_clock = 1000, .delay_clocks = 0, .credits = {99, 5, 0}});
  link.Push(Make(TlpType::kMemoryWrite, 1, 20), 0);  // 2 units
  link.Push(Make(TlpType::kMemoryWrite, 2, 48), 0);  // 3
  link.Push(Make(TlpType::kMemoryWrite, 3, 4), 0);   // 1
  EXPECT_THAT(Run(link, 20), ElementsAre(1, 2));
  link.ReturnCredit(*arrived_[0], clock_);
  EXPECT_THAT(Run(link, 20), ElementsAre(3));
}

TEST_F(LinkTest, ACreditTakesTheDelayToComeBack) {
  Direction link({.bytes_per_clock = 1000, .delay_clocks = 7, .credits = {9, 99, 1}});
  link.Push(Make(TlpType::kMemoryRead, 1, 4), 0);
  link.Push(Make(TlpType::kMemoryRead, 2, 4), 0);
  EXPECT_THAT(Run(link, 50), ElementsAre(1));
  link.ReturnCredit(*arrived_[0], clock_);
  const uint64_t returned = clock_;
  EXPECT_THAT(Run(link, 50), ElementsAre(2));
  EXPECT_EQ(when_.back(), returned + 7 + 1 + 7);
}

TEST_F(LinkTest, TellsWhenSomethingHappensNext) {
  Direction link({.bytes_per_clock = 64, .delay_clocks = 30});
  EXPECT_EQ(link.NextEvent(5), UINT64_MAX);
  link.Push(Make(TlpType::kMemoryRead, 1, 4), 0);
  EXPECT_EQ(link.NextEvent(0), 1U);
  Run(link, 3);
  const uint64_t next = link.NextEvent(clock_);
  Run(link, 60);
  EXPECT_THAT(when_, ElementsAre(next));
}

}  // namespace
}  // namespace vireo::sim::pcie
