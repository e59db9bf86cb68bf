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
    const Bit is_clear = cleared_[BitsFor(kQueues)];
    const Bit has_setup = !setup_in.empty();
    const Bit has_receive_room = !receive_out.full();
    const Bit has_transmit_room = !transmit_out.full();
    const Bit sets_up = is_clear & has_setup & has_receive_room;
    const Bit is_transmit = held_.kind == QueueKind::kTransmit;
    const Bit has_room = is_transmit == 1 ? has_transmit_room : has_receive_room;
    const Bit passes = is_clear & has_held_ & ~sets_up & has_room & live_[held_.queue];
    const Bit transmits = passes & is_transmit;
    const Bit receives = passes & ~is_transmit;
    assert((has_held_ == 0 || is_transmit == 1 || held_.kind == QueueKind::kReceive) &&
           "segments of other kinds go to other engines");

    QueueSetup setup = {};
    if (sets_up == 1 && !setup_in.empty()) setup = setup_in.read();
    NetQueue set_up;
    set_up.queue = setup.queue;
    set_up.function = setup.function;
    set_up.pair = setup.number >> 1;
    set_up.mergeable = setup.mergeable;
    const Bit announces = sets_up & Bit(setup.kind == QueueKind::kReceive);

    NetSegment token;
    token.owner = sets_up == 1 ? set_up : owner_[held_.queue];
    token.is_setup = sets_up;
    token.is_stop = held_.is_stop & ~sets_up;
    token.head = held_.head;
    token.address = held_.address;
    token.length = held_.length;
    token.writable = held_.writable;
    token.last = held_.last;
    if (transmits == 1 && !transmit_out.full()) transmit_out.write(token);
    if ((receives | announces) == 1 && !receive_out.full()) receive_out.write(token);

    if (sets_up == 1) owner_[setup.queue] = set_up;
    const QueueIndex changed = sets_up == 1 ? setup.queue : held_.queue;
    if ((~is_clear | sets_up | (passes & held_.is_stop)) == 1) {
      live_[is_clear == 1 ? changed : QueueIndex(cleared_)] = sets_up;
    }
    if (is_clear == 0) cleared_ = cleared_ + 1;

    const Bit takes = ~has_held_ | passes;
    if (takes == 1) has_held_ = !segment_in.empty();
    if (takes == 1 && !segment_in.empty()) held_ = segment_in.read();
  }

 private:
  using Bit = ap_uint<1>;

  ap_uint<1> live_[kQueues];
  NetQueue owner_[kQueues];                    // of live queues
  ap_uint<BitsFor(kQueues + 1)> cleared_ = 0;  // entries of live_ cleared since reset
  Segment held_ = {};                          // the next segment
  Bit has_held_ = 0;
};

}  // namespace vireo

#endif  // VIREO_HW_NET_NET_QUEUES_H_
