// SPDX-License-Identifier: Apache-2.0
// Finds the function and the receive queue of each frame. VIRTIO 1.4, 5.1.9.5 "Multiqueue".
#ifndef VIREO_HW_NET_RECEIVE_STEER_H_
#define VIREO_HW_NET_RECEIVE_STEER_H_

#include <hls_stream.h>

#include "hw/net/flow.h"
#include "hw/net/token.h"
#include "hw/primitives/bits/bits.h"

namespace vireo {

// A receive queue becomes live, or is no more.
struct ReceiveLive {
  NetQueue owner;
  ap_uint<1> is_live;
};

// By destination address to a function; a frame for all or for nobody goes to the first. By the
// flow's hash to one of the function's pairs, or to pair 0 if that one is not live. A frame that
// finds no queue is dropped here: its lines go on with the token that says so.
// The first clocks after reset clear the tables.
class ReceiveSteer {
 public:
  void Step(hls::stream<FunctionAddress>& address_in, hls::stream<ReceiveLive>& live_in,
            hls::stream<NetBytes>& length_in, hls::stream<FrameLine>& line_in,
            hls::stream<SteeredFrame>& frame_out, hls::stream<FrameLine>& line_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS ARRAY_PARTITION variable = macs_ complete
#pragma HLS ARRAY_PARTITION variable = has_mac_ complete
#pragma HLS BIND_STORAGE variable = pairs_ type = ram_2p impl = lutram
#pragma HLS BIND_STORAGE variable = queues_ type = ram_1wnr impl = lutram
    const bool is_clear = cleared_[kTableBits] == 1;

    // Settings.
    const bool addresses = is_clear && !address_in.empty();
    FunctionIndex function = cleared_;
    PairCount pairs = 1;
    if (addresses) {
      const FunctionAddress address = address_in.read();
      function = address.function;
      pairs = address.pairs == 0 ? PairCount(1) : address.pairs;
      macs_[address.function] = address.mac;
      has_mac_[address.function] = address.has_mac;
    }
    if (addresses || !is_clear) pairs_[function] = pairs;
    const bool enlivens = is_clear && !live_in.empty();
    TableIndex entry = cleared_;
    Entry queue = {};
    if (enlivens) {
      const ReceiveLive live = live_in.read();
      entry = IndexOf(live.owner.function, live.owner.pair);
      queue.queue = live.owner.queue;
      queue.is_live = live.is_live;
    }
    if (enlivens || !is_clear) queues_[entry] = queue;
    if (!is_clear) cleared_ = cleared_ + 1;

    // Frames.
    if (!is_clear || line_in.empty() || line_out.full() || frame_out.full()) return;
    if (starts_ && length_in.empty()) return;
    const FrameLine line = line_in.read();
    line_out.write(line);
    const bool starts = starts_;
    starts_ = line.last == 1;
    if (starts && !length_in.empty()) {
      const NetBytes length = length_in.read();
      frame_out.write(Steered(line.data, length));
    }
  }

 private:
  static constexpr int kTable = kFunctions * kPairs;
  static constexpr int kTableBits = BitsFor(kTable);
  static_assert(IsPowerOfTwo(kPairs) && IsPowerOfTwo(kFunctions), "a pair's index is two fields");
  using TableIndex = ap_uint<kTableBits>;

  struct Entry {
    QueueIndex queue;
    ap_uint<1> is_live;
  };

  static TableIndex IndexOf(const FunctionIndex& function, const PairIndex& pair) {
    return TableIndex(function) * kPairs + pair;
  }

  SteeredFrame Steered(const Line& data, const NetBytes& length) const {
    const ap_uint<48> destination = BytesAt<0, 6>(data);
    ap_uint<kFunctions> hits = 0;
    for (int i = 0; i < kFunctions; ++i) {
      const ap_uint<1> is_equal = macs_[i] == destination;
      hits[i] = has_mac_[i] & is_equal;
    }
    const bool is_known = hits != 0 && destination[0] == 0;
    const FunctionIndex owner = IndexOfOneHot<kFunctions>(hits);
    SteeredFrame frame;
    frame.function = is_known ? owner : FunctionIndex(kNetFunction);
    frame.bytes = length + kNetHeader;

    const ap_uint<16> hash = FlowHash(TupleOf(data));
    const ap_uint<BitsFor(kPairs + 1) + 16> scaled = hash * pairs_[frame.function];
    const PairIndex pair = scaled >> 16;
    const Entry chosen = queues_[IndexOf(frame.function, pair)];
    const Entry first = queues_[IndexOf(frame.function, 0)];
    frame.queue = chosen.is_live == 1 ? chosen.queue : first.queue;
    frame.has_queue = chosen.is_live | first.is_live;
    return frame;
  }

  ap_uint<48> macs_[kFunctions] = {};
  ap_uint<1> has_mac_[kFunctions] = {};
  PairCount pairs_[kFunctions];
  Entry queues_[kTable];                 // by function and pair
  ap_uint<kTableBits + 1> cleared_ = 0;  // entries cleared since reset
  bool starts_ = true;                   // the next line is a frame's first
};

}  // namespace vireo

#endif  // VIREO_HW_NET_RECEIVE_STEER_H_
