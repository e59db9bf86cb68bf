// SPDX-License-Identifier: Apache-2.0
// The root complex's completions: how they are split, in which order they come, what is refused.
#include "sim/pcie/completer.h"

#include <map>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/pcie/split_table.h"

namespace vireo::sim::pcie {
namespace {

using testing::Each;
using testing::ElementsAre;

constexpr uint64_t kBase = 0x10000;

struct Seen {
  uint8_t tag;
  uint32_t begin;  // low bits of the address
  uint32_t left;
  uint32_t dwords;
  Status status;
};

class CompleterTest : public testing::Test {
 protected:
  void SetUp() override {
    std::iota(ram_.begin(), ram_.end(), 0);
    ASSERT_TRUE(memory_.Map(0, {kBase, ram_.size(), ram_.data()}));
  }
  void Ask(Completer& completer, uint8_t tag, uint64_t address, uint32_t bytes,
           uint64_t clock = 0) {
    Tlp* tlp = pool_.Take();
    tlp->type = TlpType::kMemoryRead;
    tlp->tag = tag;
    SetRange(*tlp, address, bytes);
    completer.Request(tlp, clock);
  }
  std::vector<Seen> Drain(Completer& completer, uint64_t clock = 1'000'000) {
    std::vector<Seen> seen;
    while (Tlp* tlp = completer.Next(clock)) {
      seen.push_back({tlp->tag, tlp->lower_address, tlp->byte_count, tlp->dwords, tlp->status});
      pool_.Give(tlp);
    }
    return seen;
  }
  static std::vector<uint32_t> Sizes(const std::vector<Seen>& seen) {
    std::vector<uint32_t> sizes;
    for (size_t i = 0; i < seen.size(); ++i)
      sizes.push_back(seen[i].left - (i + 1 < seen.size() ? seen[i + 1].left : 0));
    return sizes;
  }

  std::vector<uint8_t> ram_ = std::vector<uint8_t>(0x4000);
  HostMemory memory_;
  TlpPool pool_;
};

TEST_F(CompleterTest, SplitsAtMaxPayloadAndEndsOnTheBoundary) {
  Completer completer({.split = Split::kMaxPayload, .max_payload = 256}, memory_, pool_);
  Ask(completer, 1, kBase, 512);
  EXPECT_THAT(Sizes(Drain(completer)), ElementsAre(256, 256));
  Ask(completer, 1, kBase + 60, 72);
  EXPECT_THAT(Sizes(Drain(completer)), ElementsAre(72));
  Ask(completer, 1, kBase + 4, 508);
  EXPECT_THAT(Sizes(Drain(completer)), ElementsAre(252, 256));
}

TEST_F(CompleterTest, SplitsAtTheReadCompletionBoundary) {
  Completer completer({.split = Split::kBoundary}, memory_, pool_);
  Ask(completer, 1, kBase + 60, 72);
  const auto seen = Drain(completer);
  EXPECT_THAT(Sizes(seen), ElementsAre(4, 64, 4));
  EXPECT_EQ(seen[0].begin, 60U);
  EXPECT_EQ(seen[1].begin, 64U);
  EXPECT_EQ(seen[2].begin, 0U);
}

TEST_F(CompleterTest, RandomSplitsEndOnTheBoundaryAndAddUp) {
  Completer completer({.split = Split::kRandom, .max_payload = 256, .seed = 3}, memory_, pool_);
  std::map<uint32_t, int> sizes;
  for (int i = 0; i < 100; ++i) {
    Ask(completer, 1, kBase + 8, 504);
    const auto seen = Drain(completer);
    for (size_t j = 1; j < seen.size(); ++j) EXPECT_EQ(seen[j].begin % 64, 0U);
    const auto parts = Sizes(seen);
    EXPECT_EQ(std::accumulate(parts.begin(), parts.end(), 0U), 504U);
    for (const uint32_t part : parts) ++sizes[part];
  }
  EXPECT_GE(sizes.size(), 4U);
}

TEST_F(CompleterTest, GivesTheBytesAskedForAndNoOthers) {
  Completer completer({}, memory_, pool_);
  Ask(completer, 1, kBase + 5, 6);
  Tlp* tlp = completer.Next(1000);
  ASSERT_NE(tlp, nullptr);
  EXPECT_EQ(tlp->dwords, 2);
  EXPECT_EQ(tlp->byte_count, 6);
  EXPECT_THAT(std::vector<int>(tlp->payload, tlp->payload + 8),
              ElementsAre(0xa5, 5, 6, 7, 8, 9, 10, 0xa5));
}

TEST_F(CompleterTest, TakesItsTime) {
  Completer completer({.latency_clocks = 80}, memory_, pool_);
  Ask(completer, 1, kBase, 4, 20);
  EXPECT_EQ(completer.NextEvent(), 100U);
  EXPECT_EQ(completer.Next(99), nullptr);
  EXPECT_NE(completer.Next(100), nullptr);
  EXPECT_TRUE(completer.idle());
}

TEST_F(CompleterTest, KeepsTheOrderWhenNotToldToChangeIt) {
  Completer completer({.split = Split::kBoundary}, memory_, pool_);
  for (uint8_t tag = 0; tag < 20; ++tag) Ask(completer, tag, kBase, 128);
  const auto seen = Drain(completer);
  ASSERT_EQ(seen.size(), 40U);
  for (size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i].tag, i / 2);
}

TEST_F(CompleterTest, MixesTagsButNeverTheOrderWithinOne) {
  Completer completer(
      {.split = Split::kBoundary, .reorder_percent = 50, .reorder_window = 8, .seed = 5}, memory_,
      pool_);
  for (uint8_t tag = 0; tag < 100; ++tag) Ask(completer, tag, kBase, 256);
  std::map<uint8_t, uint32_t> left;
  size_t changes = 0;
  uint8_t last = 0;
  for (const Seen& seen : Drain(completer)) {
    EXPECT_EQ(seen.left, left.contains(seen.tag) ? left[seen.tag] - 64 : 256) << int{seen.tag};
    left[seen.tag] = seen.left;
    changes += seen.tag != last ? 1 : 0;
    last = seen.tag;
  }
  EXPECT_EQ(left.size(), 100U);
  EXPECT_GT(changes, 150U);
}

TEST_F(CompleterTest, JitterMakesLaterReadsOvertake) {
  Completer completer({.latency_clocks = 10, .jitter_clocks = 100, .seed = 7}, memory_, pool_);
  for (uint8_t tag = 0; tag < 50; ++tag) Ask(completer, tag, kBase, 4, tag);
  size_t overtaken = 0;
  int highest = -1;
  for (uint64_t clock = 0; clock < 300; ++clock) {
    for (const Seen& seen : Drain(completer, clock)) {
      EXPECT_GE(clock, seen.tag + 10U);
      EXPECT_LE(clock, seen.tag + 110U);
      overtaken += seen.tag < highest ? 1 : 0;
      highest = std::max<int>(highest, seen.tag);
    }
  }
  EXPECT_GT(overtaken, 10U);
  EXPECT_TRUE(completer.idle());
}

TEST_F(CompleterTest, RefusesWhatIsNotMapped) {
  Completer completer({.split = Split::kBoundary}, memory_, pool_);
  Ask(completer, 1, 0x900, 128);
  const auto seen = Drain(completer);
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].status, Status::kUnsupportedRequest);
  EXPECT_EQ(seen[0].dwords, 0U);
  EXPECT_EQ(memory_.faults(0), 1U);
}

TEST_F(CompleterTest, RefusesTheRestOfAReadThatRunsOutOfItsMapping) {
  Completer completer({.split = Split::kBoundary, .fault_status = Status::kCompleterAbort}, memory_,
                      pool_);
  Ask(completer, 1, kBase + ram_.size() - 64, 128);
  const auto seen = Drain(completer);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].status, Status::kSuccess);
  EXPECT_EQ(seen[1].status, Status::kCompleterAbort);
  EXPECT_EQ(seen[1].left, 64U);
}

TEST_F(CompleterTest, AReadOfNoBytesTouchesNoMemory) {
  Completer completer({}, memory_, pool_);
  Tlp* tlp = pool_.Take();
  tlp->address = 0x900;
  tlp->dwords = 1;
  completer.Request(tlp, 0);
  const auto seen = Drain(completer);
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].status, Status::kSuccess);
  EXPECT_EQ(seen[0].dwords, 1U);
  EXPECT_EQ(seen[0].left, 1U);
  EXPECT_EQ(memory_.faults(0), 0U);
}

TEST_F(CompleterTest, LosesAsManyReadsAsItIsTold) {
  Completer completer({.lost_per_million = 100'000, .seed = 9}, memory_, pool_);
  size_t answered = 0;
  for (int i = 0; i < 2000; ++i) {
    Ask(completer, 1, kBase, 4);
    answered += Drain(completer).size();
  }
  EXPECT_NEAR(static_cast<double>(answered), 1800, 60);
}

// The block's side of the same reads.
class SplitTableTest : public testing::Test {
 protected:
  TlpHeader Read(uint8_t tag, uint64_t address, uint32_t bytes) {
    TlpHeader read;
    read.type = TlpType::kMemoryRead;
    read.tag = tag;
    read.requester = 0x0103;
    SetRange(read, address, bytes);
    return read;
  }
  Tlp Completion(uint8_t tag, uint32_t dwords, Status status = Status::kSuccess) {
    Tlp tlp;
    tlp.type = TlpType::kCompletion;
    tlp.tag = tag;
    tlp.dwords = static_cast<uint16_t>(dwords);
    tlp.status = status;
    return tlp;
  }
};

TEST_F(SplitTableTest, TellsWhereACompletionBelongsAndWhichIsTheLast) {
  SplitTable table({});
  const TlpHeader read = Read(7, 0x1'0000'0f3c, 72);
  table.Begin(read);
  EXPECT_TRUE(table.in_flight(7));
  EXPECT_EQ(table.in_flight_of(3), 1U);
  EXPECT_TRUE(table.Reserve(read, 0));
  Tlp first = Completion(7, 1);
  ASSERT_TRUE(table.Complete(first));
  EXPECT_EQ(first.lower_address, 0xf3c);
  EXPECT_FALSE(first.request_completed);
  Tlp second = Completion(7, 17);
  ASSERT_TRUE(table.Complete(second));
  EXPECT_EQ(second.lower_address, 0xf40);
  EXPECT_TRUE(second.request_completed);
  EXPECT_FALSE(table.in_flight(7));
  EXPECT_FALSE(table.Complete(second));
}

TEST_F(SplitTableTest, ARefusalEndsTheRequest) {
  SplitTable table({});
  table.Begin(Read(7, 0x1000, 512));
  Tlp refusal = Completion(7, 0, Status::kUnsupportedRequest);
  ASSERT_TRUE(table.Complete(refusal));
  EXPECT_EQ(refusal.error, ErrorCode::kBadStatus);
  EXPECT_TRUE(refusal.request_completed);
  EXPECT_EQ(table.in_flight(), 0U);
}

TEST_F(SplitTableTest, KeepsRoomForACompletionOfEveryLine) {
  SplitTable table({.completion_headers = 256});
  uint32_t accepted = 0;
  for (uint32_t tag = 0; tag < 256; ++tag) {
    const TlpHeader read = Read(static_cast<uint8_t>(tag), 0x1000 + 128 * tag, 72);
    table.Begin(read);
    accepted += table.Reserve(read, 0) ? 1 : 0;
  }
  EXPECT_EQ(accepted, 128U);
  Tlp whole = Completion(0, 18);
  ASSERT_TRUE(table.Complete(whole));
  EXPECT_FALSE(table.Reserve(Read(200, 0x9000, 72), 0));
  table.Release(whole);
  EXPECT_TRUE(table.Reserve(Read(200, 0x9000, 72), 0));
}

TEST_F(SplitTableTest, RoomIsBoundedInBytesToo) {
  SplitTable table({.completion_headers = 256, .completion_bytes = 1024});
  EXPECT_TRUE(table.Reserve(Read(0, 0, 512), 0));
  EXPECT_TRUE(table.Reserve(Read(1, 0, 512), 0));
  EXPECT_FALSE(table.Reserve(Read(2, 0, 4), 0));
}

TEST_F(SplitTableTest, EndsReadsThatAreOverdueAndOnlyThose) {
  SplitTable table({.timeout_clocks = 100});
  for (uint8_t tag = 0; tag < 3; ++tag) {
    const TlpHeader read = Read(tag, 0x1000, 64);
    table.Begin(read);
    ASSERT_TRUE(table.Reserve(read, tag));
  }
  Tlp done = Completion(0, 16);
  ASSERT_TRUE(table.Complete(done));
  Tlp overdue;
  EXPECT_FALSE(table.TimeOut(100, overdue));
  ASSERT_TRUE(table.TimeOut(101, overdue));
  EXPECT_EQ(overdue.tag, 1);
  EXPECT_EQ(overdue.error, ErrorCode::kTimeout);
  EXPECT_TRUE(overdue.request_completed);
  EXPECT_FALSE(table.in_flight(1));
  EXPECT_TRUE(table.in_flight(2));
  EXPECT_FALSE(table.TimeOut(101, overdue));
}

TEST_F(SplitTableTest, ReadsThatAreDoneNeedNoLook) {
  SplitTable table({.timeout_clocks = 100});
  for (uint8_t tag = 0; tag < 3; ++tag) {
    const TlpHeader read = Read(tag, 0x1000, 64);
    table.Begin(read);
    ASSERT_TRUE(table.Reserve(read, tag));
  }
  EXPECT_EQ(table.NextEvent(), 100U);
  for (const uint8_t tag : {uint8_t{1}, uint8_t{0}}) {
    Tlp done = Completion(tag, 16);
    ASSERT_TRUE(table.Complete(done));
  }
  EXPECT_EQ(table.NextEvent(), 102U);
  Tlp done = Completion(2, 16);
  ASSERT_TRUE(table.Complete(done));
  EXPECT_EQ(table.NextEvent(), UINT64_MAX);
}

}  // namespace
}  // namespace vireo::sim::pcie
