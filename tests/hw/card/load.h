// SPDX-License-Identifier: Apache-2.0
// Drivers at work: what they send and write is checked to come back, for as long as they are asked.
#ifndef VIREO_TESTS_HW_CARD_LOAD_H_
#define VIREO_TESTS_HW_CARD_LOAD_H_

#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "hw/spec/virtio_blk.h"
#include "hw/spec/virtio_net.h"
#include "sim/harness/random.h"
#include "tests/hw/card/card_test.h"

namespace vireo::testing {

// A driver that does its next thing when it is looked at.
class Load {
 public:
  static constexpr uint64_t kBetweenLooks = 32;  // clocks

  virtual ~Load() = default;
  // From device reset on; what was under way is forgotten. `also` adds queues before DRIVER_OK.
  virtual void Begin(const std::function<void()>& also) = 0;
  void Begin() {
    Begin([] {});
  }
  // Takes what is used, and offers as much again.
  virtual void Look() = 0;
  uint64_t done() const { return done_; }  // requests or frames, all of them right

 protected:
  uint64_t done_ = 0;
};

// Reads and writes of a disk, each in an area of its own.
class BlkLoad final : public Load {
 public:
  static constexpr uint16_t kQueues = 2, kRequests = 8;  // at once, of each queue
  static constexpr uint32_t kAreaSectors = 24;

  BlkLoad(CardDevice& device, uint64_t seed)
      : device_(device),
        random_(seed, "blk load"),
        disk_(size_t{kSlots} * kAreaBytes),
        slots_(kSlots) {}

  using Load::Begin;
  void Begin(const std::function<void()>& also) override {
    device_.driver.Negotiate(~uint64_t{0});
    queues_.clear();
    for (uint16_t i = 0; i < kQueues; ++i) queues_.push_back(&device_.driver.AddQueue(i, 64));
    also();
    device_.driver.Start();
    for (unsigned slot = 0; slot < kSlots; ++slot) {
      // Nobody knows how far a write came that was under way.
      if (slots_[slot].is_under_way && !slots_[slot].is_read) slots_[slot].is_known = false;
      Ask(slot);
    }
    Publish();
  }

  void Look() override {
    bool any = false;
    for (unsigned i = 0; i < kQueues; ++i) {
      while (const auto used = queues_[i]->Take()) {
        for (unsigned slot = i; slot < kSlots; slot += kQueues) {
          if (!slots_[slot].is_under_way || slots_[slot].head != used->id) continue;
          Check(slot, used->len);
          Ask(slot);
          any = true;
          break;
        }
      }
    }
    if (any) Publish();
  }

 private:
  static constexpr unsigned kSlots = kQueues * kRequests;
  static constexpr uint32_t kAreaBytes = kAreaSectors * spec::kSectorBytes;
  static constexpr uint32_t kSlotBytes = 16U << 10;
  static constexpr uint32_t kStatusAt = 16, kDataAt = 64;

  struct Slot {
    uint16_t head = 0;
    uint64_t at = 0;  // bytes of the disk
    uint32_t bytes = 0;
    bool is_read = false, is_under_way = false, is_known = false;
  };

  void Ask(unsigned slot) {
    const bool is_read = slots_[slot].is_known && random_.Percent(50);
    // What is not known is written as a whole.
    const auto first =
        slots_[slot].is_known ? static_cast<uint32_t>(random_.Below(kAreaSectors)) : 0;
    const uint32_t sectors = slots_[slot].is_known
                                 ? static_cast<uint32_t>(random_.Below(kAreaSectors - first)) + 1
                                 : kAreaSectors;
    const uint64_t sector = uint64_t{slot} * kAreaSectors + first;
    const uint32_t bytes = sectors * spec::kSectorBytes;
    const uint64_t at = CardDevice::kBuffers + uint64_t{slot} * kSlotBytes;
    const uint32_t type = is_read ? spec::VIRTIO_BLK_T_IN : spec::VIRTIO_BLK_T_OUT;
    slots_[slot] = {0, sector * spec::kSectorBytes, bytes, is_read, true, true};
    if (!is_read) {
      for (uint32_t i = 0; i < bytes; i += 8) {
        const uint64_t word = random_.Next();
        std::memcpy(&disk_[slots_[slot].at + i], &word, 8);
      }
      std::memcpy(device_.memory.At(at + kDataAt, bytes), &disk_[slots_[slot].at], bytes);
    }
    device_.memory.Store(at, spec::virtio_blk_req{type, 0, sector});
    device_.memory.Store(at + kStatusAt, uint8_t{0xff});
    const uint32_t cut = static_cast<uint32_t>(random_.Below(bytes - 1)) + 1;
    const auto head = queues_[slot % kQueues]->Add(
        {{at, sizeof(spec::virtio_blk_req), false},
         {at + kDataAt, cut, is_read},
         {at + kDataAt + cut, bytes - cut, is_read},
         {at + kStatusAt, 1, true}},
        random_.Percent(50) ? ChainForm::kDirect : ChainForm::kIndirect);
    slots_[slot].head = head.value();
  }

  void Check(unsigned slot, uint32_t length) {
    const Slot& was = slots_[slot];
    const uint64_t at = CardDevice::kBuffers + uint64_t{slot} * kSlotBytes;
    const auto status = device_.memory.Load<uint8_t>(at + kStatusAt);
    if (status != spec::VIRTIO_BLK_S_OK) {
      throw std::runtime_error("a request ended with status " + std::to_string(status));
    }
    if (length != (was.is_read ? was.bytes + 1 : 1)) {
      throw std::runtime_error("a request was used with length " + std::to_string(length));
    }
    const uint8_t* data = device_.memory.At(at + kDataAt, was.bytes);
    if (std::memcmp(data, &disk_[was.at], was.bytes) != 0) {
      throw std::runtime_error("what was read is not what was written");
    }
    ++done_;
  }

  void Publish() {
    for (uint16_t i = 0; i < kQueues; ++i) {
      if (queues_[i]->Publish()) device_.driver.Notify(i);
    }
  }

  CardDevice& device_;
  sim::Random random_;
  std::vector<uint8_t> disk_;
  std::vector<Slot> slots_;
  std::vector<SplitQueue*> queues_;
};

// Frames out of one queue, each with a number of its own.
class TransmitLoad final : public Load {
 public:
  TransmitLoad(CardDevice& device, uint64_t seed)
      : device_(device), random_(seed, "transmit load") {}

  using Load::Begin;
  void Begin(const std::function<void()>& also) override {
    device_.driver.Negotiate(~uint64_t{0});
    queue_ = &device_.driver.AddQueue(1, 64);
    also();
    device_.driver.Start();
    ++epoch_;
    next_ = expected_ = 0;
    for (unsigned slot = 0; slot < kFrames; ++slot) Offer();
    if (queue_->Publish()) device_.driver.Notify(1);
  }

  void Look() override {
    bool any = false;
    while (queue_->Take()) {
      Offer();
      any = true;
    }
    if (any && queue_->Publish()) device_.driver.Notify(1);
  }

  // What the card sends. Frames of before the last Begin may still come.
  void Sent(std::span<const uint8_t> frame) {
    uint32_t epoch, number;
    std::memcpy(&epoch, &frame[14], 4);
    std::memcpy(&number, &frame[18], 4);
    if (epoch != epoch_) return;
    if (number != expected_) throw std::runtime_error("a frame is missing or out of order");
    for (size_t i = 22; i < frame.size(); ++i) {
      if (frame[i] != static_cast<uint8_t>(number + i)) {
        throw std::runtime_error("a byte of a frame is wrong");
      }
    }
    ++expected_;
    ++done_;
  }

 private:
  static constexpr unsigned kFrames = 24;  // at once
  static constexpr uint32_t kSlotBytes = 2048;

  void Offer() {
    const auto bytes = static_cast<uint32_t>(60 + random_.Below(1455));
    // More slots than frames: one that is used again is not being read any more.
    const uint64_t at = CardDevice::kBuffers + uint64_t{next_ % (2 * kFrames)} * kSlotBytes;
    uint8_t* data = device_.memory.At(at, kSlotBytes);
    std::memset(data, 0, kHeader + 14);
    uint8_t* frame = data + kHeader;
    frame[0] = 0x02;  // to somebody on the wire
    std::memcpy(frame + 14, &epoch_, 4);
    std::memcpy(frame + 18, &next_, 4);
    for (uint32_t i = 22; i < bytes; ++i) frame[i] = static_cast<uint8_t>(next_ + i);
    const auto head =
        queue_->Add({{at, static_cast<uint32_t>(kHeader), false}, {at + kHeader, bytes, false}},
                    ChainForm::kDirect);
    if (!head) throw std::logic_error("descriptors are short");
    ++next_;
  }

  static constexpr size_t kHeader = sizeof(spec::virtio_net_hdr);

  CardDevice& device_;
  sim::Random random_;
  SplitQueue* queue_ = nullptr;
  uint32_t epoch_ = 0;
  uint32_t next_ = 0, expected_ = 0;
};

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_CARD_LOAD_H_
