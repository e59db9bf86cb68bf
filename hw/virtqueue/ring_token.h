// SPDX-License-Identifier: Apache-2.0
// What travels between the ring engines.
#ifndef VIREO_HW_VIRTQUEUE_RING_TOKEN_H_
#define VIREO_HW_VIRTQUEUE_RING_TOKEN_H_

#include <ap_int.h>

#include <cstdint>

#include "hw/virtqueue/token.h"

namespace vireo {

enum class RingRead : uint8_t {
  kIndex,
  kEntries,
  kResume,  // no read: what comes now is behind the chain that HopFollow took
  kStop,    // no read: nothing of the queue comes after this
};

// With a read of the available ring.
struct RingContext {
  QueueIndex queue;
  RingRead kind;
  ap_uint<16> position;  // of the first entry
};

// With a read of descriptors that are heads of chains, next to each other in the table.
struct HeadContext {
  QueueIndex queue;
  RingRead kind;
  QueueFault fault;      // no read: what is wrong with the entries
  ap_uint<16> position;  // of the first one in the available ring
  ap_uint<16> head;      // the first one
};

// A descriptor as it is in memory. VIRTIO 1.4, 2.7.5.
struct Descriptor {
  Iova address;
  ap_uint<32> length;
  ap_uint<16> flags;
  ap_uint<16> next;
};

enum class ChainRead : uint8_t {
  kWhole,     // no read: the first descriptor is the chain
  kNext,      // descriptors of the queue's table from that behind the first one
  kIndirect,  // the table that the first one points to
  kFault,     // no read: `fault` says what is wrong with the chain
  kResume,
  kStop,
};

// With a read of a chain's descriptors.
struct ChainContext {
  QueueIndex queue;
  QueueKind queue_kind;
  ChainRead kind;
  QueueFault fault;
  ap_uint<16> position;
  ap_uint<16> head;
  Descriptor first;
  ap_uint<9> count;  // descriptors read
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_RING_TOKEN_H_
