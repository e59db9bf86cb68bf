// SPDX-License-Identifier: Apache-2.0
// Which requests wait for which, and that nobody else does.

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "hw/blk/check.h"
#include "tests/hw/blk/blk_bench.h"
#include "tests/hw/blk/driver.h"

namespace vireo::test {
namespace {

constexpr unsigned kFirstVirtual = kFirstBlkVirtual;

// Heads of what came back so far.
std::set<uint16_t> Heads(const BlkBench& bench) {
  std::set<uint16_t> heads;
  for (const UsedBuffer& used : bench.used) heads.insert(static_cast<uint16_t>(used.id));
  return heads;
}

TEST(BlkOrderTest, AShortReadOvertakesALongOne) {
  BlkBench bench(11);
  BlkDriver driver(bench, 3, kBlkFunction, 1);
  const uint16_t slow = driver.In(0, 1 << 20);
  const uint16_t quick = driver.In(4096, 512);
  ASSERT_TRUE(bench.RunUntilUsed(1));
  EXPECT_EQ(Heads(bench), std::set<uint16_t>{quick});
  ASSERT_TRUE(bench.RunUntilUsed(2));
  EXPECT_TRUE(Heads(bench).contains(slow));
}

// A write whose answer the card memory keeps back, and what comes behind it.
class BehindAWrite : public ::testing::Test {
 protected:
  BehindAWrite() { bench.card.answers_writes = false; }

  // Whether `head` comes back while the write does not.
  bool Overtakes(uint16_t head) {
    bench.Run(4000);
    const bool overtakes = Heads(bench).contains(head);
    bench.card.answers_writes = true;
    EXPECT_TRUE(bench.RunUntilUsed(2));
    return overtakes;
  }

  BlkBench bench{12};
  BlkDriver driver{bench, 3, kBlkFunction, 1}, sibling{bench, 4, kBlkFunction, 2},
      stranger{bench, 9, kFirstVirtual, 3};
  std::vector<uint8_t> data = driver.Noise(4096);
  uint16_t write = driver.Out(100, data);
};

TEST_F(BehindAWrite, AReadOfItsLastSectorWaitsAndSeesIt) {
  const uint16_t head = driver.In(107, 1024);
  EXPECT_FALSE(Overtakes(head));
  for (const UsedBuffer& used : bench.used) {
    const auto [id, answer] = driver.Take(used);
    if (id != head) continue;
    EXPECT_EQ(std::vector<uint8_t>(answer.data.begin(), answer.data.begin() + 512),
              std::vector<uint8_t>(data.end() - 512, data.end()));
  }
}
TEST_F(BehindAWrite, AWriteOfItsFirstSectorWaits) {
  EXPECT_FALSE(Overtakes(driver.Out(99, driver.Noise(1024))));
}
TEST_F(BehindAWrite, AReadOfTheSectorBehindItDoesNotWait) {
  EXPECT_TRUE(Overtakes(driver.In(108, 512)));
}
TEST_F(BehindAWrite, AReadOfTheSectorBeforeItDoesNotWait) {
  EXPECT_TRUE(Overtakes(driver.In(98, 1024)));
}
TEST_F(BehindAWrite, AFlushWaits) { EXPECT_FALSE(Overtakes(driver.Flush())); }
TEST_F(BehindAWrite, AFlushOfAnotherQueueOfTheDiskWaits) {
  bench.Run(1000);
  EXPECT_FALSE(Overtakes(sibling.Flush()));
}
TEST_F(BehindAWrite, AReadByAnotherQueueOfTheDiskWaits) {
  bench.Run(1000);
  EXPECT_FALSE(Overtakes(sibling.In(100, 512)));
}
TEST_F(BehindAWrite, AnotherDiskDoesNotWait) {
  bench.Run(1000);
  EXPECT_TRUE(Overtakes(stranger.In(100, 4096)));
}
TEST_F(BehindAWrite, AFlushOfAnotherDiskDoesNotWait) {
  bench.Run(1000);
  EXPECT_TRUE(Overtakes(stranger.Flush()));
}
TEST_F(BehindAWrite, ANameDoesNotWait) { EXPECT_TRUE(Overtakes(driver.GetId())); }
TEST_F(BehindAWrite, AStopWaits) {
  bench.Stop(3);
  bench.Run(4000);
  EXPECT_TRUE(bench.used.empty());
  bench.card.answers_writes = true;
  ASSERT_TRUE(bench.RunUntilUsed(2));
  EXPECT_EQ(bench.used[0].is_stop, 0);
  EXPECT_EQ(bench.used[1].is_stop, 1);
}
TEST_F(BehindAWrite, AStopOfAnotherQueueDoesNotWait) {
  bench.Run(1000);
  bench.Stop(4);
  bench.Run(4000);
  ASSERT_EQ(bench.used.size(), 1U);
  EXPECT_EQ(bench.used[0].is_stop, 1);
}

TEST(BlkOrderTest, AWriteWaitsForAReadBeforeIt) {
  BlkBench bench(13);
  BlkDriver driver(bench, 3, kBlkFunction, 1);
  for (int i = 0; i < 20; ++i) {
    const std::vector<uint8_t> old = driver.Noise(4096);
    driver.Wait(driver.Out(0, old));
    const uint16_t read = driver.In(0, 4096);
    driver.Out(0, driver.Noise(4096));
    ASSERT_TRUE(bench.RunUntilUsed(2));
    for (; !bench.used.empty(); bench.used.pop_front()) {
      const auto [head, answer] = driver.Take(bench.used.front());
      if (head == read) EXPECT_EQ(answer.data, old);
    }
  }
}

TEST(BlkOrderTest, AFlushedWriteIsInMemory) {
  BlkBench bench(14);
  bench.card_percent = 5;
  BlkDriver driver(bench, 3, kBlkFunction, 1);
  std::vector<std::vector<uint8_t>> blocks;
  for (unsigned i = 0; i < 5; ++i) {
    blocks.push_back(driver.Noise(4096));
    driver.Out(8 * i, blocks.back());
  }
  const uint16_t flush = driver.Flush();
  while (!Heads(bench).contains(flush)) bench.Step();
  for (unsigned i = 0; i < 5; ++i) {
    for (unsigned byte = 0; byte < 4096; ++byte) {
      ASSERT_EQ(bench.card.bytes[4096 * i + byte], blocks[i][byte]);
    }
  }
}

TEST(BlkOrderTest, AStoppedQueueCanBeSetUpAgain) {
  BlkBench bench(15);
  for (unsigned round = 0; round < 5; ++round) {
    BlkDriver driver(bench, 3, kBlkFunction, round), other(bench, 4, kBlkFunction, round + 9);
    const unsigned count = 1 + 3 * round;
    for (unsigned i = 0; i < count; ++i) driver.In(8 * i, 4096);
    bench.Stop(3);
    ASSERT_TRUE(bench.RunUntilUsed(count + 1));
    EXPECT_EQ(bench.used.back().is_stop, 1);
    bench.used.clear();
    bench.Run(100);
    EXPECT_EQ(other.Wait(other.In(0, 512)).status, spec::VIRTIO_BLK_S_OK);
    bench.Stop(4);
    ASSERT_TRUE(bench.RunUntilUsed(1));
    bench.used.clear();
  }
}

TEST(BlkOrderTest, AFunctionWhoseReadsAreNeverAnsweredLeavesSlotsToTheOthers) {
  BlkBench bench(16);
  BlkDriver dead(bench, 3, kBlkFunction, 1), alive(bench, 9, kFirstVirtual, 2);
  bench.ignored.insert(kBlkFunction);
  constexpr unsigned kQuota = kBlockCommands - kBlockCommands / 5;
  for (unsigned i = 0; i < kQuota; ++i) dead.In(8 * i, 4096);
  for (unsigned i = 0; i < 100; ++i) {
    ASSERT_EQ(alive.Wait(alive.In(8 * i, 4096)).status, spec::VIRTIO_BLK_S_OK);
  }
}

}  // namespace
}  // namespace vireo::test
