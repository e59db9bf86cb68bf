// SPDX-License-Identifier: Apache-2.0
// Resets of the device and of the function, with queues that stop late, and faults.
// VIRTIO 1.4, 2.4 "Device Reset", 2.1.2 "Device Requirements: Device Status Field".
#include <gtest/gtest.h>

#include "tests/hw/virtio/driver.h"

namespace vireo {
namespace {

using test::Driver;
using test::TransportBench;
namespace cfg = spec::common_cfg;

class ResetTest : public testing::Test {
 protected:
  ResetTest() {
    bench.Enable(kNetFunction);
    bench.stops_at_once = false;
  }
  void SendFlr() {
    pcie4c::FunctionState state;
    state.flr = 1;
    bench.SetState(kNetFunction, state);
  }
  void ExpectRegistersOfReset() {
    EXPECT_EQ(driver.Status(), 0);
    EXPECT_EQ(spec::Read<cfg::kConfigMsixVector>(driver.common), spec::VIRTIO_MSI_NO_VECTOR);
    spec::Write<cfg::kDriverFeatureSelect>(driver.common, 1);
    EXPECT_EQ(spec::Read<cfg::kDriverFeature>(driver.common), 0u);
    for (int queue = 0; queue < 3; ++queue) {
      driver.Select(queue);
      EXPECT_EQ(spec::Read<cfg::kQueueSize>(driver.common), kOfferedQueueSize);
      EXPECT_EQ(spec::Read<cfg::kQueueMsixVector>(driver.common), spec::VIRTIO_MSI_NO_VECTOR);
      EXPECT_EQ(spec::Read<cfg::kQueueEnable>(driver.common), 0);
      EXPECT_EQ(spec::Read<cfg::kQueueDesc>(driver.common), 0u);
    }
  }

  TransportBench bench;
  Driver driver{bench, kNetFunction};
};

TEST_F(ResetTest, WithoutLiveQueuesIsDoneAtOnce) {
  ASSERT_TRUE(driver.Negotiate(driver.Offered()));
  driver.SetUpQueue(0, 16, 1);
  driver.Reset();
  EXPECT_TRUE(bench.stopping.empty());
  ExpectRegistersOfReset();
}

TEST_F(ResetTest, StatusReadsZeroOnlyWhenEveryQueueHasStopped) {
  driver.Start(3);
  driver.Reset();
  EXPECT_EQ(driver.Status(), 15);
  ASSERT_EQ(bench.stopping.size(), 3u);
  for (int left = 3; left > 0; --left) {
    EXPECT_NE(driver.Status(), 0) << left << " queues have not stopped";
    bench.FinishStop();
    bench.Settle();
  }
  ExpectRegistersOfReset();
}

TEST_F(ResetTest, WritesAreIgnoredWhileItGoesOn) {
  driver.Start(2);
  driver.Reset();
  driver.Reset();
  driver.SetStatus(0x80);
  driver.SetUpQueue(2);
  spec::Write<cfg::kConfigMsixVector>(driver.common, 1);
  ASSERT_EQ(bench.stopping.size(), 2u) << "each queue is told once";
  bench.FinishStop();
  bench.FinishStop();
  bench.Settle();
  ExpectRegistersOfReset();
}

TEST_F(ResetTest, QueuesStopOnceAndGoLiveAgain) {
  for (int round = 0; round < 5; ++round) {
    bench.setups.clear();
    driver.Start(3);
    ASSERT_EQ(bench.setups.size(), 3u) << "round " << round;
    driver.Reset();
    ASSERT_EQ(bench.stopping.size(), 3u) << "round " << round;
    for (int i = 0; i < 3; ++i) bench.FinishStop();
    bench.Settle();
    ASSERT_EQ(driver.Status(), 0);
  }
}

TEST_F(ResetTest, RightBehindDriverOkStopsWhatWasStarted) {
  ASSERT_TRUE(driver.Negotiate(driver.Offered()));
  for (int queue = 0; queue < 8; ++queue) driver.SetUpQueue(queue);
  for (const uint32_t status : {15u, 0u}) {
    bench.Send(kNetFunction, true, cfg::kDeviceStatus.offset, {status}, 1, 1, 0);
  }
  bench.Settle();
  EXPECT_EQ(bench.stopping.size(), bench.setups.size());
  while (!bench.stopping.empty()) bench.FinishStop();
  bench.Settle();
  ExpectRegistersOfReset();
}

TEST_F(ResetTest, AnotherFunctionIsNotConcerned) {
  bench.Enable(kBlkFunction);
  Driver blk(bench, kBlkFunction);
  driver.Start(2);
  driver.Reset();
  blk.Start(2);
  EXPECT_EQ(blk.Status(), 15);
  EXPECT_NE(driver.Status(), 0);
  EXPECT_EQ(bench.setups.size(), 4u);
}

TEST_F(ResetTest, NoInterruptComesAfterIt) {
  driver.SetUpVector(0);
  driver.Start(1);
  driver.Reset();
  bench.FinishStop();
  bench.Settle();
  EXPECT_EQ(driver.Status(), 0);
  bench.interrupt_in.write(QueueInterrupt{0});
  bench.Settle();
  EXPECT_TRUE(bench.writes.empty());
  EXPECT_FALSE(driver.IsPending(0));
}

TEST_F(ResetTest, PendingInterruptsAreGone) {
  driver.Start(1);
  bench.interrupt_in.write(QueueInterrupt{0});
  bench.Settle();
  EXPECT_TRUE(driver.IsPending(0)) << "its vector is masked";
  driver.Reset();
  bench.FinishStop();
  bench.Settle();
  EXPECT_FALSE(driver.IsPending(0));
  driver.SetUpVector(0);
  EXPECT_TRUE(bench.writes.empty());
}

TEST_F(ResetTest, FunctionLevelResetWaitsForQueues) {
  driver.SetUpVector(0);
  driver.Start(2);
  SendFlr();
  ASSERT_EQ(bench.stopping.size(), 2u);
  bench.FinishStop();
  bench.Settle();
  EXPECT_TRUE(bench.resets_done.empty());
  bench.FinishStop();
  bench.Settle();
  EXPECT_EQ(bench.resets_done, std::vector<int>{kNetFunction});
  bench.Enable(kNetFunction);
  ExpectRegistersOfReset();
  EXPECT_EQ(spec::Read<spec::msix_entry::kControl>(driver.Entry(0)), 1u) << "masked again";
}

TEST_F(ResetTest, FunctionLevelResetDuringTheDevicesOwn) {
  driver.SetUpVector(0);
  driver.Start(1);
  driver.Reset();
  SendFlr();
  EXPECT_TRUE(bench.resets_done.empty());
  bench.FinishStop();
  bench.Settle();
  EXPECT_EQ(bench.resets_done, std::vector<int>{kNetFunction});
  bench.Enable(kNetFunction);
  ExpectRegistersOfReset();
  EXPECT_EQ(spec::Read<spec::msix_entry::kControl>(driver.Entry(0)), 1u);
}

TEST_F(ResetTest, FunctionLevelResetOfAnyFunctionIsAnswered) {
  pcie4c::FunctionState state;
  state.flr = 1;
  for (int function = 0; function < kFunctions; ++function) bench.SetState(function, state);
  EXPECT_EQ(bench.resets_done.size(), size_t(kFunctions));
}

TEST_F(ResetTest, AFaultNeedsAResetAndTellsTheDriver) {
  driver.SetUpVector(2);
  driver.Start(2);
  bench.fault_in.write(QueueFaulted{1, QueueFault{}});
  bench.Settle();
  EXPECT_EQ(driver.Status(), 15 | spec::VIRTIO_CONFIG_S_NEEDS_RESET);
  ASSERT_EQ(bench.writes.size(), 1u);
  EXPECT_EQ(bench.writes[0].address, Driver::MessageAddressOf(2));
  EXPECT_NE(driver.isr.Read<uint8_t>(0) & spec::VIRTIO_PCI_ISR_CONFIG, 0);
  ASSERT_EQ(bench.stopping.size(), 1u) << "the other queue works";
  EXPECT_EQ(bench.stopping.front(), 1);
  driver.Reset();
  ASSERT_EQ(bench.stopping.size(), 2u);
  bench.FinishStop();
  bench.FinishStop();
  bench.Settle();
  ExpectRegistersOfReset();
}

TEST_F(ResetTest, AQueueThatAFaultStoppedIsNotStoppedTwice) {
  driver.Start(1);
  bench.fault_in.write(QueueFaulted{0, QueueFault{}});
  bench.fault_in.write(QueueFaulted{0, QueueFault{}});
  bench.Settle();
  spec::Write<spec::common_cfg::kQueueEnable>(driver.common, 1);
  EXPECT_EQ(bench.stopping.size(), 1u);
  driver.Reset();
  EXPECT_EQ(bench.stopping.size(), 1u);
  bench.FinishStop();
  bench.Settle();
  ExpectRegistersOfReset();
}

TEST_F(ResetTest, AFaultOfAQueueThatHasStoppedIsIgnored) {
  driver.Start(1);
  driver.Reset();
  bench.FinishStop();
  bench.Settle();
  bench.fault_in.write(QueueFaulted{0, QueueFault{}});
  bench.Settle();
  EXPECT_EQ(driver.Status(), 0);
}

}  // namespace
}  // namespace vireo
