// SPDX-License-Identifier: Apache-2.0
// The split virtqueue: its structures, flags, and where in its three areas each field lies.
// VIRTIO 1.4, 2.7 "Split Virtqueues".
#ifndef VIREO_HW_SPEC_SPLIT_RING_H_
#define VIREO_HW_SPEC_SPLIT_RING_H_

#include <cstdint>

namespace vireo::spec {

// flags of a descriptor, split and packed alike (2.7.5 and 2.8)
inline constexpr uint16_t VIRTQ_DESC_F_NEXT = 1;
inline constexpr uint16_t VIRTQ_DESC_F_WRITE = 2;
inline constexpr uint16_t VIRTQ_DESC_F_INDIRECT = 4;

// 2.7.5 "The Virtqueue Descriptor Table"
struct virtq_desc {
  uint64_t addr;   // guest-physical address of the element
  uint32_t len;    // bytes
  uint16_t flags;  // VIRTQ_DESC_F_*
  uint16_t next;   // index of the next descriptor, if flags has NEXT
};

// 2.7.6 "The Virtqueue Available Ring": the head of the driver area; ring[] and used_event follow.
struct virtq_avail {
  uint16_t flags;  // VIRTQ_AVAIL_F_*
  uint16_t idx;    // where the driver would put the next entry, modulo 2^16
};
inline constexpr uint16_t VIRTQ_AVAIL_F_NO_INTERRUPT = 1;

// 2.7.8 "The Virtqueue Used Ring": the head of the device area; ring[] and avail_event follow.
struct virtq_used {
  uint16_t flags;  // VIRTQ_USED_F_*
  uint16_t idx;    // where the device would put the next entry, modulo 2^16
};
inline constexpr uint16_t VIRTQ_USED_F_NO_NOTIFY = 1;

struct virtq_used_elem {
  uint32_t id;   // head of the used descriptor chain
  uint32_t len;  // bytes that the device wrote
};

static_assert(sizeof(virtq_desc) == 16 && sizeof(virtq_used_elem) == 8);
static_assert(sizeof(virtq_avail) == 4 && sizeof(virtq_used) == 4);

// Queue sizes and areas, 2.7 "Split Virtqueues". Offsets and sizes are in bytes; `entry` is less
// than the queue size, a power of two.
inline constexpr uint32_t kSplitMaxQueueSize = 32768;
inline constexpr uint32_t kDescriptorAlign = 16;
inline constexpr uint32_t kAvailAlign = 2;
inline constexpr uint32_t kUsedAlign = 4;

constexpr bool IsSplitQueueSize(uint32_t size) {
  return size != 0 && size <= kSplitMaxQueueSize && (size & (size - 1)) == 0;
}

constexpr uint32_t DescriptorOffset(uint32_t entry) { return 16 * entry; }
constexpr uint32_t AvailFlagsOffset() { return 0; }
constexpr uint32_t AvailIdxOffset() { return 2; }
constexpr uint32_t AvailRingOffset(uint32_t entry) { return 4 + 2 * entry; }
constexpr uint32_t UsedEventOffset(uint32_t queue_size) { return 4 + 2 * queue_size; }
constexpr uint32_t UsedFlagsOffset() { return 0; }
constexpr uint32_t UsedIdxOffset() { return 2; }
constexpr uint32_t UsedRingOffset(uint32_t entry) { return 4 + 8 * entry; }
constexpr uint32_t AvailEventOffset(uint32_t queue_size) { return 4 + 8 * queue_size; }

constexpr uint32_t DescriptorTableBytes(uint32_t queue_size) { return 16 * queue_size; }
constexpr uint32_t AvailBytes(uint32_t queue_size) { return 6 + 2 * queue_size; }
constexpr uint32_t UsedBytes(uint32_t queue_size) { return 6 + 8 * queue_size; }

// 2.7.7 "Used Buffer Notification Suppression" and 2.7.10: whether moving an index from `old_idx`
// to `new_idx` passes `event_idx`, so that the other side wants a notification.
constexpr bool NeedEvent(uint16_t event_idx, uint16_t new_idx, uint16_t old_idx) {
  return static_cast<uint16_t>(new_idx - event_idx - 1) < static_cast<uint16_t>(new_idx - old_idx);
}

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_SPLIT_RING_H_
