// SPDX-License-Identifier: Apache-2.0
// What a driver does wrong is counted under its Reason, for its function.
#include <gtest/gtest.h>

#include "hw/spec/config_space.h"
#include "tests/hw/virtio/driver.h"

namespace vireo {
namespace {

using spec::Reason;
using test::Driver;
using test::TransportBench;
namespace bar = spec::function_bar;
namespace cfg = spec::common_cfg;

class ReasonTest : public testing::Test {
 protected:
  ReasonTest() {
    for (const int function : {kNetFunction, kBlkFunction, kManagementFunction}) {
      bench.Enable(function);
    }
  }
  // That `reason` was counted once since the last call, and nothing else; with kNone, nothing at
  // all.
  void Expect(Reason reason) {
    for (int number = 1; number < spec::kReasons; ++number) {
      const uint64_t count = bench.CountOf(driver.function, static_cast<Reason>(number));
      EXPECT_EQ(count - counts_[number], number == static_cast<int>(reason)) << "reason " << number;
      counts_[number] = count;
    }
  }

  TransportBench bench;
  Driver driver{bench, kBlkFunction};

 private:
  uint64_t counts_[spec::kReasons] = {};
};

TEST_F(ReasonTest, ADriverThatFollowsTheStandardIsNotCounted) {
  driver.Start(4);
  driver.Notify(3);
  driver.Reset();
  EXPECT_EQ(driver.Status(), 0);
  Expect(Reason::kNone);
}

TEST_F(ReasonTest, QueueRegisters) {
  ASSERT_TRUE(driver.Negotiate(driver.Offered()));
  spec::Write<cfg::kQueueSize>(driver.common, 3);
  Expect(Reason::kQueueSize);
  spec::Write<cfg::kQueueMsixVector>(driver.common, 0x7000);
  Expect(Reason::kVectorOutOfRange);
  spec::Write<cfg::kConfigMsixVector>(driver.common, 0x7000);
  Expect(Reason::kVectorOutOfRange);
  spec::Write<cfg::kQueueEnable>(driver.common, 1);
  Expect(Reason::kQueueNoAddress);
  spec::Write<cfg::kQueueDesc>(driver.common, 0x1008);
  spec::Write<cfg::kQueueEnable>(driver.common, 1);
  Expect(Reason::kQueueMisaligned);
  driver.SetUpQueue(1);
  spec::Write<cfg::kQueueSize>(driver.common, 8);
  Expect(Reason::kQueueLocked);
  driver.Select(kQueuesOfPhysical);
  Expect(Reason::kNone);
  spec::Write<cfg::kQueueSize>(driver.common, 8);
  Expect(Reason::kQueueSelectRange);
}

TEST_F(ReasonTest, Status) {
  EXPECT_FALSE(driver.Negotiate({0, 0, 0}));
  Expect(Reason::kFeaturesRefused);
  driver.SetStatus(7);
  Expect(Reason::kStatusOrder);
  driver.SetStatus(1);
  Expect(Reason::kStatusOrder);
}

TEST_F(ReasonTest, Faults) {
  driver.Start(1);
  bench.fault_in.write(QueueFaulted{kQueuesOfPhysical, QueueFault::kIndexTooFar});
  bench.Settle();
  Expect(Reason::kIndexTooFar);
  EXPECT_EQ(bench.CountOf(kNetFunction, Reason::kIndexTooFar), 0u);
}

TEST_F(ReasonTest, NotificationsWindowsAndAccesses) {
  driver.Notify(kQueuesOfPhysical);
  Expect(Reason::kNotifyNoQueue);
  bench.WriteConfig(kBlkFunction, spec::config_space::kPciCfgData, 1);
  Expect(Reason::kPciCfgAccess);
  bench.Send(kBlkFunction, false, 0, {}, 17, 15, 15);
  bench.Receive();
  Expect(Reason::kRegisterAccess);
}

TEST_F(ReasonTest, CountersAreNotSharedAndNotWritten) {
  for (int function = 0; function < kVirtualEnd; ++function) {
    if (function == kManagementFunction || function == 3) continue;
    bench.Enable(function);
    for (int i = 0; i <= function; ++i) Driver(bench, function).Notify(1000);
  }
  for (int function = 0; function < kVirtualEnd; ++function) {
    const bool counts = function != kManagementFunction && function != 3;
    EXPECT_EQ(bench.CountOf(function, Reason::kNotifyNoQueue),
              counts ? uint64_t(function) + 1 : 0u);
  }
  const uint64_t counter =
      spec::management_bar::kFunctionCounters.At(0) +
      spec::function_counters::kReasonCount.At(unsigned(Reason::kNotifyNoQueue));
  bench.WriteBytes(kManagementFunction, counter, 4, 77);
  EXPECT_EQ(bench.CountOf(0, Reason::kNotifyNoQueue), 1u);
}

}  // namespace
}  // namespace vireo
