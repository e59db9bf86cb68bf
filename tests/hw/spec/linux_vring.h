// SPDX-License-Identifier: Apache-2.0
// Where Linux's <linux/virtio_ring.h> lays out a split ring; that part of it is C only.
#ifndef VIREO_TESTS_HW_SPEC_LINUX_VRING_H_
#define VIREO_TESTS_HW_SPEC_LINUX_VRING_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Offsets in bytes from the start of the descriptor table, but for the events, which are from the
// start of their ring.
struct linux_vring {
  uint32_t avail;
  uint32_t used;
  uint32_t used_event;
  uint32_t avail_event;
  uint32_t bytes;
};

struct linux_vring linux_vring_of(uint32_t queue_size, uint32_t align);

#ifdef __cplusplus
}
#endif

#endif  // VIREO_TESTS_HW_SPEC_LINUX_VRING_H_
