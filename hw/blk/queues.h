// SPDX-License-Identifier: Apache-2.0
// Knows the queues of the block devices, and says of each segment whose it is.
#ifndef VIREO_HW_BLK_QUEUES_H_
#define VIREO_HW_BLK_QUEUES_H_

#include <hls_stream.h>

#include <cassert>

#include "hw/blk/token.h"

namespace vireo {

// A segment waits until its queue is live, however late the setup comes. The first kQueues clocks
// after reset clear `live_`.
class BlkQueues {
 public:
  void Step(hls::stream<QueueSetup>& setup_in, hls::stream<Segment>& segment_in,
            hls::stream<BlkSegment>& segment_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = live_ type = ram_2p impl = lutram
#pragma HLS BIND_STORAGE variable = functions_ type = ram_2p impl = lutram
    const bool is_clear = cleared_[BitsFor(kQueues)] == 1;
    const bool sets_up = is_clear && !setup_in.empty();
    const bool passes =
        is_clear && has_held_ && !sets_up && !segment_out.full() && live_[held_.queue] == 1;

    QueueIndex changed = cleared_;
    ap_uint<1> live = 0;
    if (sets_up && !setup_in.empty()) {
      const QueueSetup setup = setup_in.read();
      changed = setup.queue;
      live = 1;
      functions_[setup.queue] = setup.function;
    } else if (passes && !segment_out.full()) {
      assert(held_.kind == QueueKind::kBlock && "segments of other kinds go to other engines");
      BlkSegment segment;
      segment.owner.queue = held_.queue;
      segment.owner.function = functions_[held_.queue];
      segment.is_stop = held_.is_stop;
      segment.head = held_.head;
      segment.address = held_.address;
      segment.length = held_.length;
      segment.writable = held_.writable;
      segment.last = held_.last;
      changed = held_.queue;
      segment_out.write(segment);
    }
    if (!is_clear || sets_up || (passes && held_.is_stop == 1)) live_[changed] = live;
    if (!is_clear) cleared_ = cleared_ + 1;

    if ((!has_held_ || passes) && !segment_in.empty()) {
      held_ = segment_in.read();
      has_held_ = true;
    } else if (passes) {
      has_held_ = false;
    }
  }

 private:
  ap_uint<1> live_[kQueues];
  FunctionIndex functions_[kQueues];           // of live queues
  ap_uint<BitsFor(kQueues + 1)> cleared_ = 0;  // entries of live_ cleared since reset
  Segment held_ = {};                          // the next segment
  bool has_held_ = false;
};

}  // namespace vireo

#endif  // VIREO_HW_BLK_QUEUES_H_
