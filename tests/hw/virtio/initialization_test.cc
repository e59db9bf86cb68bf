// SPDX-License-Identifier: Apache-2.0
// A driver that follows the standard: features, queues, notifications, interrupts.
#include <gtest/gtest.h>

#include "tests/hw/virtio/driver.h"

namespace vireo {
namespace {

using test::Driver;
using test::TransportBench;
namespace cfg = spec::common_cfg;

TEST(InitializationTest, QueuesGoLiveAtDriverOk) {
  TransportBench bench;
  bench.Enable(kNetFunction);
  Driver driver(bench, kNetFunction);
  ASSERT_TRUE(driver.Negotiate(driver.Offered()));
  for (int queue = 0; queue < 2; ++queue) driver.SetUpQueue(queue, 128, 1);
  EXPECT_TRUE(bench.setups.empty());
  driver.Go();
  EXPECT_EQ(driver.Status(), 15);
  ASSERT_EQ(bench.setups.size(), 2u);
  for (int queue = 0; queue < 2; ++queue) {
    const QueueSetup& setup = bench.setups[static_cast<size_t>(queue)];
    EXPECT_EQ(setup.queue, unsigned(queue));
    EXPECT_EQ(setup.number, unsigned(queue));
    EXPECT_EQ(setup.function, unsigned(kNetFunction));
    EXPECT_EQ(setup.kind, queue == 0 ? QueueKind::kReceive : QueueKind::kTransmit);
    EXPECT_EQ(setup.size, 128u);
    EXPECT_EQ(setup.desc, Driver::DescOf(queue));
    EXPECT_EQ(setup.driver, Driver::DriverOf(queue));
    EXPECT_EQ(setup.device, Driver::DeviceOf(queue));
    EXPECT_EQ(setup.event_idx, 1u);
    EXPECT_EQ(setup.indirect_desc, 1u);
    EXPECT_EQ(setup.mergeable, 1u);
  }
}

TEST(InitializationTest, NotificationsReachTheFetchEngine) {
  TransportBench bench;
  bench.Enable(kBlkFunction);
  Driver driver(bench, kBlkFunction);
  driver.Start(2);
  driver.Notify(1);
  ASSERT_EQ(bench.requests.size(), 1u);
  EXPECT_EQ(bench.requests[0].queue, unsigned(kQueuesOfPhysical + 1));
  EXPECT_EQ(bench.requests[0].command, QueueCommand::kNotify);
}

TEST(InitializationTest, UsedBuffersInterrupt) {
  TransportBench bench;
  bench.Enable(kNetFunction);
  Driver driver(bench, kNetFunction);
  driver.SetUpVector(1);
  driver.Start(2);
  bench.interrupt_in.write(QueueInterrupt{1});
  bench.Settle();
  ASSERT_EQ(bench.writes.size(), 1u);
  const WriteLine& write = bench.writes[0];
  EXPECT_EQ(write.function, unsigned(kNetFunction));
  EXPECT_EQ(write.address, Driver::MessageAddressOf(1));
  EXPECT_EQ(write.length, 4u);
  EXPECT_EQ(write.last, 1u);
  const unsigned low = 8 * (Driver::MessageAddressOf(1) % 64);
  EXPECT_EQ(write.data.range(int(low) + 31, int(low)).to_uint(), Driver::MessageDataOf(1));
}

}  // namespace
}  // namespace vireo
