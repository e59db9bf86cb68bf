// SPDX-License-Identifier: Apache-2.0
// The virtio capabilities in configuration space, and the window of PCI_CFG.
// VIRTIO 1.4, 4.1.4 "Virtio Structure PCI Capabilities", 4.1.4.9 "PCI configuration access
// capability".
#include <gtest/gtest.h>

#include <map>

#include "hw/spec/config_space.h"
#include "tests/hw/virtio/driver.h"

namespace vireo {
namespace {

using test::Driver;
using test::TransportBench;
namespace bar = spec::function_bar;
namespace cfg = spec::common_cfg;
namespace space = spec::config_space;

class ConfigExtendTest : public testing::Test {
 protected:
  // Points the window; memory space need not be on for it.
  void Point(uint32_t offset, uint32_t length, uint8_t bar_id = 0) {
    bench.WriteConfig(kNetFunction, space::kPciCfgBar, bar_id, 1);
    bench.WriteConfig(kNetFunction, space::kPciCfgOffset, offset);
    bench.WriteConfig(kNetFunction, space::kPciCfgLength, length);
  }
  uint32_t Read(uint32_t offset, uint32_t length) {
    Point(offset, length);
    return bench.ReadConfig(kNetFunction, space::kPciCfgData);
  }
  void Write(uint32_t offset, uint32_t length, uint32_t value) {
    Point(offset, length);
    bench.WriteConfig(kNetFunction, space::kPciCfgData, value, (1u << length) - 1);
  }

  TransportBench bench;
};

TEST_F(ConfigExtendTest, ListsEveryStructure) {
  for (const int function : {kNetFunction, kBlkFunction, kFirstVirtualFunction}) {
    std::map<unsigned, uint32_t> offsets;
    uint32_t at = space::kNextOfPcie;
    while (at != 0) {
      const uint32_t head = bench.ReadConfig(function, at);
      EXPECT_EQ(head & 0xff, spec::PCI_CAP_ID_VNDR);
      EXPECT_EQ(bench.ReadConfig(function, at + 4), 0u) << "BAR 0";
      offsets[head >> 24] = bench.ReadConfig(function, at + 8);
      at = (head >> 8) & 0xff;
    }
    const std::map<unsigned, uint32_t> expected = {
        {spec::VIRTIO_PCI_CAP_COMMON_CFG, bar::kCommonCfg},
        {spec::VIRTIO_PCI_CAP_NOTIFY_CFG, bar::kNotifyCfg},
        {spec::VIRTIO_PCI_CAP_ISR_CFG, bar::kIsrCfg},
        {spec::VIRTIO_PCI_CAP_DEVICE_CFG, bar::kDeviceCfg},
        {spec::VIRTIO_PCI_CAP_PCI_CFG, 0}};
    EXPECT_EQ(offsets, expected) << "function " << function;
    EXPECT_EQ(bench.ReadConfig(function, space::kVirtioNotifyCfg + 16), bar::kNotifyOffMultiplier);
  }
}

TEST_F(ConfigExtendTest, FunctionsThatAreNotVirtioReadAsZero) {
  for (const int function : {kManagementFunction, 3, kFunctions, 255}) {
    bench.WriteConfig(function, space::kPciCfgOffset, 0x1234);
    EXPECT_EQ(bench.ReadConfig(function, space::kVirtioCommonCfg), 0u) << function;
    EXPECT_EQ(bench.ReadConfig(function, space::kPciCfgOffset), 0u) << function;
  }
  EXPECT_EQ(bench.ReadConfig(kNetFunction, 0x300), 0u);
  EXPECT_EQ(bench.ReadConfig(kNetFunction, 0x100 + space::kVirtioCommonCfg), 0u);
}

TEST_F(ConfigExtendTest, TheWindowReadsAndWritesTheBar) {
  Write(cfg::kDeviceStatus.offset, 1, 3);
  EXPECT_EQ(Read(cfg::kDeviceStatus.offset, 1), 3u);
  EXPECT_EQ(Read(cfg::kNumQueues.offset, 2), unsigned(kQueuesOfPhysical));
  Write(cfg::kQueueSelect.offset, 2, 5);
  EXPECT_EQ(Read(cfg::kQueueSelect.offset, 2), 5u);
  Write(cfg::kQueueDesc.offset + 4, 4, 0x8765'4321);
  EXPECT_EQ(Read(cfg::kQueueDesc.offset + 4, 4), 0x8765'4321u);
  EXPECT_EQ(Read(cfg::kQueueDesc.offset + 7, 1), 0x87u);
  EXPECT_EQ(Read(bar::kDeviceCfg, 1), 0x52u);
  EXPECT_EQ(Read(bar::kDeviceCfg + 3, 1), 0x56u);
}

TEST_F(ConfigExtendTest, TheWindowNotifies) {
  Write(bar::NotifyOffset(3), 2, 3);
  ASSERT_EQ(bench.requests.size(), 1u);
  EXPECT_EQ(bench.requests[0].queue, 3u);
}

TEST_F(ConfigExtendTest, TheWindowReadsBack) {
  Point(0x1234, 2, 4);
  EXPECT_EQ(bench.ReadConfig(kNetFunction, space::kPciCfgBar) & 0xff, 4u);
  EXPECT_EQ(bench.ReadConfig(kNetFunction, space::kPciCfgOffset), 0x1234u);
  EXPECT_EQ(bench.ReadConfig(kNetFunction, space::kPciCfgLength), 2u);
  EXPECT_EQ(bench.ReadConfig(kBlkFunction, space::kPciCfgOffset), 0u) << "each function has one";
}

TEST_F(ConfigExtendTest, ABadWindowTouchesNothing) {
  struct Window {
    uint32_t offset, length;
    uint8_t bar;
  };
  const uint32_t status = cfg::kDeviceStatus.offset;
  const Window windows[] = {{status, 0, 0},
                            {status, 3, 0},
                            {status, 5, 0},
                            {status, 0x101, 0},
                            {status, 0xffff'ffff, 0},
                            {status, 1, 1},
                            {status, 1, 0xff},
                            {status + 2, 4, 0},
                            {status + 1, 2, 0},
                            {0x1'0000 + status, 1, 0},
                            {0x8000'0000 + status, 1, 0}};
  for (const Window& window : windows) {
    Point(window.offset, window.length, window.bar);
    bench.WriteConfig(kNetFunction, space::kPciCfgData, 3);
    EXPECT_EQ(bench.ReadConfig(kNetFunction, space::kPciCfgData), 0u);
    EXPECT_EQ(Read(status, 1), 0u) << std::hex << window.offset << " " << window.length;
  }
}

TEST_F(ConfigExtendTest, AFunctionLevelResetTakesTheWindowBack) {
  Point(0x1234, 2, 4);
  pcie4c::FunctionState state;
  state.flr = 1;
  bench.SetState(kNetFunction, state);
  EXPECT_EQ(bench.ReadConfig(kNetFunction, space::kPciCfgBar), 0u);
  EXPECT_EQ(bench.ReadConfig(kNetFunction, space::kPciCfgOffset), 0u);
}

TEST_F(ConfigExtendTest, TheWindowAndTheBarAreAnsweredEach) {
  bench.Enable(kNetFunction);
  Point(bar::kDeviceCfg, 4);
  for (int i = 0; i < 20; ++i) {
    bench.Send(kNetFunction, false, cfg::kNumQueues.offset, {}, 1, 12, 0);
    pcie4c::ConfigRequest request;
    request.function = kNetFunction;
    request.register_number = space::kPciCfgData / 4;
    bench.config_in.write(request);
  }
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(bench.Receive().data.at(0) >> 16, unsigned(kQueuesOfPhysical));
  }
  bench.Settle();
  ASSERT_EQ(bench.config_out.size(), 20u);
  while (!bench.config_out.empty()) EXPECT_EQ(bench.config_out.read().data, 0x5600'5452u);
}

}  // namespace
}  // namespace vireo
