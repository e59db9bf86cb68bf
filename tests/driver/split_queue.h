// SPDX-License-Identifier: Apache-2.0
// The driver's side of a split virtqueue. VIRTIO 1.4, 2.7 "Split Virtqueues".
#ifndef VIREO_TESTS_DRIVER_SPLIT_QUEUE_H_
#define VIREO_TESTS_DRIVER_SPLIT_QUEUE_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "hw/spec/split_ring.h"
#include "tests/driver/host_memory.h"

namespace vireo::testing {

struct Buffer {
  uint64_t address;
  uint32_t length;
  bool writable;
};

// How a chain's descriptors lie in memory.
enum class ChainForm { kDirect, kIndirect, kDirectThenIndirect };

// Rings at `base`, tables for indirect chains behind them: Bytes() in all.
class SplitQueue {
 public:
  static constexpr uint32_t kTableEntries = 64;  // of an indirect table

  SplitQueue(HostMemory& memory, uint64_t base, uint32_t size, bool event_idx)
      : memory_(memory), size_(size), event_idx_(event_idx), desc_(base) {
    driver_ = desc_ + spec::DescriptorTableBytes(size);
    device_ = (driver_ + spec::AvailBytes(size) + 3) & ~uint64_t{3};
    tables_ = (device_ + spec::UsedBytes(size) + 15) & ~uint64_t{15};
    for (uint32_t i = 0; i < size; ++i) free_.push_back(static_cast<uint16_t>(i));
    std::fill_n(memory_.At(desc_, tables_ - desc_), tables_ - desc_, uint8_t{0});
  }

  static uint64_t Bytes(uint32_t size) {
    return 64 + spec::DescriptorTableBytes(size) + spec::AvailBytes(size) + spec::UsedBytes(size) +
           uint64_t{size} * kTableEntries * 16;
  }

  uint64_t desc() const { return desc_; }
  uint64_t driver() const { return driver_; }
  uint64_t device() const { return device_; }
  uint32_t size() const { return size_; }
  size_t free_descriptors() const { return free_.size(); }
  std::vector<uint16_t>& free_list() { return free_; }  // the last is used next

  // Puts a chain into the descriptor table and the available ring; the index is not moved. Gives
  // its head, or nothing if descriptors are short.
  std::optional<uint16_t> Add(const std::vector<Buffer>& buffers, ChainForm form) {
    const size_t direct = form == ChainForm::kDirect               ? buffers.size()
                          : form == ChainForm::kDirectThenIndirect ? 1
                                                                   : 0;
    const size_t needed = direct + (direct == buffers.size() ? 0 : 1);
    if (free_.size() < needed || buffers.size() - direct > kTableEntries) return std::nullopt;
    std::vector<uint16_t> chain;
    for (size_t i = 0; i < needed; ++i) {
      chain.push_back(free_.back());
      free_.pop_back();
    }
    for (size_t i = 0; i < needed; ++i) {
      const bool has_next = i + 1 < needed;
      const uint16_t next = has_next ? chain[i + 1] : 0;
      if (i < direct) {
        Put(desc_ + spec::DescriptorOffset(chain[i]), buffers[i], has_next, next);
        continue;
      }
      const uint64_t table = tables_ + uint64_t{chain[i]} * kTableEntries * 16;
      const size_t entries = buffers.size() - direct;
      for (size_t j = 0; j < entries; ++j) {
        Put(table + 16 * j, buffers[direct + j], j + 1 < entries, static_cast<uint16_t>(j + 1));
      }
      spec::virtq_desc desc = {table, static_cast<uint32_t>(16 * entries),
                               spec::VIRTQ_DESC_F_INDIRECT, 0};
      memory_.Store(desc_ + spec::DescriptorOffset(chain[i]), desc);
    }
    Offer(chain[0]);
    chains_.resize(size_);
    chains_[chain[0]] = chain;
    return chain[0];
  }

  // An entry in the available ring, whatever it is.
  void Offer(uint16_t head) {
    memory_.Store(driver_ + spec::AvailRingOffset(next_ % size_), head);
    ++next_;
  }

  // Moves the available index. True if the device wants to be notified (2.7.10).
  bool Publish() {
    const uint16_t old = published_;
    published_ = next_;
    memory_.Store(driver_ + spec::AvailIdxOffset(), published_);
    if (event_idx_) {
      const auto event = memory_.Load<uint16_t>(device_ + spec::AvailEventOffset(size_));
      return old != published_ && spec::NeedEvent(event, published_, old);
    }
    return (memory_.Load<uint16_t>(device_ + spec::UsedFlagsOffset()) &
            spec::VIRTQ_USED_F_NO_NOTIFY) == 0;
  }

  // The next used buffer; its descriptors are free again.
  std::optional<spec::virtq_used_elem> Take() {
    if (memory_.Load<uint16_t>(device_ + spec::UsedIdxOffset()) == used_) return std::nullopt;
    const auto element =
        memory_.Load<spec::virtq_used_elem>(device_ + spec::UsedRingOffset(used_ % size_));
    ++used_;
    if (element.id < chains_.size()) {
      std::vector<uint16_t>& chain = chains_[element.id];
      free_.insert(free_.end(), chain.rbegin(), chain.rend());
      chain.clear();
    }
    return element;
  }

  // Wants an interrupt at the next used buffer (2.7.7), or none.
  void WantInterrupt(bool wanted) {
    if (event_idx_) {
      const uint16_t event = wanted ? used_ : static_cast<uint16_t>(used_ - 1);
      memory_.Store(driver_ + spec::UsedEventOffset(size_), event);
    } else {
      memory_.Store(driver_ + spec::AvailFlagsOffset(),
                    static_cast<uint16_t>(wanted ? 0 : spec::VIRTQ_AVAIL_F_NO_INTERRUPT));
    }
  }

  bool HasUsed() const { return memory_.Load<uint16_t>(device_ + spec::UsedIdxOffset()) != used_; }

 private:
  void Put(uint64_t at, const Buffer& buffer, bool has_next, uint16_t next) {
    const spec::virtq_desc desc = {
        buffer.address, buffer.length,
        static_cast<uint16_t>((has_next ? spec::VIRTQ_DESC_F_NEXT : 0) |
                              (buffer.writable ? spec::VIRTQ_DESC_F_WRITE : 0)),
        next};
    memory_.Store(at, desc);
  }

  HostMemory& memory_;
  uint32_t size_;
  bool event_idx_;
  uint64_t desc_, driver_, device_, tables_;
  std::vector<uint16_t> free_;
  std::vector<std::vector<uint16_t>> chains_;  // by head
  uint16_t next_ = 0;                          // of the available ring, not yet published
  uint16_t published_ = 0;
  uint16_t used_ = 0;  // next to take
};

}  // namespace vireo::testing

#endif  // VIREO_TESTS_DRIVER_SPLIT_QUEUE_H_
