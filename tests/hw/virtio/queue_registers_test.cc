// SPDX-License-Identifier: Apache-2.0
// Queue registers that a driver gets wrong, changes too late, or selects where there are none.
// VIRTIO 1.4, 4.1.5.1.3 "Virtqueue Configuration", 2.7 "Split Virtqueues".
#include <gtest/gtest.h>

#include "tests/hw/virtio/driver.h"

namespace vireo {
namespace {

using test::Driver;
using test::TransportBench;
namespace bar = spec::function_bar;
namespace cfg = spec::common_cfg;

class QueueRegistersTest : public testing::Test {
 protected:
  QueueRegistersTest() {
    bench.Enable(kNetFunction);
    EXPECT_TRUE(driver.Negotiate(driver.Offered()));
  }

  bool NeedsReset() { return (driver.Status() & spec::VIRTIO_CONFIG_S_NEEDS_RESET) != 0; }

  TransportBench bench;
  Driver driver{bench, kNetFunction};
};

TEST_F(QueueRegistersTest, EverySizeUpToTheLargestCanBeHad) {
  for (int log = 0; (1 << log) <= kOfferedQueueSize; ++log) {
    driver.Select(log % kQueuesOfPhysical);
    spec::Write<cfg::kQueueSize>(driver.common, static_cast<uint16_t>(1 << log));
    EXPECT_EQ(spec::Read<cfg::kQueueSize>(driver.common), 1 << log);
  }
}

TEST_F(QueueRegistersTest, SizesThatCannotBeAreIgnored) {
  for (const unsigned size : {0u, 3u, 255u, 2u * kOfferedQueueSize, 32768u, 0xffffu}) {
    spec::Write<cfg::kQueueSize>(driver.common, static_cast<uint16_t>(size));
    EXPECT_EQ(spec::Read<cfg::kQueueSize>(driver.common), kOfferedQueueSize) << size;
  }
  driver.common.Write<uint8_t>(cfg::kQueueSize.offset, 1);
  EXPECT_EQ(spec::Read<cfg::kQueueSize>(driver.common), kOfferedQueueSize) << "half of a size";
}

TEST_F(QueueRegistersTest, SelectOutOfRangeReadsAsZeroAndWritesNothing) {
  for (const unsigned select : {unsigned(kQueuesOfPhysical), 0x100u, 0xffffu}) {
    driver.SetUpQueue(static_cast<int>(select));
    EXPECT_EQ(spec::Read<cfg::kQueueSelect>(driver.common), select);
    for (uint32_t offset = cfg::kQueueSize.offset; offset < 64; offset += 4) {
      EXPECT_EQ(driver.common.Read<uint32_t>(offset), 0u) << offset;
    }
  }
  for (int queue = 0; queue < kQueuesOfPhysical; ++queue) {
    driver.Select(queue);
    EXPECT_EQ(spec::Read<cfg::kQueueDesc>(driver.common), 0u);
    EXPECT_EQ(spec::Read<cfg::kQueueEnable>(driver.common), 0);
  }
  driver.Go();
  EXPECT_TRUE(bench.setups.empty());
  EXPECT_FALSE(NeedsReset());
}

TEST_F(QueueRegistersTest, EnabledQueuesStandStill) {
  driver.SetUpQueue(0, 64, 1);
  spec::Write<cfg::kQueueSize>(driver.common, 32);
  spec::Write<cfg::kQueueDesc>(driver.common, 0x1000);
  spec::Write<cfg::kQueueDriver>(driver.common, 0x1000);
  spec::Write<cfg::kQueueDevice>(driver.common, 0x1000);
  spec::Write<cfg::kQueueEnable>(driver.common, 0);
  EXPECT_EQ(spec::Read<cfg::kQueueSize>(driver.common), 64);
  EXPECT_EQ(spec::Read<cfg::kQueueDesc>(driver.common), Driver::DescOf(0));
  EXPECT_EQ(spec::Read<cfg::kQueueDriver>(driver.common), Driver::DriverOf(0));
  EXPECT_EQ(spec::Read<cfg::kQueueDevice>(driver.common), Driver::DeviceOf(0));
  EXPECT_EQ(spec::Read<cfg::kQueueEnable>(driver.common), 1);
  spec::Write<cfg::kQueueMsixVector>(driver.common, 2);
  EXPECT_EQ(spec::Read<cfg::kQueueMsixVector>(driver.common), 2) << "but for the vector";
  driver.Go();
  ASSERT_EQ(bench.setups.size(), 1u);
  EXPECT_EQ(bench.setups[0].size, 64u);
}

TEST_F(QueueRegistersTest, EnableTakesNothingButOne) {
  driver.Select(0);
  spec::Write<cfg::kQueueDesc>(driver.common, 0x1000);
  spec::Write<cfg::kQueueDriver>(driver.common, 0x2000);
  spec::Write<cfg::kQueueDevice>(driver.common, 0x3000);
  for (const unsigned value : {0u, 2u, 3u, 0x100u, 0x101u, 0xffffu}) {
    spec::Write<cfg::kQueueEnable>(driver.common, static_cast<uint16_t>(value));
    EXPECT_EQ(spec::Read<cfg::kQueueEnable>(driver.common), 0) << value;
  }
  spec::Write<cfg::kQueueEnable>(driver.common, 1);
  EXPECT_EQ(spec::Read<cfg::kQueueEnable>(driver.common), 1);
}

TEST_F(QueueRegistersTest, BadAreasNeedAResetAndTheQueueIsNotEnabled) {
  struct Areas {
    uint64_t desc, driver, device;
    bool good;
  };
  const Areas all[] = {
      {0x1008, 0x2000, 0x3000, false}, {0x1001, 0x2000, 0x3000, false},
      {0x1000, 0x2001, 0x3000, false}, {0x1000, 0x2000, 0x3002, false},
      {0x1000, 0x2000, 0x3001, false}, {0, 0x2000, 0x3000, false},
      {0x1000, 0, 0x3000, false},      {0x1000, 0x2000, 0, false},
      {0x1010, 0x2002, 0x3004, true},  {uint64_t{1} << 63, 0x2000, 0x3000, true},
  };
  for (const Areas& areas : all) {
    ASSERT_TRUE(driver.Negotiate(driver.Offered()));
    driver.Select(1);
    spec::Write<cfg::kQueueDesc>(driver.common, areas.desc);
    spec::Write<cfg::kQueueDriver>(driver.common, areas.driver);
    spec::Write<cfg::kQueueDevice>(driver.common, areas.device);
    spec::Write<cfg::kQueueEnable>(driver.common, 1);
    SCOPED_TRACE(testing::Message()
                 << std::hex << areas.desc << " " << areas.driver << " " << areas.device);
    EXPECT_EQ(NeedsReset(), !areas.good);
    EXPECT_EQ(spec::Read<cfg::kQueueEnable>(driver.common), areas.good);
    bench.setups.clear();
    driver.SetUpQueue(0);
    driver.Go();
    EXPECT_EQ(bench.setups.size(), areas.good ? 2u : 1u) << "the other queue works";
  }
}

TEST_F(QueueRegistersTest, AQueueEnabledAfterDriverOkGoesLive) {
  driver.SetUpQueue(0);
  driver.Go();
  driver.SetUpQueue(5, 8);
  ASSERT_EQ(bench.setups.size(), 2u);
  EXPECT_EQ(bench.setups[1].number, 5u);
  EXPECT_EQ(bench.setups[1].size, 8u);
}

TEST_F(QueueRegistersTest, ABadQueueAfterDriverOkIsToldToTheDriver) {
  driver.SetUpVector(0);
  spec::Write<cfg::kConfigMsixVector>(driver.common, 0);
  driver.Go();
  driver.Select(3);
  spec::Write<cfg::kQueueEnable>(driver.common, 1);
  EXPECT_TRUE(NeedsReset());
  ASSERT_EQ(bench.writes.size(), 1u);
  EXPECT_EQ(bench.writes[0].address, Driver::MessageAddressOf(0));
}

TEST_F(QueueRegistersTest, VectorsOutOfRangeReadBackAsNone) {
  const uint16_t last = kQueuesOfPhysical;
  spec::Write<cfg::kQueueMsixVector>(driver.common, last);
  EXPECT_EQ(spec::Read<cfg::kQueueMsixVector>(driver.common), last);
  spec::Write<cfg::kQueueMsixVector>(driver.common, static_cast<uint16_t>(last + 1));
  EXPECT_EQ(spec::Read<cfg::kQueueMsixVector>(driver.common), spec::VIRTIO_MSI_NO_VECTOR);
  spec::Write<cfg::kConfigMsixVector>(driver.common, last);
  EXPECT_EQ(spec::Read<cfg::kConfigMsixVector>(driver.common), last);
  spec::Write<cfg::kConfigMsixVector>(driver.common, 0x7fff);
  EXPECT_EQ(spec::Read<cfg::kConfigMsixVector>(driver.common), spec::VIRTIO_MSI_NO_VECTOR);
}

TEST_F(QueueRegistersTest, NotificationsOfQueuesThatAreNotThereAreDropped) {
  bench.Enable(kFirstVirtualFunction);
  Driver vf(bench, kFirstVirtualFunction);
  for (const int queue : {kQueuesOfVirtual, kQueuesOfPhysical, 1023}) vf.Notify(queue);
  driver.Notify(kQueuesOfPhysical);
  EXPECT_TRUE(bench.requests.empty());
  vf.Notify(kQueuesOfVirtual - 1);
  ASSERT_EQ(bench.requests.size(), 1u);
  EXPECT_EQ(bench.requests[0].queue, unsigned(kPhysicalQueues + kQueuesOfVirtual - 1));
  EXPECT_EQ(vf.common.Read<uint32_t>(bar::NotifyOffset(0)), 0u);
}

TEST_F(QueueRegistersTest, NotificationsPassOneAClockWhileRegistersAreBusy) {
  for (int i = 0; i < 60; ++i) {
    bench.Send(kNetFunction, true, cfg::kQueueDesc.offset, {0}, 1, 15, 0);
  }
  for (int i = 0; i < 100; ++i) {
    bench.Send(kNetFunction, true, bar::NotifyOffset(unsigned(i % kQueuesOfPhysical)), {0}, 1, 3,
               0);
  }
  bench.Run(180);
  EXPECT_EQ(bench.requests.size(), 100u);
}

}  // namespace
}  // namespace vireo
