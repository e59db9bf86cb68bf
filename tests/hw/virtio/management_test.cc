// SPDX-License-Identifier: Apache-2.0
// What the transport does for the management function: accesses, its vector, counts of reasons.
#include <gtest/gtest.h>

#include "tests/hw/virtio/driver.h"

namespace vireo {
namespace {

using test::TransportBench;
namespace bar = spec::management_bar;

class ManagementAccessTest : public testing::Test {
 protected:
  static constexpr uint64_t kMessage = 0xFEE0'0000;

  ManagementAccessTest() { bench.Enable(kManagementFunction); }

  void SetUpVector(bool is_masked) {
    bench.WriteBytes(kManagementFunction, bar::kMsixTable, 8, kMessage);
    bench.WriteBytes(kManagementFunction, bar::kMsixTable + 8, 4, 0x4711);
    bench.WriteBytes(kManagementFunction, bar::kMsixTable + 12, 4, is_masked);
  }
  void Interrupt() {
    bench.card_interrupt_in.write(
        vireo::Interrupt{InterruptKind::kQueue, kManagementFunction, 0, 0});
    bench.Settle();
  }

  TransportBench bench;
};

TEST_F(ManagementAccessTest, AccessesGoToTheFunctionAndRepliesComeInOrder) {
  const uint32_t places[] = {0x0, 0x400, 0x1000, 0x5000, 0x1'0000, 0x1'8000, 0x8'0000, 0x1f'fffc};
  for (const uint32_t place : places) {
    bench.Send(kManagementFunction, false, place, {}, 1, 15, 0);
    bench.Send(kManagementFunction, false, bar::kMsixTable + 12, {}, 1, 15, 0);
  }
  for (const uint32_t place : places) {
    EXPECT_EQ(bench.Receive().data, std::vector<uint32_t>{place / 4});
    EXPECT_EQ(bench.Receive().data, std::vector<uint32_t>{1}) << "the vector's mask";
  }
  ASSERT_EQ(bench.managed.size(), std::size(places));
  bench.WriteBytes(kManagementFunction, 0x1'0028, 8, 0x1122334455667788);
  ASSERT_EQ(bench.managed.size(), std::size(places) + 2);
  EXPECT_EQ(bench.managed.back().dword, 0x1'002c / 4);
  EXPECT_EQ(bench.managed.back().data, 0x11223344);
  EXPECT_EQ(bench.managed.back().function, unsigned{kManagementFunction});
}

TEST_F(ManagementAccessTest, AVirtioFunctionDoesNotReachIt) {
  bench.Enable(kNetFunction);
  for (uint64_t page = 0; page < 16; ++page) bench.ReadBytes(kNetFunction, 0x1000 * page, 4);
  EXPECT_TRUE(bench.managed.empty());
}

TEST_F(ManagementAccessTest, ItsVectorIsSentOrKept) {
  SetUpVector(false);
  Interrupt();
  ASSERT_EQ(bench.writes.size(), 1u);
  EXPECT_EQ(bench.writes[0].function, unsigned{kManagementFunction});
  EXPECT_EQ(bench.writes[0].address, kMessage);
  EXPECT_EQ(bench.writes[0].data.range(31, 0), 0x4711);
  SetUpVector(true);
  Interrupt();
  EXPECT_EQ(bench.writes.size(), 1u);
  EXPECT_EQ(bench.ReadBytes(kManagementFunction, bar::kPendingBits, 8), 1u);
  SetUpVector(false);
  EXPECT_EQ(bench.writes.size(), 2u);
  EXPECT_EQ(bench.ReadBytes(kManagementFunction, bar::kPendingBits, 8), 0u);
  EXPECT_TRUE(bench.managed.empty());
}

TEST_F(ManagementAccessTest, WithoutMsixThereIsNoInterrupt) {
  bench.Enable(kManagementFunction, false);
  Interrupt();
  EXPECT_TRUE(bench.writes.empty());
  EXPECT_TRUE(bench.intx.empty());
}

TEST_F(ManagementAccessTest, WhatEnginesHaveAddedUpIsCounted) {
  for (const unsigned times : {1u, 200u, 255u}) {
    bench.reason_in.write({{kBlkFunction, spec::Reason::kBlkReadOnly}, times});
  }
  bench.Settle();
  EXPECT_EQ(bench.CountOf(kBlkFunction, spec::Reason::kBlkReadOnly), 456u);
  EXPECT_EQ(bench.CountOf(kNetFunction, spec::Reason::kBlkReadOnly), 0u);
}

}  // namespace
}  // namespace vireo
