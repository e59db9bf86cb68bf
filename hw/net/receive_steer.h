// SPDX-License-Identifier: Apache-2.0
// Finds the receive queue of each frame. VIRTIO 1.4, 5.1.9.5 "Multiqueue".
#ifndef VIREO_HW_NET_RECEIVE_STEER_H_
#define VIREO_HW_NET_RECEIVE_STEER_H_

#include <hls_stream.h>

#include "hw/net/receive_parse.h"
#include "hw/net/token.h"
#include "hw/primitives/bits/bits.h"

namespace vireo {

// By the flow's hash to one of the function's first pairs, or to pair 0 if that one is not live. A
// function has one pair until it is told otherwise. The first clocks after reset clear the tables.
class ReceiveSteer {
 public:
  void Step(hls::stream<FunctionPairs>& pairs_in, hls::stream<ReceiveLive>& live_in,
            hls::stream<ParsedFrame>& frame_in, hls::stream<SteeredFrame>& frame_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = pairs_ type = ram_2p impl = lutram
#pragma HLS BIND_STORAGE variable = queues_ type = ram_1wnr impl = lutram
    const bool is_clear = cleared_[kTableBits] == 1;

    const bool sets = is_clear && !pairs_in.empty();
    FunctionPairs pairs;
    pairs.function = cleared_;
    pairs.pairs = 1;
    if (sets) pairs = pairs_in.read();
    if (sets || !is_clear) pairs_[pairs.function] = pairs.pairs;

    const bool changes = is_clear && !live_in.empty();
    TableIndex at = cleared_;
    Entry entry = {};
    if (changes) {
      const ReceiveLive live = live_in.read();
      at = IndexOf(live.owner.function, live.owner.pair);
      entry.queue = live.owner.queue;
      entry.is_live = live.is_live;
    }
    if (changes || !is_clear) queues_[at] = entry;
    if (!is_clear) cleared_ = cleared_ + 1;

    if (!is_clear || frame_in.empty() || frame_out.full()) return;
    const ParsedFrame in = frame_in.read();
    const ap_uint<BitsFor(kPairs + 1) + 16> scaled = in.hash * pairs_[in.function];
    const PairIndex pair = scaled >> 16;
    const Entry chosen = queues_[IndexOf(in.function, pair)];
    const Entry first = queues_[IndexOf(in.function, 0)];
    SteeredFrame frame;
    frame.function = in.function;
    frame.bytes = in.bytes;
    frame.queue = chosen.is_live == 1 ? chosen.queue : first.queue;
    frame.has_queue = chosen.is_live | first.is_live;
    frame_out.write(frame);
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
    return function.concat(pair);
  }

  PairCount pairs_[kFunctions];
  Entry queues_[kTable];                 // by function and pair
  ap_uint<kTableBits + 1> cleared_ = 0;  // entries cleared since reset
};

}  // namespace vireo

#endif  // VIREO_HW_NET_RECEIVE_STEER_H_
