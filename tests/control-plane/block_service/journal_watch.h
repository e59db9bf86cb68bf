// SPDX-License-Identifier: Apache-2.0
// Looks on while a service writes its journal, to meet it with requests in its hands.
#ifndef VIREO_TESTS_CONTROL_PLANE_BLOCK_SERVICE_JOURNAL_WATCH_H_
#define VIREO_TESTS_CONTROL_PLANE_BLOCK_SERVICE_JOURNAL_WATCH_H_

#include <unistd.h>

#include <cstdint>
#include <stdexcept>

#include "control-plane/block_service/rings.h"
#include "control-plane/block_service/shared_memory.h"
#include "hw/spec/size.h"

namespace vireo::block_service {

class JournalWatch {
 public:
  // Of the memory that a service of this size of card keeps.
  explicit JournalWatch(int memory)
      : layout_(kBlockCommands, 4096), memory_(Map(memory, layout_.bytes)) {}

  uint64_t seen() const { return __atomic_load_n(&head()->seen, __ATOMIC_ACQUIRE); }
  // Requests that were taken and not completed.
  uint64_t held() const {
    uint64_t count = 0;
    const auto* slots = reinterpret_cast<const JournalSlot*>(head() + 1);
    for (uint32_t tag = 0; tag < layout_.ring_size; ++tag) {
      if (slots[tag].owner == JournalSlot::kHeld) ++count;
    }
    return count;
  }

 private:
  static SharedMemory Map(int fd, uint64_t bytes) {
    auto memory = SharedMemory::Adopt(vfio_user::UniqueFd(dup(fd)), bytes);
    if (!memory) throw std::runtime_error(memory.error());
    return std::move(*memory);
  }
  const JournalHead* head() const {
    return reinterpret_cast<const JournalHead*>(&memory_.bytes()[layout_.journal]);
  }

  MemoryLayout layout_;
  SharedMemory memory_;
};

}  // namespace vireo::block_service

#endif  // VIREO_TESTS_CONTROL_PLANE_BLOCK_SERVICE_JOURNAL_WATCH_H_
