// SPDX-License-Identifier: Apache-2.0
// Block requests as drivers make them: data to the disk and back, statuses, order.

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "hw/blk/check.h"
#include "tests/hw/blk/blk_bench.h"
#include "tests/hw/blk/driver.h"

namespace vireo::test {
namespace {

constexpr unsigned kFirstVirtual = kFirstBlkVirtual;

std::vector<uint8_t> BytesOnCard(BlkBench& bench, uint64_t address, size_t count) {
  std::vector<uint8_t> bytes(count);
  for (size_t i = 0; i < count; ++i) bytes[i] = bench.card.bytes[address + i];
  return bytes;
}

BlkConfig Disk(unsigned function, uint64_t sectors, uint64_t base) {
  BlkConfig config = {};
  config.function = function;
  config.backend = BlkBackend::kCardMemory;
  config.sectors = sectors;
  config.base = base;
  return config;
}

TEST(BlkTest, WhatIsWrittenIsRead) {
  BlkBench bench(1);
  BlkDriver driver(bench, 3, kBlkFunction, 1);
  const std::vector<uint8_t> data = driver.Noise(4096);
  EXPECT_EQ(driver.Wait(driver.Out(5, data)).status, spec::VIRTIO_BLK_S_OK);
  EXPECT_EQ(BytesOnCard(bench, 5 * 512, 4096), data);
  const Answer answer = driver.Wait(driver.In(5, 4096));
  EXPECT_EQ(answer.status, spec::VIRTIO_BLK_S_OK);
  EXPECT_EQ(answer.data, data);
  EXPECT_EQ(answer.length, 4097U);
}

TEST(BlkTest, FunctionsHaveDisksOfTheirOwnFromTheStart) {
  BlkBench bench(2);
  BlkDriver physical(bench, 3, kBlkFunction, 2), virtual_function(bench, 9, kFirstVirtual, 3);
  const std::vector<uint8_t> a = physical.Noise(512), b = physical.Noise(512);
  const uint64_t last = kInitialSectors - 1;
  EXPECT_EQ(physical.Wait(physical.Out(last, a)).status, spec::VIRTIO_BLK_S_OK);
  EXPECT_EQ(virtual_function.Wait(virtual_function.Out(0, b)).status, spec::VIRTIO_BLK_S_OK);
  EXPECT_EQ(BytesOnCard(bench, last * 512, 512), a);
  EXPECT_EQ(BytesOnCard(bench, (last + 1) * 512, 512), b);
  EXPECT_EQ(physical.Wait(physical.In(last + 1, 512)).status, spec::VIRTIO_BLK_S_IOERR);
}

TEST(BlkTest, ANameIsTheFunctionsOwn) {
  BlkBench bench(3);
  BlkDriver physical(bench, 3, kBlkFunction, 2), virtual_function(bench, 9, kFirstVirtual, 3);
  for (BlkDriver* driver : {&physical, &virtual_function}) {
    for (int i = 0; i < 20; ++i) {
      const Answer answer = driver->Wait(driver->GetId());
      EXPECT_EQ(answer.status, spec::VIRTIO_BLK_S_OK);
      EXPECT_EQ(answer.length, 21U);
      std::string name = driver == &physical ? "vireo-blk-01" : "vireo-blk-05";
      name.resize(spec::VIRTIO_BLK_ID_BYTES);
      EXPECT_EQ(std::string(answer.data.begin(), answer.data.end()), name);
      driver->cuts = 70;
      driver->odd = true;
    }
  }
}

TEST(BlkTest, ConfigurationMovesLimitsAndLocksADisk) {
  BlkBench bench(4);
  BlkDriver driver(bench, 3, kBlkFunction, 1);
  BlkConfig config = Disk(kBlkFunction, 8, 0x7'0000'0000);
  bench.Configure(config);
  bench.Run(100);
  const std::vector<uint8_t> data = driver.Noise(4096);
  EXPECT_EQ(driver.Wait(driver.Out(0, data)).status, spec::VIRTIO_BLK_S_OK);
  EXPECT_EQ(BytesOnCard(bench, 0x7'0000'0000, 4096), data);
  EXPECT_EQ(driver.Wait(driver.In(1, 4096)).status, spec::VIRTIO_BLK_S_IOERR);
  EXPECT_EQ(bench.LastEvent().reason, spec::Reason::kBlkOutOfRange);
  config.read_only = 1;
  bench.Configure(config);
  bench.Run(10);
  EXPECT_EQ(driver.Wait(driver.Out(0, driver.Noise(512))).status, spec::VIRTIO_BLK_S_IOERR);
  EXPECT_EQ(bench.LastEvent().reason, spec::Reason::kBlkReadOnly);
  EXPECT_EQ(driver.Wait(driver.In(0, 4096)).data, data);
  EXPECT_EQ(driver.Wait(driver.Flush()).status, spec::VIRTIO_BLK_S_OK);
  config.backend = BlkBackend::kChannel;
  bench.Configure(config);
  bench.Run(10);
  EXPECT_EQ(driver.Wait(driver.In(0, 4096)).status, spec::VIRTIO_BLK_S_IOERR);
  EXPECT_EQ(bench.LastEvent().reason, spec::Reason::kBlkBackendFailed);
}

// Host and card memory busy, how requests are cut, queues, seed.
class BlkRandomTest
    : public ::testing::TestWithParam<std::tuple<unsigned, unsigned, unsigned, unsigned, int>> {};

// A queue with a region of the disk of its own, and what should be there.
struct Region {
  std::unique_ptr<BlkDriver> driver;
  uint64_t first, sectors;
  std::vector<uint8_t> bytes = {};                         // of the region
  std::map<uint16_t, std::vector<uint8_t>> expected = {};  // of reads in flight
  std::map<uint16_t, bool> others = {};
};

void AddRandomRequest(Region& region) {
  sim::Random& random = region.driver->random();
  const uint64_t most = random.Percent(20) ? region.sectors : 16;
  const uint64_t count = 1 + random.Below(most);
  const uint64_t sector = random.Below(region.sectors - count + 1);
  const auto at = region.bytes.begin() + static_cast<ptrdiff_t>(512 * sector);
  const auto bytes = static_cast<uint32_t>(512 * count);
  if (random.Percent(45)) {
    const std::vector<uint8_t> data = region.driver->Noise(bytes);
    std::copy(data.begin(), data.end(), at);
    region.others[region.driver->Out(region.first + sector, data)] = true;
  } else if (random.Percent(90)) {
    region.expected[region.driver->In(region.first + sector, bytes)] = {at, at + bytes};
  } else if (random.Percent(50)) {
    region.others[region.driver->Flush()] = true;
  } else {
    region.others[region.driver->Add(99, sector, 512)] = false;
  }
}

TEST_P(BlkRandomTest, RequestsGiveWhatTheDiskShouldHave) {
  const auto [host_percent, card_percent, cuts, queues, seed] = GetParam();
  SCOPED_TRACE("seed " + std::to_string(seed));
  BlkBench bench(static_cast<uint64_t>(seed));
  bench.host_percent = host_percent;
  bench.card_percent = card_percent;
  constexpr uint64_t kSectors = 256;
  std::vector<Region> regions;
  for (unsigned i = 0; i < queues; ++i) {
    const unsigned function = i % 2 == 0 ? kBlkFunction : kFirstVirtual;
    auto driver = std::make_unique<BlkDriver>(bench, 8 + i, function, static_cast<uint64_t>(seed));
    driver->cuts = cuts;
    driver->odd = cuts != 0;
    regions.push_back({std::move(driver), i / 2 * kSectors, kSectors});
    regions.back().bytes.resize(512 * kSectors);
  }
  sim::Random random(static_cast<uint64_t>(seed), "test");
  constexpr unsigned kRequests = 300;
  unsigned added = 0, taken = 0;
  while (taken < kRequests) {
    Region& region = regions[random.Below(queues)];
    if (added < kRequests && region.driver->in_flight() < 20 && random.Percent(10)) {
      AddRandomRequest(region);
      ++added;
    }
    bench.Step();
    for (; !bench.used.empty(); bench.used.pop_front(), ++taken) {
      const UsedBuffer used = bench.used.front();
      Region& owner = regions[static_cast<unsigned>(used.queue) - 8];
      const auto [head, answer] = owner.driver->Take(used);
      const auto read = owner.expected.find(head);
      if (read != owner.expected.end()) {
        ASSERT_EQ(answer.status, spec::VIRTIO_BLK_S_OK);
        ASSERT_EQ(answer.length, read->second.size() + 1);
        ASSERT_EQ(answer.data, read->second) << "request " << taken;
        owner.expected.erase(read);
      } else {
        const bool is_known = owner.others.at(head);
        ASSERT_EQ(answer.status, is_known ? spec::VIRTIO_BLK_S_OK : spec::VIRTIO_BLK_S_UNSUPP);
        ASSERT_EQ(answer.length, 1U);
        owner.others.erase(head);
      }
    }
    ASSERT_LT(bench.clock, 3'000'000U) << "requests do not come back";
  }
  for (unsigned i = 0; i < queues; ++i) {
    const uint64_t disk = i % 2 * 512 * kInitialSectors;
    EXPECT_EQ(BytesOnCard(bench, disk + 512 * regions[i].first, 512 * kSectors), regions[i].bytes);
  }
  bench.LastEvent();
  EXPECT_TRUE(bench.faults.empty());
}

INSTANTIATE_TEST_SUITE_P(
    , BlkRandomTest,
    ::testing::Values(std::tuple{100U, 100U, 0U, 1U, 1}, std::tuple{100U, 100U, 60U, 1U, 2},
                      std::tuple{50U, 100U, 80U, 4U, 3}, std::tuple{100U, 30U, 50U, 4U, 4},
                      std::tuple{30U, 30U, 90U, 8U, 5}, std::tuple{100U, 100U, 95U, 8U, 6}));

}  // namespace
}  // namespace vireo::test
