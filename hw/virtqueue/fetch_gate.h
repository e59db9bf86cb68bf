// SPDX-License-Identifier: Apache-2.0
// Gives queues of the active list their turn, as many at a time as there is room for their reads.
#ifndef VIREO_HW_VIRTQUEUE_FETCH_GATE_H_
#define VIREO_HW_VIRTQUEUE_FETCH_GATE_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/virtqueue/fetch_policy.h"
#include "hw/virtqueue/ring_token.h"

namespace vireo {

// A turn asks for at most one read. It may begin if that read has a place in `request_in`, which is
// as deep as there are turns: so nothing that a turn leads to waits for the host, and the cycle
// active list - turn - state - active list cannot lock.
template <int kTurns>
class FetchGate {
 public:
  void Step(hls::stream<QueueIndex>& list_in, hls::stream<ap_uint<1>>& idle_in,
            hls::stream<ReadRequest<RingContext>>& request_in, hls::stream<FetchEvent>& turn_out,
            hls::stream<ReadRequest<RingContext>>& request_out) {
#pragma HLS PIPELINE II = 1
    const bool begins = !list_in.empty() && !turn_out.full() && turns_ != kTurns;
    const bool asks = !request_in.empty() && !request_out.full();
    const bool is_idle = !idle_in.empty();
    if (begins) {
      FetchEvent event = {};
      event.key = list_in.read();
      event.kind = FetchEventKind::kTurn;
      turn_out.write(event);
    }
    if (asks) request_out.write(request_in.read());
    if (is_idle) idle_in.read();
    turns_ = turns_ + ap_uint<1>(begins) - ap_uint<1>(asks) - ap_uint<1>(is_idle);
  }

 private:
  ap_uint<BitsFor(kTurns + 1)> turns_ = 0;  // begun, and their read not yet handed on
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_FETCH_GATE_H_
