// SPDX-License-Identifier: Apache-2.0
// What travels inside the network engine, and its sizes. VIRTIO 1.4, 5.1 "Network Device".
#ifndef VIREO_HW_NET_TOKEN_H_
#define VIREO_HW_NET_TOKEN_H_

#include <ap_axi_sdata.h>
#include <ap_int.h>

#include <cstdint>

#include "hw/pcie/token.h"
#include "hw/primitives/bits/bits.h"
#include "hw/spec/reason.h"
#include "hw/spec/size.h"
#include "hw/spec/virtio_net.h"
#include "hw/virtqueue/token.h"

namespace vireo {

inline constexpr int kNetHeader = sizeof(spec::virtio_net_hdr);
inline constexpr int kMinFrame = 14;                  // an Ethernet header; less is dropped
inline constexpr int kShortestOnWire = 60;            // without CRC; shorter frames are padded
inline constexpr int kPairs = kQueuesOfPhysical / 2;  // queue pairs of a function, at most

using NetBytes = ap_uint<BitsFor(kNetHeader + kMaxFrame + 1)>;  // of a frame with its header
using FunctionSet = ap_uint<kFunctions>;                        // a bit for each
using PairIndex = ap_uint<BitsFor(kPairs)>;
using PairCount = ap_uint<BitsFor(kPairs + 1)>;

// CMAC's 512-bit AXI4-Stream; `user` is its error bit, looked at with `last`.
using MacBeat = hls::axis<ap_uint<512>, 1, 0, 0>;

// Where a queue belongs.
struct NetQueue {
  QueueIndex queue;
  FunctionIndex function;
  PairIndex pair;
  ap_uint<1> mergeable;
};

// A Segment with what its queue's setup said. With is_setup there is no segment: a receive queue
// becomes live.
struct NetSegment {
  NetQueue owner;
  ap_uint<1> is_setup;
  ap_uint<1> is_stop;
  ap_uint<16> head;
  Iova address;
  ap_uint<32> length;
  ap_uint<1> writable;
  ap_uint<1> last;
};

// Comes back with what was read for a chain; `fault` and `bytes` are right in the unit's last line.
struct TransmitContext {
  QueueIndex queue;
  FunctionIndex function;
  ap_uint<1> is_stop;
  ap_uint<16> head;
  QueueFault fault;
  NetBytes bytes;  // of the frame
};

// Which frames a function gets, and on how many queue pairs. Until the first one a function has no
// address and one pair.
struct FunctionAddress {
  FunctionIndex function;
  ap_uint<48> mac;  // first byte of the wire lowest
  ap_uint<1> has_mac;
  PairCount pairs;  // as in VIRTIO_NET_CTRL_MQ_VQ_PAIRS_SET; 0 is taken as 1
};

// A frame was delivered, or dropped. One for each that arrives or is to be sent, for the counters.
struct NetEvent {
  spec::Reason reason;  // kNone: delivered
  ap_uint<1> is_transmit;
  ap_uint<1> has_queue;  // what follows is known
  FunctionIndex function;
  QueueIndex queue;
  NetBytes bytes;  // of the frame, without its header
};

// Where a frame from the wire wants to go, before MacTable has seen it.
struct Undirected {
  static constexpr spec::Reason kNoRoom = spec::Reason::kDropOverrun;
  ap_uint<48> destination;  // first byte of the wire lowest
};
// Where a frame goes.
struct Directed {
  static constexpr spec::Reason kNoRoom = spec::Reason::kDropSwitchFull;
  FunctionSet receivers;
  ap_uint<1> has_several;  // receivers
  FunctionIndex sender;    // kNetFunction for the wire
};

// To whom a frame that finds no room is counted.
inline FunctionIndex SenderOf(const Undirected&) { return kNetFunction; }
inline FunctionIndex SenderOf(const Directed& origin) { return origin.sender; }

// A frame that is stored whole; its lines wait in the same order.
template <typename Origin>
struct StoredFrame {
  Origin origin;
  NetBytes bytes;
};

// A frame that a function sends, and where it goes.
struct SentFrame {
  ap_uint<48> destination;
  FunctionIndex sender;
};
struct SentDirection {
  Directed functions;
  ap_uint<1> to_wire;
};

// A copy of a frame for one function.
struct AddressedFrame {
  FunctionIndex function;
  NetBytes bytes;
};

// Of how many queue pairs a function's frames may take one.
struct FunctionPairs {
  FunctionIndex function;
  PairCount pairs;
};

// A receive queue becomes live, or is no more.
struct ReceiveLive {
  NetQueue owner;
  ap_uint<1> is_live;
};

// A beat of a stored frame, all of whose bytes are known to be there.
struct FrameLine {
  Line data;
  ap_uint<1> last;
};

// A frame on its way to a queue.
struct SteeredFrame {
  QueueIndex queue;
  FunctionIndex function;
  ap_uint<1> has_queue;  // otherwise it is to be dropped
  NetBytes bytes;        // with the header
};

// Up to kReceiveSegments pieces of memory, those with bytes first; the others have length 0.
struct ReceiveBuffer {
  Iova address;
  NetBytes length;
};
struct ReceiveChain {
  ap_uint<16> head;
  NetBytes capacity;  // the sum of the lengths; the most that fits here where it is more
  ReceiveBuffer buffers[kReceiveSegments];
};

}  // namespace vireo

#endif  // VIREO_HW_NET_TOKEN_H_
