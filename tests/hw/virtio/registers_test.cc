// SPDX-License-Identifier: Apache-2.0
// The common and the device configuration: what they read, what writes do, and what they do not.
// VIRTIO 1.4, 4.1.4.3 "Common configuration structure layout", 2.1 "Device Status Field".
#include <gtest/gtest.h>

#include "hw/spec/device_cfg.h"
#include "tests/hw/virtio/driver.h"

namespace vireo {
namespace {

using test::Driver;
using test::TransportBench;
namespace bar = spec::function_bar;
namespace cfg = spec::common_cfg;

class RegistersTest : public testing::Test {
 protected:
  RegistersTest() { bench.Enable(kNetFunction); }

  TransportBench bench;
  Driver driver{bench, kNetFunction};
};

TEST_F(RegistersTest, ReadAsAfterReset) {
  EXPECT_EQ(driver.Status(), 0);
  EXPECT_EQ(spec::Read<cfg::kNumQueues>(driver.common), kQueuesOfPhysical);
  EXPECT_EQ(spec::Read<cfg::kConfigMsixVector>(driver.common), spec::VIRTIO_MSI_NO_VECTOR);
  EXPECT_EQ(spec::Read<cfg::kQueueSelect>(driver.common), 0);
  for (const int queue : {0, kQueuesOfPhysical - 1}) {
    driver.Select(queue);
    EXPECT_EQ(spec::Read<cfg::kQueueSize>(driver.common), kOfferedQueueSize);
    EXPECT_EQ(spec::Read<cfg::kQueueMsixVector>(driver.common), spec::VIRTIO_MSI_NO_VECTOR);
    EXPECT_EQ(spec::Read<cfg::kQueueEnable>(driver.common), 0);
    EXPECT_EQ(spec::Read<cfg::kQueueNotifyOff>(driver.common), queue);
    EXPECT_EQ(spec::Read<cfg::kQueueDesc>(driver.common), 0u);
    EXPECT_EQ(spec::Read<cfg::kQueueReset>(driver.common), 0);
  }
  EXPECT_EQ(spec::Read<cfg::kAdminQueueNum>(driver.common), 0);
}

TEST_F(RegistersTest, OfferTheFeaturesOfTheType) {
  const Driver::Features net = driver.Offered();
  for (const int bit :
       {spec::VIRTIO_NET_F_MAC, spec::VIRTIO_NET_F_STATUS, spec::VIRTIO_NET_F_MTU,
        spec::VIRTIO_NET_F_MRG_RXBUF, spec::VIRTIO_F_VERSION_1, spec::VIRTIO_F_ACCESS_PLATFORM,
        spec::VIRTIO_F_INDIRECT_DESC, spec::VIRTIO_F_EVENT_IDX}) {
    EXPECT_NE(net[size_t(spec::FeatureWord(bit))] & spec::FeatureMask(bit), 0u) << bit;
  }
  EXPECT_EQ(net[0] & spec::FeatureMask(spec::VIRTIO_NET_F_MQ), 0u) << "there is no control queue";

  bench.Enable(kBlkFunction);
  Driver blk(bench, kBlkFunction);
  const Driver::Features block = blk.Offered();
  EXPECT_NE(block[0] & spec::FeatureMask(spec::VIRTIO_BLK_F_MQ), 0u);
  EXPECT_NE(block[0] & spec::FeatureMask(spec::VIRTIO_BLK_F_FLUSH), 0u);
  EXPECT_EQ(block[2], 0u);
}

TEST_F(RegistersTest, FeatureWordsThatThereAreNotReadAsZero) {
  for (const uint32_t select : {3u, 4u, 0x100u, 0x8000'0000u, 0xffff'ffffu}) {
    spec::Write<cfg::kDeviceFeatureSelect>(driver.common, select);
    spec::Write<cfg::kDriverFeatureSelect>(driver.common, select);
    EXPECT_EQ(spec::Read<cfg::kDeviceFeatureSelect>(driver.common), select);
    EXPECT_EQ(spec::Read<cfg::kDeviceFeature>(driver.common), 0u);
    EXPECT_EQ(spec::Read<cfg::kDriverFeature>(driver.common), 0u);
  }
}

TEST_F(RegistersTest, AcceptedFeaturesReadBack) {
  driver.Accept({0x1111'1111, 0x2222'2222, 0x3333'3333});
  for (uint32_t word = 0; word < 3; ++word) {
    spec::Write<cfg::kDriverFeatureSelect>(driver.common, word);
    EXPECT_EQ(spec::Read<cfg::kDriverFeature>(driver.common), 0x1111'1111u * (word + 1));
  }
}

TEST_F(RegistersTest, AnySubsetWithVersion1IsTaken) {
  const Driver::Features version_1 = {0, spec::FeatureMask(spec::VIRTIO_F_VERSION_1), 0};
  EXPECT_TRUE(driver.Negotiate(version_1));
  const Driver::Features offered = driver.Offered();
  EXPECT_TRUE(driver.Negotiate(offered));
  EXPECT_TRUE(driver.Negotiate({offered[0] & 0x1000'8000, offered[1], 0}));
}

TEST_F(RegistersTest, FeaturesOkIsRefused) {
  const Driver::Features offered = driver.Offered();
  EXPECT_FALSE(driver.Negotiate({offered[0], 0, 0})) << "without VERSION_1";
  for (int bit = 0; bit < 96; ++bit) {
    Driver::Features features = offered;
    features[size_t(bit / 32)] |= 1u << (bit % 32);
    const bool is_offered = features == offered;
    EXPECT_EQ(driver.Negotiate(features), is_offered) << "bit " << bit;
  }
}

TEST_F(RegistersTest, FeaturesBeyondTheLastWordAreRefused) {
  driver.Reset();
  driver.Accept(driver.Offered());
  spec::Write<cfg::kDriverFeatureSelect>(driver.common, 3);
  spec::Write<cfg::kDriverFeature>(driver.common, 1);
  driver.SetStatus(11);
  EXPECT_EQ(driver.Status(), 3);
  spec::Write<cfg::kDriverFeature>(driver.common, 0);
  driver.SetStatus(11);
  EXPECT_EQ(driver.Status(), 11);
}

TEST_F(RegistersTest, FeaturesStandStillFromFeaturesOkOn) {
  ASSERT_TRUE(driver.Negotiate(driver.Offered()));
  driver.Accept({0, 0, 0});
  spec::Write<cfg::kDriverFeatureSelect>(driver.common, 1);
  EXPECT_EQ(spec::Read<cfg::kDriverFeature>(driver.common), driver.Offered()[1]);
}

TEST_F(RegistersTest, StatusBitsAreSetAndNeverCleared) {
  ASSERT_TRUE(driver.Negotiate(driver.Offered()));
  driver.SetStatus(spec::VIRTIO_CONFIG_S_ACKNOWLEDGE);
  EXPECT_EQ(driver.Status(), 11);
  driver.SetStatus(0xff);
  EXPECT_EQ(driver.Status(), 0x8f) << "NEEDS_RESET and SUSPEND are not the driver's to set";
}

TEST_F(RegistersTest, DriverOkNeedsFeaturesOk) {
  driver.SetUpQueue(0);
  driver.SetStatus(7);
  EXPECT_EQ(driver.Status(), 3);
  EXPECT_TRUE(bench.setups.empty());
  driver.Accept(driver.Offered());
  driver.SetStatus(15);
  EXPECT_EQ(driver.Status(), 15) << "both at once";
  EXPECT_EQ(bench.setups.size(), 1u);
}

TEST_F(RegistersTest, TakeAccessesOfEveryWidth) {
  driver.Select(3);
  const uint64_t desc = cfg::kQueueDesc.offset;
  driver.common.Write<uint64_t>(desc, 0x0011'2233'4455'6677);
  EXPECT_EQ(driver.common.Read<uint64_t>(desc), 0x0011'2233'4455'6677u);
  EXPECT_EQ(driver.common.Read<uint32_t>(desc + 4), 0x0011'2233u);
  driver.common.Write<uint32_t>(desc + 4, 0x8899'aabb);
  EXPECT_EQ(driver.common.Read<uint64_t>(desc), 0x8899'aabb'4455'6677u);
  driver.common.Write<uint16_t>(desc + 2, 0xccdd);
  driver.common.Write<uint8_t>(desc + 7, 0xee);
  EXPECT_EQ(driver.common.Read<uint64_t>(desc), 0xee99'aabb'ccdd'6677u);
  EXPECT_EQ(driver.common.Read<uint16_t>(desc + 6), 0xee99);
  EXPECT_EQ(driver.common.Read<uint8_t>(desc + 5), 0xaa);
}

TEST_F(RegistersTest, OneRequestReadsAllOfTheStructure) {
  driver.Select(1);
  spec::Write<cfg::kQueueDevice>(driver.common, 0x1234'5678'9abc'def0);
  bench.Send(kNetFunction, false, bar::kCommonCfg, {}, 16, 15, 15);
  const test::Completion all = bench.Receive();
  ASSERT_EQ(all.data.size(), 16u);
  EXPECT_EQ(all.data[cfg::kQueueDevice.offset / 4], 0x9abc'def0u);
  EXPECT_EQ(all.data[cfg::kQueueDevice.offset / 4 + 1], 0x1234'5678u);
  EXPECT_EQ(all.data[cfg::kQueueNotifyOff.offset / 4], 1u << 16);
}

TEST_F(RegistersTest, EveryQueueHasItsOwn) {
  for (int queue = 0; queue < kQueuesOfPhysical; ++queue) {
    driver.Select(queue);
    spec::Write<cfg::kQueueSize>(driver.common, static_cast<uint16_t>(1 << (queue % 11)));
    spec::Write<cfg::kQueueDriver>(driver.common, Driver::DriverOf(queue));
  }
  for (int queue = 0; queue < kQueuesOfPhysical; ++queue) {
    driver.Select(queue);
    EXPECT_EQ(spec::Read<cfg::kQueueSize>(driver.common), 1 << (queue % 11));
    EXPECT_EQ(spec::Read<cfg::kQueueDriver>(driver.common), Driver::DriverOf(queue));
  }
}

TEST_F(RegistersTest, EveryFunctionHasItsOwn) {
  std::vector<int> functions = {kNetFunction, kBlkFunction};
  for (int f = kFirstVirtualFunction; f < kVirtualEnd; ++f) functions.push_back(f);
  for (const int function : functions) bench.Enable(function);
  for (const int function : functions) {
    Driver other(bench, function);
    other.SetStatus(1);
    other.Select(2);
    spec::Write<cfg::kQueueDesc>(other.common, 0x1'0000u * unsigned(function));
  }
  for (const int function : functions) {
    Driver other(bench, function);
    EXPECT_EQ(other.Status(), 1);
    EXPECT_EQ(spec::Read<cfg::kQueueDesc>(other.common), 0x1'0000u * unsigned(function));
    EXPECT_EQ(spec::Read<cfg::kNumQueues>(other.common),
              function < kFirstVirtualFunction ? kQueuesOfPhysical : kQueuesOfVirtual);
  }
}

TEST_F(RegistersTest, DeviceConfigurationOfNet) {
  bench.Enable(kFirstVirtualFunction);
  Driver vf(bench, kFirstVirtualFunction);
  for (Driver* net : {&driver, &vf}) {
    const uint8_t mac[6] = {0x52, 0x54, 0x00, 0x56, 0x00, static_cast<uint8_t>(net->function)};
    for (uint32_t i = 0; i < 6; ++i) {
      EXPECT_EQ(spec::Read<spec::net_cfg::kMac>(net->device, i), mac[i]);
    }
    EXPECT_EQ(spec::Read<spec::net_cfg::kStatus>(net->device), spec::VIRTIO_NET_S_LINK_UP);
    EXPECT_EQ(spec::Read<spec::net_cfg::kMtu>(net->device), kInitialMtu);
    EXPECT_EQ(spec::Read<spec::net_cfg::kMaxVirtqueuePairs>(net->device),
              spec::Read<cfg::kNumQueues>(net->common) / 2);
  }
  EXPECT_EQ(driver.device.Read<uint32_t>(0x200), 0u) << "behind the structure";
}

TEST_F(RegistersTest, DeviceConfigurationOfBlk) {
  bench.Enable(kBlkFunction);
  Driver blk(bench, kBlkFunction);
  EXPECT_EQ(spec::Read<spec::blk_cfg::kCapacity>(blk.device), kInitialSectors);
  EXPECT_EQ(spec::Read<spec::blk_cfg::kSizeMax>(blk.device), kBlkSizeMax);
  EXPECT_EQ(spec::Read<spec::blk_cfg::kSegMax>(blk.device), kBlkSegMax);
  EXPECT_EQ(spec::Read<spec::blk_cfg::kBlkSize>(blk.device), kInitialBlockBytes);
  EXPECT_EQ(spec::Read<spec::blk_cfg::kNumQueues>(blk.device), kQueuesOfPhysical);
}

TEST_F(RegistersTest, ChangedConfigurationChangesTheGenerationAndInterrupts) {
  driver.SetUpVector(2);
  driver.Start(2);
  const uint8_t before = spec::Read<cfg::kConfigGeneration>(driver.common);
  bench.update_in.write(ConfigUpdate{kNetFunction, 0, 0x0000'5544'3322'1100});
  bench.Settle();
  EXPECT_NE(spec::Read<cfg::kConfigGeneration>(driver.common), before);
  EXPECT_EQ(spec::Read<spec::net_cfg::kStatus>(driver.device), 0) << "the link went down";
  EXPECT_EQ(spec::Read<spec::net_cfg::kMac>(driver.device, 5), 0x55);
  ASSERT_EQ(bench.writes.size(), 1u);
  EXPECT_EQ(bench.writes[0].address, Driver::MessageAddressOf(2));
}

TEST_F(RegistersTest, ConfigurationThatChangesBeforeDriverOkInterruptsNobody) {
  driver.SetUpVector(2);
  ASSERT_TRUE(driver.Negotiate(driver.Offered()));
  spec::Write<cfg::kConfigMsixVector>(driver.common, 2);
  bench.update_in.write(ConfigUpdate{kNetFunction, 0, 0});
  bench.Settle();
  EXPECT_TRUE(bench.writes.empty());
  EXPECT_EQ(driver.isr.Read<uint8_t>(0), 0);
}

TEST_F(RegistersTest, WritesToReadOnlyRegistersAreIgnored) {
  driver.common.Write<uint32_t>(cfg::kDeviceFeature.offset, 0xffff'ffff);
  driver.common.Write<uint16_t>(cfg::kNumQueues.offset, 0xffff);
  driver.common.Write<uint8_t>(cfg::kConfigGeneration.offset, 0xff);
  driver.common.Write<uint16_t>(cfg::kQueueNotifyOff.offset, 0xffff);
  driver.device.Write<uint32_t>(0, 0xffff'ffff);
  EXPECT_EQ(spec::Read<cfg::kNumQueues>(driver.common), kQueuesOfPhysical);
  EXPECT_EQ(spec::Read<cfg::kConfigGeneration>(driver.common), 0);
  EXPECT_EQ(spec::Read<cfg::kQueueNotifyOff>(driver.common), 0);
  EXPECT_EQ(spec::Read<spec::net_cfg::kMac>(driver.device, 0), 0x52);
  EXPECT_EQ(spec::Read<cfg::kQueueEnable>(driver.common), 0);
}

}  // namespace
}  // namespace vireo
