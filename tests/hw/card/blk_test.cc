// SPDX-License-Identifier: Apache-2.0
// virtio-blk on the card's RTL: what a driver writes is what it reads, on several queues.

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "hw/spec/device_cfg.h"
#include "hw/spec/function_bar.h"
#include "hw/spec/size.h"
#include "hw/spec/virtio_blk.h"
#include "hw/virtio/device_config.h"
#include "sim/harness/random.h"
#include "tests/hw/card/card_test.h"

namespace vireo::testing {
namespace {

constexpr uint32_t kSlotBytes = 32U << 10;  // of a request's buffers
constexpr uint32_t kStatusAt = 16, kDataAt = 64;
constexpr uint8_t kUntouched = 0xff;

class BlkTest : public CardTest {
 protected:
  void Start(const sim::pcie::HardBlockConfig& config) {
    CardTest::Start(config);
    blk_ = Attach(kBlkFunction);
  }

  static uint64_t Slot(unsigned slot) { return CardDevice::kBuffers + uint64_t{slot} * kSlotBytes; }
  uint8_t* Data(unsigned slot, uint32_t bytes) {
    return blk_->memory.At(Slot(slot) + kDataAt, bytes);
  }
  uint8_t Status(unsigned slot) { return *blk_->memory.At(Slot(slot) + kStatusAt, 1); }

  // A request whose data, if any, is cut into two buffers. Gives the chain's head.
  uint16_t Ask(SplitQueue& queue, unsigned slot, uint32_t type, uint64_t sector, uint32_t bytes,
               uint32_t cut, ChainForm form) {
    const uint64_t at = Slot(slot);
    blk_->memory.Store(at, spec::virtio_blk_req{type, 0, sector});
    blk_->memory.Store(at + kStatusAt, kUntouched);
    std::vector<Buffer> buffers = {{at, sizeof(spec::virtio_blk_req), false}};
    const bool is_written = type != spec::VIRTIO_BLK_T_OUT;
    if (cut != 0) buffers.push_back({at + kDataAt, cut, is_written});
    if (bytes != cut) buffers.push_back({at + kDataAt + cut, bytes - cut, is_written});
    buffers.push_back({at + kStatusAt, 1, true});
    const auto head = queue.Add(buffers, form);
    EXPECT_TRUE(head) << "descriptors are short";
    return head.value_or(0);
  }

  std::unique_ptr<CardDevice> blk_;
};

TEST_F(BlkTest, SaysHowLargeItsDiskIs) {
  ASSERT_NO_FATAL_FAILURE(Start({}));
  blk_->driver.Negotiate(~uint64_t{0});
  spec::Window<CardBus> config(blk_->bus, spec::function_bar::kDeviceCfg);
  EXPECT_EQ(spec::Read<spec::blk_cfg::kCapacity>(config), kInitialSectors);
  EXPECT_EQ(spec::Read<spec::blk_cfg::kBlkSize>(config), kInitialBlockBytes);
}

TEST_F(BlkTest, ReadsWhatWasWrittenOnAllItsQueues) {
  constexpr unsigned kRounds = 12, kUsedQueues = 3, kRequests = 8;  // a queue and round
  constexpr uint32_t kAreaSectors = 32;                             // of a request's own
  ASSERT_NO_FATAL_FAILURE(Start({}));
  blk_->driver.Negotiate(~uint64_t{0});
  std::vector<SplitQueue*> queues;
  for (uint16_t i = 0; i < kUsedQueues; ++i) queues.push_back(&blk_->driver.AddQueue(i, 64));
  blk_->driver.Start();
  sim::Random random(1, "requests");
  constexpr uint32_t kAreas = kUsedQueues * kRequests;
  std::vector<uint8_t> disk(size_t{kAreas} * kAreaSectors * spec::kSectorBytes);
  struct Asked {
    uint16_t head;
    bool is_read;
    uint64_t at;
    uint32_t bytes;
  };
  for (unsigned round = 0; round < kRounds; ++round) {
    std::vector<Asked> asked;
    for (unsigned slot = 0; slot < kAreas; ++slot) {
      const bool is_read = round != 0 && random.Percent(50);
      const auto first = static_cast<uint32_t>(random.Below(kAreaSectors));
      const auto sectors = static_cast<uint32_t>(random.Below(kAreaSectors - first)) + 1;
      const uint32_t bytes = sectors * spec::kSectorBytes;
      const uint64_t sector = uint64_t{slot} * kAreaSectors + first;
      const uint64_t at = sector * spec::kSectorBytes;
      if (!is_read) {
        for (uint32_t i = 0; i < bytes; ++i) disk[at + i] = static_cast<uint8_t>(random.Next());
        std::memcpy(Data(slot, bytes), &disk[at], bytes);
      }
      const auto cut = static_cast<uint32_t>(random.Below(bytes + 1));
      const uint32_t type = is_read ? spec::VIRTIO_BLK_T_IN : spec::VIRTIO_BLK_T_OUT;
      const ChainForm form = random.Percent(50) ? ChainForm::kDirect : ChainForm::kIndirect;
      const uint16_t head = Ask(*queues[slot % kUsedQueues], slot, type, sector, bytes, cut, form);
      asked.push_back({head, is_read, at, bytes});
    }
    for (uint16_t i = 0; i < kUsedQueues; ++i) {
      if (queues[i]->Publish()) blk_->driver.Notify(i);
    }
    unsigned returned = 0;
    ASSERT_TRUE(Run([&] {
      for (unsigned i = 0; i < kUsedQueues; ++i) {
        while (const auto used = queues[i]->Take()) {
          ++returned;
          for (unsigned slot = i; slot < kAreas; slot += kUsedQueues) {
            if (asked[slot].head != used->id) continue;
            EXPECT_EQ(used->len, asked[slot].is_read ? asked[slot].bytes + 1 : 1);
          }
        }
      }
      return returned == kAreas;
    })) << "round "
        << round;
    for (unsigned slot = 0; slot < kAreas; ++slot) {
      const Asked& request = asked[slot];
      ASSERT_EQ(Status(slot), spec::VIRTIO_BLK_S_OK) << "round " << round << " slot " << slot;
      ASSERT_EQ(std::memcmp(Data(slot, request.bytes), &disk[request.at], request.bytes), 0)
          << "round " << round << " slot " << slot;
    }
  }
  EXPECT_EQ(std::memcmp(card_->disks().bytes().data(), disk.data(), disk.size()), 0);
}

TEST_F(BlkTest, RefusesWhatLiesBeyondTheDiskAndGoesOn) {
  ASSERT_NO_FATAL_FAILURE(Start({}));
  blk_->driver.Negotiate(~uint64_t{0});
  SplitQueue& queue = blk_->driver.AddQueue(0, 16);
  blk_->driver.Start();
  Ask(queue, 0, spec::VIRTIO_BLK_T_IN, kInitialSectors, 512, 512, ChainForm::kDirect);
  Ask(queue, 1, spec::VIRTIO_BLK_T_IN, kInitialSectors - 1, 512, 512, ChainForm::kDirect);
  Ask(queue, 2, spec::VIRTIO_BLK_T_FLUSH, 0, 0, 0, ChainForm::kDirect);
  Ask(queue, 3, spec::VIRTIO_BLK_T_GET_ID, 0, 20, 20, ChainForm::kDirect);
  if (queue.Publish()) blk_->driver.Notify(0);
  unsigned returned = 0;
  ASSERT_TRUE(Run([&] {
    while (queue.Take()) ++returned;
    return returned == 4;
  }));
  EXPECT_EQ(Status(0), spec::VIRTIO_BLK_S_IOERR);
  EXPECT_EQ(Status(1), spec::VIRTIO_BLK_S_OK);
  EXPECT_EQ(Status(2), spec::VIRTIO_BLK_S_OK);
  EXPECT_EQ(Status(3), spec::VIRTIO_BLK_S_OK);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(Data(3, 20))), "vireo-blk-01");
}

}  // namespace
}  // namespace vireo::testing
