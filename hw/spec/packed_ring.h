// SPDX-License-Identifier: Apache-2.0
// The packed virtqueue: its structures, flags and sizes.
// VIRTIO 1.4, 2.8 "Packed Virtqueues".
#ifndef VIREO_HW_SPEC_PACKED_RING_H_
#define VIREO_HW_SPEC_PACKED_RING_H_

#include <cstdint>

#include "hw/spec/split_ring.h"  // VIRTQ_DESC_F_NEXT, _WRITE, _INDIRECT

namespace vireo::spec {

// 2.8.1 "Driver and Device Ring Wrap Counters"
inline constexpr uint16_t VIRTQ_DESC_F_AVAIL = 1 << 7;
inline constexpr uint16_t VIRTQ_DESC_F_USED = 1 << 15;

// 2.8.13 "The Virtqueue Descriptor Format"
struct pvirtq_desc {
  uint64_t addr;   // guest-physical address of the element
  uint32_t len;    // bytes; in a used descriptor, bytes that the device wrote
  uint16_t id;     // buffer id
  uint16_t flags;  // VIRTQ_DESC_F_*
};

// 2.8.14 "Event Suppression Structure Format": the whole driver area, and the whole device area.
struct pvirtq_event_suppress {
  uint16_t desc;   // bits 0 to 14 desc_event_off, bit 15 desc_event_wrap
  uint16_t flags;  // bits 0 and 1 desc_event_flags, a RING_EVENT_FLAGS_*
};

inline constexpr uint16_t kDescEventOffMask = 0x7fff;
inline constexpr uint16_t kDescEventWrap = 0x8000;
inline constexpr uint16_t kDescEventFlagsMask = 3;
inline constexpr uint16_t RING_EVENT_FLAGS_ENABLE = 0;
inline constexpr uint16_t RING_EVENT_FLAGS_DISABLE = 1;
inline constexpr uint16_t RING_EVENT_FLAGS_DESC = 2;

static_assert(sizeof(pvirtq_desc) == 16 && sizeof(pvirtq_event_suppress) == 4);

// 2.8.10.1 "Structure Size and Alignment": any size up to 2^15, not only powers of two.
inline constexpr uint32_t kPackedMaxQueueSize = 32768;
inline constexpr uint32_t kPackedRingAlign = 16;
inline constexpr uint32_t kEventSuppressAlign = 4;

constexpr bool IsPackedQueueSize(uint32_t size) { return size != 0 && size <= kPackedMaxQueueSize; }
constexpr uint32_t PackedRingBytes(uint32_t queue_size) { return 16 * queue_size; }

// 2.8.2 "Polling of available and used descriptors", for the wrap counter of who looks.
constexpr bool IsPackedAvailable(uint16_t flags, bool wrap) {
  return ((flags & VIRTQ_DESC_F_AVAIL) != 0) == wrap && ((flags & VIRTQ_DESC_F_USED) != 0) != wrap;
}
constexpr bool IsPackedUsed(uint16_t flags, bool wrap) {
  return ((flags & VIRTQ_DESC_F_AVAIL) != 0) == wrap && ((flags & VIRTQ_DESC_F_USED) != 0) == wrap;
}

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_PACKED_RING_H_
