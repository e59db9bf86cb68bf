// SPDX-License-Identifier: Apache-2.0
// The hard block's registers of configuration space, as a kernel sees them.
#include "sim/pcie/config_space.h"

#include <gtest/gtest.h>

// After hw/spec, which has the same names.
#include <linux/pci_regs.h>

namespace vireo::sim::pcie {
namespace {

FunctionSpec Physical() {
  FunctionSpec function;
  function.type = &spec::kPhysicalBlk;
  function.parameters.vectors = 65;
  function.parameters.next_function = 2;
  function.parameters.virtual_functions = 8;
  function.parameters.first_vf_offset = 4;
  return function;
}

class ConfigSpaceTest : public testing::Test {
 protected:
  uint32_t Read(uint32_t offset) const { return space_.Read(offset / 4); }
  bool Write(uint32_t offset, uint32_t data, uint32_t enables = 0xf) {
    return space_.Write(offset / 4, data, enables);
  }
  // Where a capability stands, found as a kernel finds it; 0: nowhere.
  uint32_t Find(uint32_t id) const {
    uint32_t at = Read(PCI_CAPABILITY_LIST) & 0xff;
    while (at != 0 && (Read(at) & 0xff) != id)
      at = space_.Owns(at / 4) ? (Read(at) >> 8) & 0xff : 0;
    return at;
  }
  ConfigSpace space_ = ConfigSpace(Physical());
};

TEST_F(ConfigSpaceTest, IdentityIsReadOnly) {
  EXPECT_EQ(Read(PCI_VENDOR_ID), 0x10421af4U);
  EXPECT_EQ(Read(PCI_CLASS_REVISION), 0x01000001U);
  Write(PCI_VENDOR_ID, 0);
  Write(PCI_CLASS_REVISION, 0);
  EXPECT_EQ(Read(PCI_VENDOR_ID), 0x10421af4U);
  EXPECT_EQ(Read(PCI_CLASS_REVISION), 0x01000001U);
  Write(PCI_ROM_ADDRESS, 0xffffffff);
  EXPECT_EQ(Read(PCI_ROM_ADDRESS), 0U);
}

TEST_F(ConfigSpaceTest, BarsTellTheirSizesAndKeepAddresses) {
  for (uint32_t i = 0; i < 6; ++i) Write(PCI_BASE_ADDRESS_0 + 4 * i, 0xffffffff);
  EXPECT_EQ(Read(PCI_BASE_ADDRESS_0), 0xffff000cU);
  EXPECT_EQ(Read(PCI_BASE_ADDRESS_1), 0xffffffffU);
  for (uint32_t i = 2; i < 6; ++i) EXPECT_EQ(Read(PCI_BASE_ADDRESS_0 + 4 * i), 0U);
  EXPECT_EQ(space_.bar_bytes(0), 0x10000U);
  EXPECT_EQ(space_.bar_bytes(1), 0U);
  Write(PCI_BASE_ADDRESS_0, 0x12345678);
  Write(PCI_BASE_ADDRESS_1, 0x38);
  EXPECT_EQ(space_.bar_address(0), 0x38'1234'0000U);
}

TEST_F(ConfigSpaceTest, CommandAndMsixControlBecomeFlags) {
  EXPECT_EQ(space_.flags(), FunctionFlags{});
  Write(PCI_COMMAND, 0xffff, 0b0011);
  EXPECT_EQ(Read(PCI_COMMAND) & 0xffff, 0x0546U);
  EXPECT_EQ(space_.flags(), (FunctionFlags{true, true, true, false, false}));
  const uint32_t msix = Find(PCI_CAP_ID_MSIX);
  ASSERT_NE(msix, 0U);
  Write(msix, 0xffffffff);
  EXPECT_EQ(space_.flags(), (FunctionFlags{true, true, true, true, true}));
  EXPECT_EQ(Read(msix) >> 16, 0xc040U);  // 65 vectors
}

TEST_F(ConfigSpaceTest, ASleepingFunctionNeitherMastersNorAnswers) {
  const uint32_t control = Find(PCI_CAP_ID_PM) + uint32_t{PCI_PM_CTRL};
  Write(PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
  Write(control, 3);
  EXPECT_EQ(space_.flags(), FunctionFlags{});
  Write(control, 0);
  EXPECT_TRUE(space_.flags().bus_master && space_.flags().memory_space);
}

TEST_F(ConfigSpaceTest, BytesThatAreNotEnabledStay) {
  Write(PCI_BASE_ADDRESS_0, 0xaabb0000);
  Write(PCI_BASE_ADDRESS_0, 0x11223344, 0b0100);
  EXPECT_EQ(Read(PCI_BASE_ADDRESS_0), 0xaa22000cU);
}

TEST_F(ConfigSpaceTest, DeviceControlAsksForFlrAndReadsZeroThere) {
  const uint32_t express = Find(PCI_CAP_ID_EXP);
  EXPECT_NE(Read(express + PCI_EXP_DEVCAP) & PCI_EXP_DEVCAP_FLR, 0U);
  const uint32_t control = express + uint32_t{PCI_EXP_DEVCTL};
  EXPECT_EQ(space_.max_payload(), 128U);
  EXPECT_EQ(space_.max_read_request(), 512U);
  EXPECT_FALSE(Write(control, PCI_EXP_DEVCTL_PAYLOAD_256B | PCI_EXP_DEVCTL_READRQ_1024B));
  EXPECT_EQ(space_.max_payload(), 256U);
  EXPECT_EQ(space_.max_read_request(), 1024U);
  EXPECT_FALSE(Write(control, PCI_EXP_DEVCTL_BCR_FLR, 0b0001));
  EXPECT_TRUE(Write(control, PCI_EXP_DEVCTL_BCR_FLR, 0b0011));
  EXPECT_EQ(Read(control) & PCI_EXP_DEVCTL_BCR_FLR, 0U);
}

TEST_F(ConfigSpaceTest, DeviceStatusTellsOfRequestsInFlight) {
  const uint32_t control = Find(PCI_CAP_ID_EXP) + uint32_t{PCI_EXP_DEVCTL};
  space_.SetTransactionsPending(true);
  EXPECT_EQ(Read(control) >> 16, uint32_t{PCI_EXP_DEVSTA_TRPND});
  space_.SetTransactionsPending(false);
  EXPECT_EQ(Read(control) >> 16, 0U);
}

TEST_F(ConfigSpaceTest, ResetTakesEverythingBack) {
  const ConfigSpace fresh{Physical()};
  for (uint32_t number = 0; number < 1024; ++number) space_.Write(number, 0xffffffff, 0xf);
  EXPECT_NE(space_.Read(1), fresh.Read(1));
  space_.Reset();
  for (uint32_t number = 0; number < 1024; ++number)
    EXPECT_EQ(space_.Read(number), fresh.Read(number)) << number;
}

TEST_F(ConfigSpaceTest, TheVirtioCapabilitiesAreTheCards) {
  for (uint32_t offset = 0; offset < ConfigSpace::kBytes; offset += 4) {
    const bool is_virtio = (offset >= 0x48 && offset < 0x5c) || (offset >= 0xb0 && offset < 0xf4);
    EXPECT_EQ(space_.Owns(offset / 4), !is_virtio) << offset;
  }
  FunctionSpec management;
  management.type = &spec::kManagement;
  EXPECT_TRUE(ConfigSpace(management).Owns(0xb0 / 4));
}

TEST_F(ConfigSpaceTest, SriovTellsOfVirtualFunctions) {
  uint32_t at = 0x100;
  while (at != 0 && (Read(at) & 0xffff) != PCI_EXT_CAP_ID_SRIOV) at = Read(at) >> 20;
  ASSERT_NE(at, 0U);
  EXPECT_EQ(Read(at + PCI_SRIOV_INITIAL_VF), 0x00080008U);
  EXPECT_EQ(Read(at + PCI_SRIOV_VF_OFFSET), 0x00010004U);
  Write(at + PCI_SRIOV_BAR, 0xffffffff);
  EXPECT_EQ(Read(at + PCI_SRIOV_BAR), 0xffff000cU);
  Write(at + PCI_SRIOV_NUM_VF, 5);
  EXPECT_EQ(Read(at + PCI_SRIOV_NUM_VF) & 0xffff, 5U);
}

TEST_F(ConfigSpaceTest, AVirtualFunctionIsCompleteForWhoDrivesItAlone) {
  FunctionSpec function;
  function.type = &spec::kVirtualNet;
  space_ = ConfigSpace(function);
  EXPECT_EQ(Read(PCI_VENDOR_ID), 0xffffffffU);
  Write(PCI_COMMAND, PCI_COMMAND_MEMORY);
  EXPECT_FALSE(space_.flags().memory_space);
  function.parameters.view = spec::ConfigView::kVfio;
  space_ = ConfigSpace(function);
  EXPECT_EQ(Read(PCI_VENDOR_ID), 0x10411af4U);
  Write(PCI_COMMAND, PCI_COMMAND_MEMORY);
  EXPECT_TRUE(space_.flags().memory_space);
  EXPECT_EQ(Find(PCI_CAP_ID_PM), 0U);
}

}  // namespace
}  // namespace vireo::sim::pcie
