// SPDX-License-Identifier: Apache-2.0
// Knows the queues of the network devices, and hands each segment to transmit or to receive.
#ifndef VIREO_HW_NET_NET_QUEUES_H_
#define VIREO_HW_NET_NET_QUEUES_H_

#include <hls_stream.h>

#include <cassert>

#include "hw/net/token.h"

namespace vireo {

// A segment waits until its queue is live, however late the setup comes. The first kQueues clocks
// after reset clear `live_`.
class NetQueues {
 public:
  void Step(hls::stream<QueueSetup>& setup_in, hls::stream<Segment>& segment_in,
            hls::stream<NetSegment>& transmit_out, hls::stream<NetSegment>& receive_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = live_ type = ram_2p impl = lutram
#pragma HLS BIND_STORAGE variable = owner_ type = ram_2p impl = lutram
    const bool is_clear = cleared_[BitsFor(kQueues)] == 1;
    const bool sets_up = is_clear && !setup_in.empty() && !receive_out.full();
    const bool is_transmit = held_.kind == QueueKind::kTransmit;
    const bool has_room = is_transmit ? !transmit_out.full() : !receive_out.full();
    const bool passes = is_clear && has_held_ && !sets_up && has_room && live_[held_.queue] == 1;

    QueueIndex changed = cleared_;
    ap_uint<1> live = 0;
    NetSegment token = {};
    if (sets_up) {
      const QueueSetup setup = setup_in.read();
      token.owner.queue = setup.queue;
      token.owner.function = setup.function;
      token.owner.pair = setup.number >> 1;
      token.owner.mergeable = setup.mergeable;
      token.is_setup = 1;
      changed = setup.queue;
      live = 1;
      owner_[setup.queue] = token.owner;
      if (setup.kind == QueueKind::kReceive) receive_out.write(token);
    } else if (passes) {
      assert((is_transmit || held_.kind == QueueKind::kReceive) &&
             "segments of other kinds go to other engines");
      token.owner = owner_[held_.queue];
      token.is_stop = held_.is_stop;
      token.head = held_.head;
      token.address = held_.address;
      token.length = held_.length;
      token.writable = held_.writable;
      token.last = held_.last;
      changed = held_.queue;
      if (is_transmit) {
        transmit_out.write(token);
      } else {
        receive_out.write(token);
      }
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
  NetQueue owner_[kQueues];                    // of live queues
  ap_uint<BitsFor(kQueues + 1)> cleared_ = 0;  // entries of live_ cleared since reset
  Segment held_ = {};                          // the next segment
  bool has_held_ = false;
};

}  // namespace vireo

#endif  // VIREO_HW_NET_NET_QUEUES_H_
