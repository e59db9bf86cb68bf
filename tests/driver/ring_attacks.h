// SPDX-License-Identifier: Apache-2.0
// Drivers that break the rules of a split ring, each in one way. VIRTIO 1.4, 2.7.
#ifndef VIREO_TESTS_DRIVER_RING_ATTACKS_H_
#define VIREO_TESTS_DRIVER_RING_ATTACKS_H_

#include <cstdint>
#include <functional>
#include <ostream>
#include <vector>

#include "hw/virtqueue/token.h"
#include "tests/driver/host_memory.h"
#include "tests/driver/split_queue.h"

namespace vireo::testing {

inline spec::virtq_desc LoadDescriptor(HostMemory& memory, const SplitQueue& queue,
                                       uint16_t index) {
  return memory.Load<spec::virtq_desc>(queue.desc() + spec::DescriptorOffset(index));
}
inline void StoreDescriptor(HostMemory& memory, const SplitQueue& queue, uint16_t index,
                            const spec::virtq_desc& desc) {
  memory.Store(queue.desc() + spec::DescriptorOffset(index), desc);
}

// What a driver puts into its rings, and what has to be found wrong with it.
struct RingAttack {
  const char* name;
  QueueFault fault;
  std::function<void(HostMemory&, SplitQueue&)> act;  // before the available index moves
};

inline void PrintTo(const RingAttack& attack, std::ostream* out) { *out << attack.name; }

// At the end of the memory, where no ring lies.
inline std::vector<Buffer> TwoBuffers(const HostMemory& memory) {
  return {{memory.end() - 4096, 100, false}, {memory.end() - 2048, 200, false}};
}

// Adds a chain of two and changes the descriptor at `place` in it.
inline std::function<void(HostMemory&, SplitQueue&)> Change(
    ChainForm form, unsigned place, const std::function<void(spec::virtq_desc&)>& change) {
  return [=](HostMemory& memory, SplitQueue& queue) {
    const uint16_t head = *queue.Add(TwoBuffers(memory), form);
    uint64_t at = queue.desc() + spec::DescriptorOffset(head);
    if (place == 1 && form == ChainForm::kDirect) {
      at = queue.desc() + spec::DescriptorOffset(LoadDescriptor(memory, queue, head).next);
    } else if (place == 1) {
      at = LoadDescriptor(memory, queue, head).addr;  // the table's first
    }
    auto desc = memory.Load<spec::virtq_desc>(at);
    change(desc);
    memory.Store(at, desc);
  };
}

inline const std::vector<RingAttack>& RingAttacks() {
  using Desc = spec::virtq_desc;
  static const std::vector<RingAttack> attacks = {
      {"IndexTooFar", QueueFault::kIndexTooFar,
       [](HostMemory&, SplitQueue& queue) {
         for (uint32_t i = 0; i <= queue.size(); ++i) queue.Offer(0);
       }},
      {"HeadOutOfRange", QueueFault::kHeadOutOfRange,
       [](HostMemory&, SplitQueue& queue) { queue.Offer(static_cast<uint16_t>(queue.size())); }},
      {"HeadFarOutOfRange", QueueFault::kHeadOutOfRange,
       [](HostMemory&, SplitQueue& queue) { queue.Offer(0xffff); }},
      {"NextOfHeadOutOfRange", QueueFault::kNextOutOfRange,
       Change(ChainForm::kDirect, 0, [](Desc& desc) { desc.next = 1 << 15; })},
      {"NextOutOfRange", QueueFault::kNextOutOfRange,
       Change(ChainForm::kDirect, 1,
              [](Desc& desc) {
                desc.flags |= spec::VIRTQ_DESC_F_NEXT;
                desc.next = 0xfff0;
              })},
      {"Loop", QueueFault::kChainTooLong,
       [](HostMemory& memory, SplitQueue& queue) {
         const uint16_t head = *queue.Add(TwoBuffers(memory), ChainForm::kDirect);
         const uint16_t second = LoadDescriptor(memory, queue, head).next;
         StoreDescriptor(memory, queue, second, {0x2000, 200, spec::VIRTQ_DESC_F_NEXT, head});
       }},
      {"SelfLoop", QueueFault::kChainTooLong,
       [](HostMemory& memory, SplitQueue& queue) {
         const uint16_t head = *queue.Add({TwoBuffers(memory)[0]}, ChainForm::kDirect);
         StoreDescriptor(memory, queue, head, {0x1000, 100, spec::VIRTQ_DESC_F_NEXT, head});
       }},
      {"WritableBeforeReadable", QueueFault::kWrongDirection,
       Change(ChainForm::kDirect, 0, [](Desc& desc) { desc.flags |= spec::VIRTQ_DESC_F_WRITE; })},
      {"EmptyTable", QueueFault::kBadIndirect,
       Change(ChainForm::kIndirect, 0, [](Desc& desc) { desc.len = 0; })},
      {"TableOfOddLength", QueueFault::kBadIndirect,
       Change(ChainForm::kIndirect, 0, [](Desc& desc) { desc.len = 24; })},
      {"HugeTable", QueueFault::kBadIndirect,
       Change(ChainForm::kIndirect, 0, [](Desc& desc) { desc.len = 0xffff'fff0; })},
      {"MisalignedTable", QueueFault::kBadIndirect,
       Change(ChainForm::kIndirect, 0, [](Desc& desc) { desc.addr += 4; })},
      {"TableWithNext", QueueFault::kBadIndirect,
       Change(ChainForm::kIndirect, 0, [](Desc& desc) { desc.flags |= spec::VIRTQ_DESC_F_NEXT; })},
      {"TableInTable", QueueFault::kBadIndirect,
       Change(ChainForm::kIndirect, 1,
              [](Desc& desc) { desc.flags = spec::VIRTQ_DESC_F_INDIRECT; })},
      {"NextOutsideOfTable", QueueFault::kNextOutOfRange,
       Change(ChainForm::kIndirect, 1, [](Desc& desc) { desc.next = 2; })},
      {"LoopInTable", QueueFault::kChainTooLong,
       Change(ChainForm::kIndirect, 1, [](Desc& desc) { desc.next = 0; })},
      {"TableOutsideOfMemory", QueueFault::kReadFailed,
       Change(ChainForm::kIndirect, 0, [](Desc& desc) { desc.addr = 0x10; })},
  };
  return attacks;
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_DRIVER_RING_ATTACKS_H_
