// SPDX-License-Identifier: Apache-2.0
// Asks Linux's inline functions; no memory is touched.

#include "tests/hw/spec/linux_vring.h"

#include <linux/virtio_ring.h>

static uint32_t distance(const void* from, const void* to) {
  return (uint32_t)((const char*)to - (const char*)from);
}

struct linux_vring linux_vring_of(uint32_t queue_size, uint32_t align) {
  struct vring ring;
  struct linux_vring result;
  void* base = (void*)((uintptr_t)1 << 40);
  vring_init(&ring, queue_size, base, align);
  result.avail = distance(base, ring.avail);
  result.used = distance(base, ring.used);
  result.used_event = distance(ring.avail, &vring_used_event(&ring));
  result.avail_event = distance(ring.used, &vring_avail_event(&ring));
  result.bytes = vring_size(queue_size, align);
  return result;
}
