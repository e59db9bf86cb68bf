// SPDX-License-Identifier: Apache-2.0
// A descriptor out of its 16 bytes, and what a device checks in it.
// VIRTIO 1.4, 2.7.5 "The Virtqueue Descriptor Table", 2.7.5.3 "Indirect Descriptors".
#ifndef VIREO_HW_VIRTQUEUE_DESCRIPTOR_H_
#define VIREO_HW_VIRTQUEUE_DESCRIPTOR_H_

#include <ap_int.h>

#include "hw/spec/split_ring.h"
#include "hw/virtqueue/ring_token.h"

namespace vireo {

inline Descriptor DescriptorOf(const ap_uint<128>& bytes) {
  Descriptor descriptor;
  descriptor.address = bytes.range(63, 0);
  descriptor.length = bytes.range(95, 64);
  descriptor.flags = bytes.range(111, 96);
  descriptor.next = bytes.range(127, 112);
  return descriptor;
}

inline bool HasNext(const Descriptor& descriptor) {
  return (descriptor.flags & spec::VIRTQ_DESC_F_NEXT) != 0;
}

inline bool IsIndirect(const Descriptor& descriptor) {
  return (descriptor.flags & spec::VIRTQ_DESC_F_INDIRECT) != 0;
}

inline bool IsWritable(const Descriptor& descriptor) {
  return (descriptor.flags & spec::VIRTQ_DESC_F_WRITE) != 0;
}

// Whether the card takes this descriptor's table: one that VIRTIO 1.4, 2.7.5.3.1 forbids is a
// fault, as is one longer than the card's longest chain or not aligned to its entries.
inline bool HasGoodTable(const Descriptor& descriptor) {
  const bool is_aligned = descriptor.address.range(3, 0) == 0 && descriptor.length.range(3, 0) == 0;
  const ap_uint<28> entries = descriptor.length.range(31, 4);
  return !HasNext(descriptor) && is_aligned && entries != 0 && entries <= kMaxSegments;
}

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_DESCRIPTOR_H_
