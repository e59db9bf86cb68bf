// SPDX-License-Identifier: Apache-2.0
// Holds a chain back until it is whole.
#ifndef VIREO_HW_VIRTQUEUE_CHAIN_STORE_H_
#define VIREO_HW_VIRTQUEUE_CHAIN_STORE_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/virtqueue/chain_walk.h"

namespace vireo {

// A segment of a whole chain, or the mark of one that HopFollow has.
struct StoredSegment {
  Segment segment;
  ap_uint<1> is_hop;
};

// A FIFO whose end can be taken back to the last chain that was kept. It has room for the longest
// chain twice, so a chain that is not yet whole never fills it.
class ChainStore {
 public:
  void Step(hls::stream<WalkedSegment>& segment_in, hls::stream<StoredSegment>& segment_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = segments_ type = ram_2p impl = bram latency = 2
#pragma HLS DEPENDENCE variable = segments_ inter RAW distance = 4 true
    const Place place_out = read_;
    const Count used = written_ - read_;
    if (read_ != kept_[kDelay] && !segment_out.full()) {
      segment_out.write(segments_[place_out]);
      read_ = read_ + 1;
    }
    for (int i = kDelay; i > 0; --i) kept_[i] = kept_[i - 1];
    if (!segment_in.empty() && used < kSegments) {
      const WalkedSegment walked = segment_in.read();
      StoredSegment stored;
      stored.segment = walked.segment;
      stored.is_hop = walked.verdict == ChainVerdict::kHop;
      const bool takes_back = walked.verdict == ChainVerdict::kTakeBack || stored.is_hop == 1;
      const Count place_in = takes_back ? kept_[0] : written_;
      const Count next = place_in + 1;
      if (walked.verdict != ChainVerdict::kTakeBack) segments_[Place(place_in)] = stored;
      if (walked.verdict == ChainVerdict::kKeep || stored.is_hop == 1) kept_[0] = next;
      written_ = walked.verdict == ChainVerdict::kTakeBack ? place_in : next;
    }
  }

 private:
  static constexpr int kSegments = 2 * kMaxSegments;
  static constexpr int kDelay = 4;  // clocks until what was written can be read
  using Place = ap_uint<BitsFor(kSegments)>;
  using Count = ap_uint<BitsFor(kSegments) + 1>;

  StoredSegment segments_[kSegments];
  Count written_ = 0;
  Count kept_[kDelay + 1] = {};  // the end of the last whole chain, now and in the clocks before
  Count read_ = 0;
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_CHAIN_STORE_H_
