// SPDX-License-Identifier: Apache-2.0
// The entries of a backend channel's two rings in host memory, by which a host service does the I/O
// of block devices. README.md has the protocol.
#ifndef VIREO_HW_SPEC_BACKEND_RING_H_
#define VIREO_HW_SPEC_BACKEND_RING_H_

#include <cstdint>

namespace vireo::spec {

// From the card. Data lies in slot `tag` of the channel's data area, at `offset` modulo the slot's
// bytes: put there by the card before a write's entry, by the service before a read's completion.
struct backend_request {
  uint64_t offset;    // in the disk, in bytes; any byte
  uint32_t bytes;     // of data; offset and bytes reach over no multiple of the slot's bytes
  uint32_t type;      // VIRTIO_BLK_T_IN, _OUT or _FLUSH
  uint16_t function;  // function number on the card
  uint16_t tag;       // less than the ring's size, and not in flight
  uint32_t generation;
  uint8_t reserved[6];
  uint16_t lap;  // BackendLap: the entry is new when it has the lap that its reader expects;
                 // written last
};
static_assert(sizeof(backend_request) == 32);

// From the service.
struct backend_completion {
  uint16_t tag;
  uint8_t status;  // VIRTIO_BLK_S_*
  uint8_t reserved;
  uint32_t generation;  // the request's
};
static_assert(sizeof(backend_completion) == 8);

inline constexpr uint32_t kBackendRingMax = 4096;  // entries, a power of two
inline constexpr uint32_t kBackendRingAlign = 4096;

// The lap of entry `index`, a count from 0 that does not wrap at the ring's size.
constexpr uint16_t BackendLap(uint32_t index, uint32_t ring_size) {
  return static_cast<uint16_t>(index / ring_size + 1);
}

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_BACKEND_RING_H_
