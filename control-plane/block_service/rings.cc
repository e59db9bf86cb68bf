// SPDX-License-Identifier: Apache-2.0
// Each store to the journal leaves a state from which Recover goes on, so their order counts. Only
// this process writes it, and the next one reads it after this one's death: order in the program is
// enough.
#include "control-plane/block_service/rings.h"

#include <fmt/format.h>

#include <atomic>
#include <cstring>
#include <utility>

namespace vireo::block_service {
namespace {

uint64_t PageEnd(uint64_t bytes) {
  return (bytes + spec::kBackendRingAlign - 1) & ~uint64_t{spec::kBackendRingAlign - 1};
}

// What stands before it in the program is stored before what stands behind it.
void KeepOrder() { std::atomic_thread_fence(std::memory_order_seq_cst); }

}  // namespace

MemoryLayout::MemoryLayout(uint32_t entries, uint32_t bytes_of_slot)
    : ring_size(entries), slot_bytes(bytes_of_slot) {
  completions = PageEnd(requests + uint64_t{ring_size} * sizeof(spec::backend_request));
  data = PageEnd(completions + uint64_t{ring_size} * sizeof(spec::backend_completion));
  journal = PageEnd(data + uint64_t{ring_size} * slot_bytes);
  bytes = PageEnd(journal + sizeof(JournalHead) + uint64_t{ring_size} * sizeof(JournalSlot));
}

JournalSlot& Rings::slot(uint16_t tag) const {
  return reinterpret_cast<JournalSlot*>(&memory_[layout_.journal + sizeof(JournalHead)])[tag];
}

spec::backend_request* Rings::request(uint64_t index) const {
  return reinterpret_cast<spec::backend_request*>(&memory_[layout_.requests]) +
         index % layout_.ring_size;
}

void Rings::Clear() {
  head().magic = 0;
  KeepOrder();
  std::memset(&memory_[layout_.requests], 0, layout_.data - layout_.requests);
  std::memset(&memory_[layout_.journal], 0, layout_.bytes - layout_.journal);
}

void Rings::Begin(uint32_t generation) {
  head().ring_size = layout_.ring_size;
  head().generation = generation;
  KeepOrder();
  head().magic = kJournalMagic;
}

bool Rings::IsOf(uint32_t generation) const {
  return head().magic == kJournalMagic && head().ring_size == layout_.ring_size &&
         head().generation == generation;
}

std::vector<spec::backend_request> Rings::Recover() {
  std::vector<spec::backend_request> held;
  bool is_counted = true;  // the last completion that was written
  for (uint32_t tag = 0; tag < layout_.ring_size; ++tag) {
    const JournalSlot& entry = slot(static_cast<uint16_t>(tag));
    if (entry.owner == JournalSlot::kHeld) held.push_back(entry.request);
    if (entry.owner == JournalSlot::kDone + head().completed) is_counted = false;
  }
  if (!is_counted) ++head().completed;
  has_recovered_ = true;
  return held;
}

tl::expected<std::optional<spec::backend_request>, std::string> Rings::Take() {
  JournalHead& journal = head();
  const spec::backend_request* next = request(journal.seen);
  const uint16_t lap = spec::BackendLap(static_cast<uint32_t>(journal.seen), layout_.ring_size);
  if (__atomic_load_n(&next->lap, __ATOMIC_ACQUIRE) != lap) return std::nullopt;
  spec::backend_request taken;
  std::memcpy(&taken, next, sizeof taken);
  if (taken.generation != journal.generation) return std::nullopt;  // of before Clear
  if (taken.tag >= layout_.ring_size) {
    return tl::unexpected(fmt::format("request {} has tag {}, but there are {}", journal.seen,
                                      taken.tag, layout_.ring_size));
  }
  JournalSlot& entry = slot(taken.tag);
  if (entry.owner == JournalSlot::kHeld) {
    // A service was killed before it counted this very entry: the next one has it from Recover.
    const bool is_same = std::memcmp(&entry.request, &taken, sizeof taken) == 0;
    if (!std::exchange(has_recovered_, false) || !is_same) {
      return tl::unexpected(fmt::format("request {} has tag {} of another that has no completion",
                                        journal.seen, taken.tag));
    }
    ++journal.seen;
    return Take();
  }
  has_recovered_ = false;
  entry.request = taken;
  KeepOrder();
  entry.owner = JournalSlot::kHeld;
  KeepOrder();
  ++journal.seen;
  return taken;
}

void Rings::Complete(uint16_t tag, uint8_t status) {
  JournalHead& journal = head();
  const uint64_t index = journal.completed;
  const spec::backend_completion completion = {tag, status, 0, journal.generation};
  std::memcpy(&memory_[layout_.completions + index % layout_.ring_size * sizeof completion],
              &completion, sizeof completion);
  KeepOrder();
  slot(tag).owner = JournalSlot::kDone + index;
  KeepOrder();
  journal.completed = index + 1;
}

}  // namespace vireo::block_service
