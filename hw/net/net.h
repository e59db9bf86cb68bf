// SPDX-License-Identifier: Apache-2.0
// The network engine of all virtio-net functions. VIRTIO 1.4, 5.1 "Network Device".
#ifndef VIREO_HW_NET_NET_H_
#define VIREO_HW_NET_NET_H_

#include <hls_stream.h>

#include "hw/net/event_merge.h"
#include "hw/net/net_queues.h"
#include "hw/net/receive.h"
#include "hw/net/switch.h"
#include "hw/net/token.h"
#include "hw/net/transmit.h"
#include "hw/primitives/arbiter/arbiter.h"
#include "hw/primitives/fork/fork.h"

namespace vireo {

// A turn lasts until the used buffers of one frame are through.
struct UntilFrameIsUsed {
  static constexpr bool kLocks = true;
  static bool Ends(const UsedBuffer& used) { return used.gathers == 0; }
};

class Net {
 public:
  void Step(hls::stream<QueueSetup>& setup_in, hls::stream<FunctionAddress>& address_in,
            hls::stream<Segment>& segment_in, hls::stream<ReadRequest<TransmitContext>>& read_out,
            hls::stream<ReadLine<TransmitContext>>& line_in, hls::stream<WriteLine>& write_out,
            hls::stream<WriteAck>& ack_in, hls::stream<UsedBuffer>& used_out,
            hls::stream<QueueFaulted>& faulted_out, hls::stream<NetEvent>& event_out,
            hls::stream<MacBeat>& mac_in, hls::stream<MacBeat>& mac_out) {
#pragma HLS DATAFLOW
#pragma HLS STREAM variable = events_ depth = 4
    queues_.Step(setup_in, segment_in, to_transmit_, to_receive_);
    transmit_.Step(to_transmit_, read_out, line_in, used_[0], faulted_[0], events_[3], sent_,
                   sent_beats_);
    switch_.Step(address_in, live_[0], sent_, sent_beats_, mac_in, pairs_, frames_, lines_, mac_out,
                 events_[0], events_[1], events_[2]);
    receive_.Step(pairs_, live_[1], frames_, lines_, to_receive_, write_out, ack_in, used_[1],
                  faulted_[1], changes_, events_[4]);
    tell_live_.Step(changes_, live_);
    merge_used_.Step(used_, used_out);
    merge_faulted_.Step(faulted_, faulted_out);
    merge_events_.Step(events_, event_out);
  }

 private:
  NetQueues queues_;
  Transmit transmit_;
  Switch switch_;
  Receive receive_;
  Fork<ReceiveLive, 2> tell_live_;
  RoundRobinArbiter<UsedBuffer, 2, UntilFrameIsUsed> merge_used_;
  RoundRobinArbiter<QueueFaulted, 2> merge_faulted_;
  EventMerge<5> merge_events_;

  hls::stream<NetSegment, 2> to_transmit_, to_receive_;
  hls::stream<SentFrame, 2> sent_;
  hls::stream<Beat, 2> sent_beats_;
  hls::stream<AddressedFrame, 2> frames_;
  hls::stream<FrameLine, 2> lines_;
  hls::stream<FunctionPairs, 2> pairs_;
  hls::stream<ReceiveLive, 2> changes_;
  hls::stream<ReceiveLive> live_[2];
  hls::stream<UsedBuffer> used_[2];
  hls::stream<QueueFaulted> faulted_[2];
  hls::stream<NetEvent> events_[5];
};

}  // namespace vireo

#endif  // VIREO_HW_NET_NET_H_
