// SPDX-License-Identifier: Apache-2.0
// Drivers that are not Linux's: those of firmware and of small systems, which poll, take few
// features and short queues, and hand the device over to the next.
#include <gtest/gtest.h>

#include <vector>

#include "tests/hw/card/driver_test.h"

namespace vireo::testing {
namespace {

using namespace spec;

class OtherDrivers : public DriverTest {
 protected:
  // Both directions of a disk and of the wire, twice.
  void ExpectAllWorks(const DriverKind& kind) {
    ASSERT_NO_FATAL_FAILURE(BeginBlk(kind));
    for (int i = 0; i < 2; ++i) ASSERT_NO_FATAL_FAILURE(ExpectDiskWorks(8, {512}));
    ASSERT_NO_FATAL_FAILURE(BeginNet(*net_, kind));
    for (int i = 0; i < 2; ++i) {
      ASSERT_NO_FATAL_FAILURE(Post(*net_, 1, 2048));
      ASSERT_NO_FATAL_FAILURE(ExpectSends(*net_, 60 + random_.Below(1455)));
      ASSERT_EQ(BuffersOfArrival(*net_, 60 + random_.Below(1455)), 1U);
    }
  }
  // All that one of the functions offers, but for what a driver has to take.
  std::vector<int> OptionalFeatures() {
    const uint64_t offered = net_->driver.OfferedFeatures() | blk_->driver.OfferedFeatures();
    std::vector<int> bits;
    for (int bit = 0; bit < 64; ++bit) {
      if ((offered & Bit(bit)) != 0 && bit != VIRTIO_F_VERSION_1) bits.push_back(bit);
    }
    return bits;
  }
};

// As SeaBIOS, OVMF and iPXE do: no feature that can be left, no vector, no interrupt wanted, the
// used index read again and again.
TEST_F(OtherDrivers, PollWithoutInterrupts) {
  ExpectAllWorks({.features = Bit(VIRTIO_F_VERSION_1), .queue_size = 8, .polls = true});
  EXPECT_EQ(InterruptsOf(kBlkFunction), 0U);
  EXPECT_EQ(InterruptsOf(kNetFunction), 0U);
}

TEST_F(OtherDrivers, ReduceTheQueueToWhatAChainNeeds) {
  ExpectAllWorks({.features = Bit(VIRTIO_F_VERSION_1), .queue_size = 4});
  ExpectAllWorks({.queue_size = 4});
}

TEST_F(OtherDrivers, ReduceTheQueueToOneEntry) {
  ExpectAllWorks({.queue_size = 1, .form = ChainForm::kIndirect});
}

// A device that has DMA of its own need not be told of a platform's addresses.
TEST_F(OtherDrivers, RefuseAccessPlatform) {
  ExpectAllWorks({.features = ~Bit(VIRTIO_F_ACCESS_PLATFORM)});
}

TEST_F(OtherDrivers, RefuseAnyOneFeature) {
  for (const int bit : OptionalFeatures()) {
    SCOPED_TRACE(bit);
    ASSERT_NO_FATAL_FAILURE(ExpectAllWorks({.features = ~Bit(bit)}));
  }
}

TEST_F(OtherDrivers, TakeOneFeatureAlone) {
  for (const int bit : OptionalFeatures()) {
    SCOPED_TRACE(bit);
    ASSERT_NO_FATAL_FAILURE(
        ExpectAllWorks({.features = Bit(VIRTIO_F_VERSION_1) | Bit(bit), .queue_size = 16}));
  }
}

// Firmware leaves a device running; the system's driver finds it so, and begins with a reset.
TEST_F(OtherDrivers, TakeOverFromFirmwareInMidWork) {
  ASSERT_NO_FATAL_FAILURE(BeginBlk({.features = Bit(VIRTIO_F_VERSION_1), .queue_size = 8}));
  ASSERT_NO_FATAL_FAILURE(ExpectDiskWorks(0, {512}));
  requests_->Add({{CardDevice::kBuffers, sizeof(virtio_blk_req), false},
                  {CardDevice::kBuffers + 4096, 32768, true},
                  {CardDevice::kBuffers + 16, 1, true}},
                 ChainForm::kDirect);
  if (requests_->Publish()) blk_->driver.Notify(0);
  ASSERT_NO_FATAL_FAILURE(BeginNet(*net_, {.features = Bit(VIRTIO_F_VERSION_1), .queue_size = 8}));
  ASSERT_NO_FATAL_FAILURE(Post(*net_, 4, 2048));
  ExpectAllWorks({});
}

}  // namespace
}  // namespace vireo::testing
