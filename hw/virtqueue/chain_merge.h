// SPDX-License-Identifier: Apache-2.0
// Puts the chains that were walked and those that were hopped into one stream.
#ifndef VIREO_HW_VIRTQUEUE_CHAIN_MERGE_H_
#define VIREO_HW_VIRTQUEUE_CHAIN_MERGE_H_

#include <hls_stream.h>

#include "hw/virtqueue/chain_store.h"

namespace vireo {

// Whole chains of HopPlay, then those of ChainWalk. One that hopped is always here before what its
// queue fetches after it, so that to prefer it keeps the queue's order.
class ChainMerge {
 public:
  void Step(hls::stream<Segment>& hop_in, hls::stream<StoredSegment>& walk_in,
            hls::stream<Segment>& segment_out, hls::stream<ap_uint<1>>& go_out) {
#pragma HLS PIPELINE II = 1
    if (segment_out.full() || go_out.full()) return;
    const bool takes_hop = turn_ == Turn::kHop || (turn_ == Turn::kNone && !hop_in.empty());
    if (takes_hop && !hop_in.empty()) {
      const Segment segment = hop_in.read();
      segment_out.write(segment);
      turn_ = segment.last == 1 ? Turn::kNone : Turn::kHop;
    } else if (!takes_hop && !walk_in.empty()) {
      const StoredSegment stored = walk_in.read();
      if (stored.is_hop == 1) {
        go_out.write(1);
      } else {
        segment_out.write(stored.segment);
        turn_ = stored.segment.last == 1 ? Turn::kNone : Turn::kWalk;
      }
    }
  }

 private:
  enum class Turn : uint8_t { kNone, kHop, kWalk };
  Turn turn_ = Turn::kNone;  // whose chain is in the middle
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_CHAIN_MERGE_H_
