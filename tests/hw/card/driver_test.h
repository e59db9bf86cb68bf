// SPDX-License-Identifier: Apache-2.0
// Drivers that do one thing after the other, for tests of what they see of a function.
#ifndef VIREO_TESTS_HW_CARD_DRIVER_TEST_H_
#define VIREO_TESTS_HW_CARD_DRIVER_TEST_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <numeric>
#include <optional>
#include <vector>

#include "hw/spec/management_bar.h"
#include "hw/spec/virtio_blk.h"
#include "hw/spec/virtio_net.h"
#include "hw/virtio/functions.h"
#include "sim/harness/random.h"
#include "tests/hw/card/card_test.h"

namespace vireo::testing {

// What a driver chooses.
struct DriverKind {
  uint64_t features = ~uint64_t{0};  // that it takes if they are offered
  uint16_t queue_size = 64;
  ChainForm form = ChainForm::kDirect;
  uint16_t vector = spec::VIRTIO_MSI_NO_VECTOR;
  bool polls = false;  // wants no interrupt
};

constexpr uint64_t Bit(int feature) { return uint64_t{1} << feature; }

class DriverTest : public CardTest {
 protected:
  static constexpr size_t kHeader = sizeof(spec::virtio_net_hdr);
  // How long the card may take for a request or a frame, and in what time it comes to rest.
  static constexpr uint64_t kPatience = 20'000, kQuiet = 2'000;  // clocks

  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(Start({}));
    net_ = Attach(kNetFunction);
    blk_ = Attach(kBlkFunction);
    management_ = Manage();
  }

  void Wait(uint64_t clocks) {
    for (const uint64_t end = card_->clock() + clocks; card_->clock() < end;) card_->Step();
  }
  uint64_t InterruptsOf(sim::pcie::Function function) {
    return card_->block().counters(function).interrupts;
  }

  // --- virtio-net, by its first queue pair ---

  void BeginNet(CardDevice& device, const DriverKind& kind) {
    net_kind_ = kind;
    device.driver.Negotiate(kind.features);
    receive_ = &device.driver.AddQueue(0, kind.queue_size, kind.vector);
    transmit_ = &device.driver.AddQueue(1, kind.queue_size, kind.vector);
    if (kind.polls) receive_->WantInterrupt(false);
    if (kind.polls) transmit_->WantInterrupt(false);
    device.driver.Start();
    posted_.clear();
    next_post_ = 0;
  }

  // Receive buffers of so many bytes each, which the card has taken in when this returns.
  void Post(CardDevice& device, unsigned buffers, uint32_t bytes) {
    for (unsigned i = 0; i < buffers; ++i) {
      const uint64_t at = CardDevice::kBuffers + kReceiveArea + uint64_t{next_post_++} * bytes;
      const auto head = receive_->Add({{at, bytes, true}}, net_kind_.form);
      ASSERT_TRUE(head) << "descriptors are short";
      posted_.resize(std::max<size_t>(posted_.size(), *head + 1U));
      posted_[*head] = at;
    }
    if (receive_->Publish()) device.driver.Notify(0);
    Wait(kQuiet);
  }

  // Sends a frame of random bytes, waits until its buffer is used, and expects it on the wire.
  void ExpectSends(CardDevice& device, size_t bytes) {
    const std::vector<uint8_t> frame = RandomFrame(bytes);
    const uint64_t at = CardDevice::kBuffers;
    std::memset(device.memory.At(at, kHeader), 0, kHeader);
    std::memcpy(device.memory.At(at + kHeader, bytes), frame.data(), bytes);
    const auto cut = static_cast<uint32_t>(random_.Below(bytes)) + kHeader;
    ASSERT_TRUE(transmit_->Add({{at, static_cast<uint32_t>(cut), false},
                                {at + cut, static_cast<uint32_t>(kHeader + bytes - cut), false}},
                               net_kind_.form));
    if (transmit_->Publish()) device.driver.Notify(1);
    ASSERT_TRUE(Run([&] { return transmit_->Take().has_value(); }, kPatience));
    ASSERT_TRUE(Run([&] { return !sent_.empty(); }, kPatience));
    EXPECT_EQ(sent_.front(), frame);
    sent_.pop_front();
  }

  // A frame of random bytes comes from the wire to `address`, or to any. Gives how many buffers it
  // took, 0 if it did not come.
  unsigned BuffersOfArrival(CardDevice& device, size_t bytes,
                            std::optional<uint64_t> address = std::nullopt) {
    std::vector<uint8_t> frame = RandomFrame(bytes);
    if (address) std::memcpy(frame.data(), &*address, 6);
    EXPECT_TRUE(card_->mac().Receive(frame));
    if (!Run([&] { return receive_->HasUsed(); }, kPatience)) return 0;
    std::vector<uint8_t> bytes_seen;
    unsigned buffers = 0, left = 1;
    for (; left != 0; ++buffers, --left) {
      if (!Run([&] { return receive_->HasUsed(); }, kPatience)) break;
      const auto used = receive_->Take();
      const uint64_t at = posted_[used->id];
      if (buffers == 0) {
        left = device.memory.Load<uint16_t>(at + offsetof(spec::virtio_net_hdr, num_buffers));
      }
      const uint8_t* data = device.memory.At(at, used->len);
      bytes_seen.insert(bytes_seen.end(), data, data + used->len);
    }
    bytes_seen.erase(bytes_seen.begin(), bytes_seen.begin() + kHeader);
    EXPECT_EQ(bytes_seen, frame);
    return buffers;
  }

  std::vector<uint8_t> RandomFrame(size_t bytes) {
    std::vector<uint8_t> frame(bytes);
    for (uint8_t& byte : frame) byte = static_cast<uint8_t>(random_.Next());
    frame[0] &= 0xfe;  // to one station
    return frame;
  }

  // --- virtio-blk, by its first queue ---

  void BeginBlk(const DriverKind& kind, uint16_t queue = 0) {
    blk_kind_ = kind;
    blk_queue_ = queue;
    blk_->driver.Negotiate(kind.features);
    requests_ = &blk_->driver.AddQueue(queue, kind.queue_size, kind.vector);
    if (kind.polls) requests_->WantInterrupt(false);
    blk_->driver.Start();
  }

  // A request whose data is at Data(), in segments of so many bytes; gives its status, or nothing
  // if none came.
  std::optional<uint8_t> Request(uint32_t type, uint64_t sector,
                                 const std::vector<uint32_t>& segments) {
    constexpr uint8_t kUntouched = 0xff;
    const uint64_t header = CardDevice::kBuffers, status = header + 16;
    blk_->memory.Store(header, spec::virtio_blk_req{type, 0, sector});
    blk_->memory.Store(status, kUntouched);
    std::vector<Buffer> buffers = {{header, sizeof(spec::virtio_blk_req), false}};
    uint64_t at = header + kDataAt;
    for (const uint32_t bytes : segments) {
      buffers.push_back({at, bytes, type != spec::VIRTIO_BLK_T_OUT});
      at += bytes;
    }
    buffers.push_back({status, 1, true});
    EXPECT_TRUE(requests_->Add(buffers, blk_kind_.form)) << "descriptors are short";
    if (requests_->Publish()) blk_->driver.Notify(blk_queue_);
    if (!Run([&] { return requests_->Take().has_value(); }, kPatience)) return std::nullopt;
    return blk_->memory.Load<uint8_t>(status);
  }
  uint8_t* Data(size_t bytes) { return blk_->memory.At(CardDevice::kBuffers + kDataAt, bytes); }

  // What is written is read back, cut in the same way.
  void ExpectDiskWorks(uint64_t sector, const std::vector<uint32_t>& segments) {
    const size_t bytes = std::accumulate(segments.begin(), segments.end(), size_t{0});
    std::vector<uint8_t> written(bytes);
    for (uint8_t& byte : written) byte = static_cast<uint8_t>(random_.Next());
    std::memcpy(Data(bytes), written.data(), bytes);
    ASSERT_EQ(Request(spec::VIRTIO_BLK_T_OUT, sector, segments), spec::VIRTIO_BLK_S_OK);
    std::memset(Data(bytes), 0, bytes);
    ASSERT_EQ(Request(spec::VIRTIO_BLK_T_IN, sector, segments), spec::VIRTIO_BLK_S_OK);
    EXPECT_EQ(std::memcmp(Data(bytes), written.data(), bytes), 0);
  }

  sim::Random random_{1, "driver"};
  std::unique_ptr<CardDevice> net_, blk_;
  std::unique_ptr<CardBus> management_;
  SplitQueue *receive_ = nullptr, *transmit_ = nullptr, *requests_ = nullptr;

 private:
  static constexpr uint64_t kReceiveArea = 1U << 20, kDataAt = 64;  // from kBuffers on

  DriverKind net_kind_, blk_kind_;
  uint16_t blk_queue_ = 0;
  std::vector<uint64_t> posted_;  // the buffer of a chain, by head
  unsigned next_post_ = 0;
};

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_CARD_DRIVER_TEST_H_
