// SPDX-License-Identifier: Apache-2.0
// What travels between the transport, the ring engines and the device engines.
#ifndef VIREO_HW_VIRTQUEUE_TOKEN_H_
#define VIREO_HW_VIRTQUEUE_TOKEN_H_

#include <ap_int.h>

#include <cstdint>

#include "hw/pcie/token.h"

namespace vireo {

enum class QueueKind : uint8_t { kNone, kReceive, kTransmit, kBlock, kControl };

// Why a queue was stopped. The driver did it, except for kReadFailed.
enum class QueueFault : uint8_t {
  kNone,
  kIndexTooFar,     // the available index is more than the queue's size ahead
  kHeadOutOfRange,  // a head in the available ring is no descriptor of the table
  kNextOutOfRange,  // desc.next is no descriptor of the table
  kChainTooLong,    // longer than the queue, or a loop
  kBadIndirect,     // length 0, not a multiple of 16, misaligned, nested, with NEXT, not agreed
  kWrongDirection,  // device-writable before device-readable, or of the kind not expected
  kEmptyChain,      // no byte in it
  kTooManyBytes,    // more than the device takes in one buffer
  kTooFewBytes,     // less than the header
  kReadFailed,      // the host refused or did not answer a read
};

// A queue as the driver set it up. Sent to all engines when it becomes live, and ahead of any
// notification for it.
struct QueueSetup {
  QueueIndex queue;
  FunctionIndex function;
  QueueKind kind;
  ap_uint<16> size;          // a power of two, to 32768
  Iova desc;                 // VIRTIO 1.4, 2.7.5; multiple of 16
  Iova driver;               // available ring, 2.7.6; multiple of 2
  Iova device;               // used ring, 2.7.8; multiple of 4
  ap_uint<1> event_idx;      // VIRTIO_F_EVENT_IDX was agreed
  ap_uint<1> indirect_desc;  // VIRTIO_F_INDIRECT_DESC was agreed
  ap_uint<1> mergeable;      // VIRTIO_NET_F_MRG_RXBUF was agreed
  ap_uint<16> number;        // of the function: the index that the driver selects it by
};

// To the fetch engine. A stop runs through all engines behind the queue's last chain; what comes
// out at the end is QueueStopped, and then nothing of the queue is in flight.
enum class QueueCommand : uint8_t { kNotify, kStop };
struct QueueRequest {
  QueueIndex queue;
  QueueCommand command;
};

struct QueueStopped {
  QueueIndex queue;
};

struct QueueFaulted {
  QueueIndex queue;
  QueueFault fault;
};

// A descriptor of a chain that is complete; chains of a queue come in order, and whole.
struct Segment {
  QueueIndex queue;
  QueueKind kind;
  ap_uint<1> is_stop;  // no chain: the queue's last token
  ap_uint<16> head;    // id of the chain
  Iova address;
  ap_uint<32> length;
  ap_uint<1> writable;
  ap_uint<1> last;  // of the chain
};

// A buffer goes back to the driver; or, with is_stop, the queue's last token.
struct UsedBuffer {
  QueueIndex queue;
  ap_uint<1> is_stop;
  ap_uint<16> id;
  ap_uint<32> length;  // bytes written by the device
  ap_uint<1> gathers;  // more of the same frame follow: the index moves only after them
};

// The driver has used buffers to look at.
struct QueueInterrupt {
  QueueIndex queue;
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_TOKEN_H_
