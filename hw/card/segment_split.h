// SPDX-License-Identifier: Apache-2.0
// Hands each segment to the engine of its queue's device.
#ifndef VIREO_HW_CARD_SEGMENT_SPLIT_H_
#define VIREO_HW_CARD_SEGMENT_SPLIT_H_

#include <hls_stream.h>

#include "hw/virtqueue/token.h"

namespace vireo {

class SegmentSplit {
 public:
  void Step(hls::stream<Segment>& segment_in, hls::stream<Segment>& net_out,
            hls::stream<Segment>& blk_out) {
#pragma HLS PIPELINE II = 1
    if (segment_in.empty() || net_out.full() || blk_out.full()) return;
    const Segment segment = segment_in.read();
    if (segment.kind == QueueKind::kBlock) {
      blk_out.write(segment);
    } else {
      net_out.write(segment);
    }
  }
};

}  // namespace vireo

#endif  // VIREO_HW_CARD_SEGMENT_SPLIT_H_
