// SPDX-License-Identifier: Apache-2.0
// The card as the block service sees it: the management function's registers, and a channel whose
// requests are checked to be done once each, as they were asked.
#ifndef VIREO_TESTS_CONTROL_PLANE_BLOCK_SERVICE_CARD_MODEL_H_
#define VIREO_TESTS_CONTROL_PLANE_BLOCK_SERVICE_CARD_MODEL_H_

#include <sys/eventfd.h>

#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "control-plane/block_service/attachment.h"
#include "hw/spec/backend_ring.h"
#include "hw/spec/card_registers.h"
#include "hw/spec/function_type.h"
#include "hw/spec/tables.h"
#include "hw/spec/virtio_blk.h"
#include "sim/harness/random.h"
#include "tests/host-driver/management/bar_model.h"

namespace vireo::block_service {

class CardModel : public host::BarModel {
 public:
  static constexpr uint32_t kEntries = 16, kSlotBytes = 4096;
  static constexpr uint16_t kFunction = 1, kOther = 5;  // blk, blk_vf0
  static constexpr uint32_t kRunning = spec::backend_channel::kStateRunning;

  struct Asked {
    spec::backend_request request;
    std::vector<uint8_t> data;  // of a write
    std::optional<uint8_t> expected;
  };

  explicit CardModel(uint64_t seed)
      : layout(kEntries, kSlotBytes),
        memory(*SharedMemory::Make(layout.bytes)),
        random(seed, "card model"),
        interrupt(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        gone(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    Put(spec::management_bar::kIdentity.records, spec::identity::kClockKhz, 250'000);
    for (const uint16_t function : {kFunction, kOther}) PutKind(function, spec::FunctionKind::kBlk);
    PutChannel(spec::backend_channel::kRingSize, kEntries);
    PutChannel(spec::backend_channel::kSlotBytes, kSlotBytes);
  }

  // What a service needs; its memory and interrupt stay when it is gone.
  Attachment Attach();

  // --- Registers ---

  void PutChannel(const spec::Register& r, uint64_t value) {
    Put(spec::management_bar::kBackendChannels.At(0), r, value);
  }
  void Write(uint64_t offset, unsigned bytes, uint64_t value) {
    namespace reg = spec::backend_channel;
    const uint64_t channel = spec::management_bar::kBackendChannels.At(0);
    Store(offset, bytes, value);
    if (offset == channel + reg::kControl.offset) Enable((value & reg::kControlEnable) != 0);
    if (offset == channel + reg::kCompletionProduced.offset) {
      TakeCompletions(static_cast<uint32_t>(value));
    }
    if (offset == channel + reg::kInterruptAt.offset) {
      interrupt_at_ = static_cast<uint32_t>(value);
      Interrupt();
    }
  }

  // --- Requests ---

  // Gives the request's tag, or nothing if all are with the service.
  std::optional<uint16_t> Ask(uint32_t type, uint16_t function, uint64_t offset, uint32_t bytes,
                              std::optional<uint8_t> expected = spec::VIRTIO_BLK_S_OK) {
    uint16_t tag = 0;
    while (asked.contains(tag)) ++tag;
    if (tag == kEntries) return std::nullopt;
    Asked entry = {{offset, bytes, type, function, tag, generation, {}, 0}, {}, expected};
    if (type == spec::VIRTIO_BLK_T_OUT) {
      for (uint32_t i = 0; i < bytes; ++i)
        entry.data.push_back(static_cast<uint8_t>(random.Next()));
      std::memcpy(SlotOf(entry.request), entry.data.data(), bytes);
    }
    Publish(entry.request);
    asked[tag] = std::move(entry);
    return tag;
  }
  // Any request that shares no sector with another of which one writes.
  void AskAny(uint16_t function, uint64_t disk_bytes) {
    if (random.Percent(5)) {
      Ask(spec::VIRTIO_BLK_T_FLUSH, function, 0, 0);
      return;
    }
    const bool is_out = random.Percent(50);
    const uint64_t page = random.Below(disk_bytes / kSlotBytes + 1) * kSlotBytes;
    const uint64_t room = std::min<uint64_t>(kSlotBytes, disk_bytes - page);
    if (room == 0) return;
    uint64_t first = random.Below(room), bytes = random.Below(room - first) + 1;
    if (random.Percent(50)) {
      first &= ~uint64_t{511};
      bytes = std::max<uint64_t>(512, bytes & ~uint64_t{511});
    }
    const uint64_t begin = (page + first) / 512, end = (page + first + bytes + 511) / 512;
    for (const auto& [tag, other] : asked) {
      const spec::backend_request& r = other.request;
      if (r.function != function || r.type == spec::VIRTIO_BLK_T_FLUSH) continue;
      if (!is_out && r.type == spec::VIRTIO_BLK_T_IN) continue;
      if (begin < (r.offset + r.bytes + 511) / 512 && r.offset / 512 < end) return;
    }
    Ask(is_out ? spec::VIRTIO_BLK_T_OUT : spec::VIRTIO_BLK_T_IN, function, page + first,
        static_cast<uint32_t>(bytes));
  }
  // Writes an entry, whatever it is.
  void Publish(spec::backend_request request) {
    request.lap = spec::BackendLap(produced, kEntries);
    auto* ring = reinterpret_cast<spec::backend_request*>(&memory.bytes()[layout.requests]);
    ring[produced % kEntries] = request;
    ++produced;
    Interrupt();
  }

  MemoryLayout layout;
  SharedMemory memory;
  sim::Random random;
  vfio_user::UniqueFd interrupt, gone;
  std::map<uint16_t, Asked> asked;                 // by tag
  std::map<uint16_t, std::vector<uint8_t>> disks;  // what they have to hold, by function
  uint32_t generation = 0;
  uint32_t produced = 0, consumed = 0;
  uint64_t done = 0;
  uint64_t failed = 0;  // by the end of a channel
  uint64_t doorbells = 0;

 private:
  uint8_t* SlotOf(const spec::backend_request& request) {
    return &memory.bytes()[layout.data + uint64_t{request.tag} * kSlotBytes +
                           request.offset % kSlotBytes];
  }

  void Enable(bool is_on) {
    namespace reg = spec::backend_channel;
    failed += asked.size();
    asked.clear();
    produced = consumed = 0;
    interrupt_at_.reset();
    if (is_on) ++generation;
    PutChannel(reg::kState, is_on ? kRunning : 0);
    PutChannel(reg::kGeneration, generation);
    PutChannel(reg::kCompletionConsumed, 0);
  }

  void Interrupt() {
    if (!interrupt_at_ || static_cast<int32_t>(*interrupt_at_ - produced) >= 0) return;
    interrupt_at_.reset();
    eventfd_write(interrupt.get(), 1);
  }

  void TakeCompletions(uint32_t count) {
    ++doorbells;
    if (count - consumed > asked.size()) throw std::runtime_error("more completions than requests");
    const auto* ring =
        reinterpret_cast<const spec::backend_completion*>(&memory.bytes()[layout.completions]);
    for (; consumed != count; ++consumed) TakeCompletion(ring[consumed % kEntries]);
    PutChannel(spec::backend_channel::kCompletionConsumed, consumed);
  }
  void TakeCompletion(const spec::backend_completion& completion) {
    if (completion.generation != generation) throw std::runtime_error("another generation");
    const auto found = asked.find(completion.tag);
    if (found == asked.end()) throw std::runtime_error("a tag that is not with the service");
    const auto& [request, data, expected] = found->second;
    if (expected && completion.status != *expected) {
      throw std::runtime_error("status " + std::to_string(completion.status));
    }
    const bool is_well = completion.status == spec::VIRTIO_BLK_S_OK;
    if (is_well && request.bytes != 0) {
      uint8_t* disk = disks.at(request.function).data() + request.offset;
      const uint8_t* slot = SlotOf(request);
      if (request.type == spec::VIRTIO_BLK_T_OUT) std::memcpy(disk, data.data(), request.bytes);
      if (std::memcmp(disk, slot, request.bytes) != 0) throw std::runtime_error("wrong data");
    }
    asked.erase(found);
    ++done;
  }

  std::optional<uint32_t> interrupt_at_;
};

// The way to a model that outlives it.
class ModelTransport final : public host::Transport {
 public:
  explicit ModelTransport(CardModel& card) : card_(card) {}
  uint64_t ReadBar(uint64_t offset, unsigned bytes) override { return card_.Load(offset, bytes); }
  void WriteBar(uint64_t offset, unsigned bytes, uint64_t value) override {
    card_.Write(offset, bytes, value);
  }
  Result<void> MapDma(const host::DmaMemory&) override { return {}; }
  Result<void> EnableInterrupts(std::span<const int>) override { return {}; }
  Result<void> Enable() override { return {}; }
  int gone_fd() const override { return card_.gone.get(); }
  int kept_fd() const override { return -1; }

 private:
  CardModel& card_;
};

inline Attachment CardModel::Attach() {
  auto transport = std::make_unique<ModelTransport>(*this);
  auto management = Management::Find(*transport);
  if (!management) throw std::runtime_error(management.error());
  auto shared = SharedMemory::Adopt(vfio_user::UniqueFd(dup(memory.fd())), layout.bytes);
  return {std::move(transport), *management, layout, std::move(*shared),
          vfio_user::UniqueFd(dup(interrupt.get()))};
}

}  // namespace vireo::block_service

#endif  // VIREO_TESTS_CONTROL_PLANE_BLOCK_SERVICE_CARD_MODEL_H_
