// SPDX-License-Identifier: Apache-2.0
// Each feature bit that the card offers does what the standard says of it, and each has a test.
// VIRTIO 1.4, 2.2 "Feature Bits", 5.1.3 and 5.2.3 "Feature bits", 6 "Reserved Feature Bits".
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "hw/spec/card_registers.h"
#include "hw/spec/device_cfg.h"
#include "hw/spec/feature_table.h"
#include "hw/virtio/device_config.h"
#include "tests/hw/card/driver_test.h"

namespace vireo::testing {
namespace {

using namespace spec;

class FeatureTest : public DriverTest {
 protected:
  static constexpr uint64_t kVersion1 = Bit(VIRTIO_F_VERSION_1);

  static Window<CardBus> ConfigOf(CardDevice& device) {
    return {device.bus, function_bar::kDeviceCfg};
  }
  Window<CardBus> Record(int function) {
    return {*management_, management_bar::kFunctions.At(static_cast<uint32_t>(function))};
  }
  // Vector 0 is a function's own and unmasked.
  static void EnableVector(CardDevice& device) {
    Window<CardBus> entry(device.bus, function_bar::MsixEntryOffset(0));
    Write<msix_entry::kAddress>(entry, 0xfee0'0000);
    Write<msix_entry::kData>(entry, 1);
    Write<msix_entry::kControl>(entry, 0);
    constexpr uint32_t at = config_space::kMsix;
    device.bus.WriteConfig(at,
                           device.bus.ReadConfig(at) | uint32_t{msix_cap::kControlEnable} << 16);
  }
  bool NeedsReset(CardDevice& device) {
    Wait(kQuiet);
    return (device.driver.Status() & VIRTIO_CONFIG_S_NEEDS_RESET) != 0;
  }
};

TEST_F(FeatureTest, EveryOfferedBitHasATest) {
  // The test of a bit is named after it.
  std::set<std::string> tests;
  const auto* suite = ::testing::UnitTest::GetInstance()->current_test_suite();
  for (int i = 0; i < suite->total_test_count(); ++i) {
    tests.insert(suite->GetTestInfo(i)->name());
  }
  for (const DeviceType type : {DeviceType::kNet, DeviceType::kBlk}) {
    CardDevice& device = type == DeviceType::kNet ? *net_ : *blk_;
    const uint64_t offered = device.driver.OfferedFeatures();
    for (int bit = 0; bit < 64; ++bit) {
      if ((offered & Bit(bit)) == 0) continue;
      const char* name = FeatureName(kCoreFeatures, bit);
      if (name == nullptr) {
        name = type == DeviceType::kNet ? FeatureName(spec::kNetFeatures, bit)
                                        : FeatureName(spec::kBlkFeatures, bit);
      }
      ASSERT_NE(name, nullptr) << "bit " << bit;
      EXPECT_TRUE(tests.contains(name)) << name;
    }
  }
}

TEST_F(FeatureTest, VIRTIO_F_VERSION_1) {
  EXPECT_THROW(net_->driver.Negotiate(~kVersion1), std::runtime_error);
  EXPECT_THROW(blk_->driver.Negotiate(~kVersion1), std::runtime_error);
  // The header has num_buffers also for a driver that does not merge buffers: 5.1.6.1.
  ASSERT_NO_FATAL_FAILURE(BeginNet(*net_, {.features = kVersion1}));
  ASSERT_NO_FATAL_FAILURE(Post(*net_, 1, 2048));
  EXPECT_EQ(BuffersOfArrival(*net_, 100), 1U);
}

// Addresses are those of the function's own map. Two have the same ones, of different memory.
TEST_F(FeatureTest, VIRTIO_F_ACCESS_PLATFORM) {
  const auto vf = Attach(kFirstNetVirtual);
  for (CardDevice* device : {net_.get(), vf.get()}) {
    ASSERT_NO_FATAL_FAILURE(BeginNet(*device, {}));
    EXPECT_TRUE(device->driver.Has(VIRTIO_F_ACCESS_PLATFORM));
    ASSERT_NO_FATAL_FAILURE(ExpectSends(*device, 200));
  }
}

TEST_F(FeatureTest, VIRTIO_F_INDIRECT_DESC) {
  ASSERT_NO_FATAL_FAILURE(BeginBlk({.form = ChainForm::kIndirect}));
  ASSERT_NO_FATAL_FAILURE(ExpectDiskWorks(0, {512, 512, 1024}));
  ASSERT_NO_FATAL_FAILURE(BeginNet(*net_, {.form = ChainForm::kIndirect}));
  ASSERT_NO_FATAL_FAILURE(ExpectSends(*net_, 300));
  ASSERT_NO_FATAL_FAILURE(Post(*net_, 1, 2048));
  EXPECT_EQ(BuffersOfArrival(*net_, 300), 1U);
  // 2.7.5.3.1: without the feature the driver has to leave it.
  ASSERT_NO_FATAL_FAILURE(
      BeginBlk({.features = ~Bit(VIRTIO_F_INDIRECT_DESC), .form = ChainForm::kIndirect}));
  EXPECT_EQ(Request(VIRTIO_BLK_T_IN, 0, {512}), std::nullopt);
  EXPECT_TRUE(NeedsReset(*blk_));
}

// 2.7.7 and 2.7.10.
TEST_F(FeatureTest, VIRTIO_F_EVENT_IDX) {
  EnableVector(*blk_);
  ASSERT_NO_FATAL_FAILURE(BeginBlk({.vector = 0}));
  // used_event is 0: the first used buffer interrupts, and no other until it is moved.
  for (uint64_t i = 0; i < 4; ++i) ASSERT_NO_FATAL_FAILURE(ExpectDiskWorks(i, {512}));
  Wait(kQuiet);
  EXPECT_EQ(InterruptsOf(kBlkFunction), 1U);
  requests_->WantInterrupt(true);
  for (uint64_t i = 0; i < 4; ++i) ASSERT_NO_FATAL_FAILURE(ExpectDiskWorks(i, {512}));
  Wait(kQuiet);
  EXPECT_EQ(InterruptsOf(kBlkFunction), 2U);
  // The card says from which index on it wants to be notified: from the next.
  EXPECT_EQ(blk_->memory.Load<uint16_t>(requests_->device() + AvailEventOffset(64)), 16);
  // Without the feature the flag counts, and used_event does not.
  ASSERT_NO_FATAL_FAILURE(BeginBlk({.features = ~Bit(VIRTIO_F_EVENT_IDX), .vector = 0}));
  for (uint64_t i = 0; i < 4; ++i) ASSERT_NO_FATAL_FAILURE(ExpectDiskWorks(i, {512}));
  Wait(kQuiet);
  EXPECT_EQ(InterruptsOf(kBlkFunction), 10U);
  requests_->WantInterrupt(false);
  for (uint64_t i = 0; i < 4; ++i) ASSERT_NO_FATAL_FAILURE(ExpectDiskWorks(i, {512}));
  Wait(kQuiet);
  EXPECT_EQ(InterruptsOf(kBlkFunction), 10U);
}

TEST_F(FeatureTest, VIRTIO_NET_F_MAC) {
  const auto vf = Attach(kFirstNetVirtual);
  uint64_t address = 0;
  Window<CardBus> config = ConfigOf(*vf);
  for (uint32_t i = 0; i < 6; ++i) address |= uint64_t{Read<net_cfg::kMac>(config, i)} << (8 * i);
  EXPECT_EQ(address & 1, 0U) << "an address of one station";
  ASSERT_NO_FATAL_FAILURE(BeginNet(*vf, {}));
  ASSERT_NO_FATAL_FAILURE(Post(*vf, 2, 2048));
  EXPECT_EQ(BuffersOfArrival(*vf, 100, address), 1U);
  EXPECT_EQ(BuffersOfArrival(*vf, 100, address ^ (uint64_t{1} << 47)), 0U);
}

TEST_F(FeatureTest, VIRTIO_NET_F_STATUS) {
  EnableVector(*net_);
  net_->driver.Negotiate(~uint64_t{0});
  Window<CardBus> common(net_->bus, function_bar::kCommonCfg);
  Write<common_cfg::kConfigMsixVector>(common, 0);
  net_->driver.Start();
  Window<CardBus> config = ConfigOf(*net_);
  EXPECT_EQ(Read<net_cfg::kStatus>(config), VIRTIO_NET_S_LINK_UP);
  const uint8_t generation = Read<common_cfg::kConfigGeneration>(common);
  Write<function_record::kControl>(Record(kNetFunction), function_record::kControlEnable);
  ASSERT_TRUE(Run([&] { return InterruptsOf(kNetFunction) == 1; }));
  EXPECT_EQ(Read<net_cfg::kStatus>(config), 0);
  EXPECT_NE(Read<common_cfg::kConfigGeneration>(common), generation);
}

TEST_F(FeatureTest, VIRTIO_NET_F_MTU) {
  EXPECT_EQ(Read<net_cfg::kMtu>(ConfigOf(*net_)), kInitialMtu);
  Write<function_record::kMtu>(Record(kNetFunction), 9000);
  ASSERT_NO_FATAL_FAILURE(BeginNet(*net_, {}));
  EXPECT_EQ(Read<net_cfg::kMtu>(ConfigOf(*net_)), 9000);
  // 5.1.4.1: the device takes, and does not send on, frames of up to mtu and the Ethernet header.
  ASSERT_NO_FATAL_FAILURE(ExpectSends(*net_, 9014));
  ASSERT_NO_FATAL_FAILURE(Post(*net_, 1, 9216));
  EXPECT_EQ(BuffersOfArrival(*net_, 9014), 1U);
}

TEST_F(FeatureTest, VIRTIO_NET_F_MRG_RXBUF) {
  ASSERT_NO_FATAL_FAILURE(BeginNet(*net_, {}));
  ASSERT_NO_FATAL_FAILURE(Post(*net_, 4, 1024));
  EXPECT_EQ(BuffersOfArrival(*net_, 3000), 3U);
  EXPECT_EQ(BuffersOfArrival(*net_, 1024 - kHeader), 1U);
  ASSERT_NO_FATAL_FAILURE(BeginNet(*net_, {.features = ~Bit(VIRTIO_NET_F_MRG_RXBUF)}));
  ASSERT_NO_FATAL_FAILURE(Post(*net_, 4, 1024));
  EXPECT_EQ(BuffersOfArrival(*net_, 3000), 0U) << "a frame is in one buffer, or not there";
  EXPECT_EQ(BuffersOfArrival(*net_, 1024 - kHeader), 1U);
}

TEST_F(FeatureTest, VIRTIO_BLK_F_SEG_MAX) {
  const uint32_t most = Read<blk_cfg::kSegMax>(ConfigOf(*blk_));
  ASSERT_NO_FATAL_FAILURE(BeginBlk({.queue_size = 512}));
  std::ranges::reverse(requests_->free_list());  // in the order of the table
  ASSERT_NO_FATAL_FAILURE(ExpectDiskWorks(0, std::vector<uint32_t>(most, 512)));
  EXPECT_EQ(Request(VIRTIO_BLK_T_IN, 0, std::vector<uint32_t>(most + 1, 512)), std::nullopt);
  EXPECT_TRUE(NeedsReset(*blk_)) << "a longer chain is one that the card does not hold";
}

TEST_F(FeatureTest, VIRTIO_BLK_F_SIZE_MAX) {
  const uint32_t most = Read<blk_cfg::kSizeMax>(ConfigOf(*blk_));
  EXPECT_GE(most, 4096U);
  ASSERT_NO_FATAL_FAILURE(BeginBlk({}));
  ExpectDiskWorks(8, {most, most});
}

TEST_F(FeatureTest, VIRTIO_BLK_F_BLK_SIZE) {
  const uint32_t block = Read<blk_cfg::kBlkSize>(ConfigOf(*blk_));
  ASSERT_NO_FATAL_FAILURE(BeginBlk({}));
  ASSERT_NO_FATAL_FAILURE(ExpectDiskWorks(block / kSectorBytes, {block}));
  EXPECT_EQ(Request(VIRTIO_BLK_T_IN, 0, {block / 2}), VIRTIO_BLK_S_IOERR);
}

// What was written before is in the disk's memory when a flush is used: 5.2.6.2.
TEST_F(FeatureTest, VIRTIO_BLK_F_FLUSH) {
  ASSERT_NO_FATAL_FAILURE(BeginBlk({}));
  constexpr uint32_t kBytes = 32768;
  std::memset(Data(kBytes), 0x5a, kBytes);
  ASSERT_EQ(Request(VIRTIO_BLK_T_OUT, 8, {kBytes}), VIRTIO_BLK_S_OK);
  ASSERT_EQ(Request(VIRTIO_BLK_T_FLUSH, 0, {}), VIRTIO_BLK_S_OK);
  const auto& disk = card_->disks().bytes();
  for (size_t i = 0; i < kBytes; ++i) ASSERT_EQ(disk[8 * kSectorBytes + i], 0x5a) << "byte " << i;
}

TEST_F(FeatureTest, VIRTIO_BLK_F_MQ) {
  const uint16_t queues = Read<blk_cfg::kNumQueues>(ConfigOf(*blk_));
  EXPECT_EQ(queues, kQueuesOfPhysical);
  for (uint16_t queue = 0; queue < queues; ++queue) {
    SCOPED_TRACE(queue);
    ASSERT_NO_FATAL_FAILURE(BeginBlk({}, queue));
    ASSERT_NO_FATAL_FAILURE(ExpectDiskWorks(queue, {512}));
  }
}

}  // namespace
}  // namespace vireo::testing
