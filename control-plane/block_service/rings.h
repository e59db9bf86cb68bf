// SPDX-License-Identifier: Apache-2.0
// The service's side of a backend channel's rings, and a journal by which a service that is killed
// at any moment is followed by one that knows what is with it. hw/spec/README.md has the protocol.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "hw/spec/backend_ring.h"

namespace vireo::block_service {

// What outlives the process, beside the rings in shared memory. All zero at first.
struct JournalHead {
  uint64_t magic;  // kJournalMagic, written last
  uint32_t ring_size;
  uint32_t generation;  // of the channel that it belongs to
  uint64_t seen;        // requests taken from their ring
  uint64_t completed;   // completions written to theirs
};
struct JournalSlot {
  static constexpr uint64_t kFree = 0, kHeld = 1, kDone = 2;

  spec::backend_request request;
  uint64_t owner;  // kFree, kHeld, or kDone + the completion's index
};
// Grows with changes of anything that lies in the memory.
inline constexpr uint64_t kJournalMagic = 0x0001'6b6c'6f6f'7262;

// Where everything lies in the shared memory. The card reaches what is below `journal`.
struct MemoryLayout {
  MemoryLayout(uint32_t entries, uint32_t bytes_of_slot);

  uint32_t ring_size, slot_bytes;
  uint64_t requests = 0, completions, data, journal, bytes;
};

class Rings {
 public:
  // `memory` is of layout.bytes, and outlives this.
  Rings(std::span<uint8_t> memory, const MemoryLayout& layout) : memory_(memory), layout_(layout) {}

  // For a channel that is not enabled: nothing is known any more. Then Begin, when it is.
  void Clear();
  void Begin(uint32_t generation);
  // Whether the journal is that of this generation, and goes on.
  bool IsOf(uint32_t generation) const;
  // Puts right what was cut off: gives the requests that are with the service, as they were asked.
  std::vector<spec::backend_request> Recover();

  // The next request, if there is one. The error is a card that breaks the protocol.
  tl::expected<std::optional<spec::backend_request>, std::string> Take();
  // To be followed by the doorbell.
  void Complete(uint16_t tag, uint8_t status);

  std::span<uint8_t> SlotOf(uint16_t tag) const {
    return memory_.subspan(layout_.data + uint64_t{tag} * layout_.slot_bytes, layout_.slot_bytes);
  }
  uint32_t seen() const { return static_cast<uint32_t>(head().seen); }
  uint32_t completed() const { return static_cast<uint32_t>(head().completed); }

 private:
  JournalHead& head() const { return *reinterpret_cast<JournalHead*>(&memory_[layout_.journal]); }
  JournalSlot& slot(uint16_t tag) const;
  spec::backend_request* request(uint64_t index) const;

  const std::span<uint8_t> memory_;
  const MemoryLayout layout_;
  bool has_recovered_ = false;  // and taken nothing since
};

}  // namespace vireo::block_service
