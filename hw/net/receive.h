// SPDX-License-Identifier: Apache-2.0
// The receive half: frames go into the buffers of receive queues.
#ifndef VIREO_HW_NET_RECEIVE_H_
#define VIREO_HW_NET_RECEIVE_H_

#include <hls_stream.h>

#include "hw/net/receive_collect.h"
#include "hw/net/receive_cut.h"
#include "hw/net/receive_gather.h"
#include "hw/net/receive_lines.h"
#include "hw/net/receive_parse.h"
#include "hw/net/receive_place.h"
#include "hw/net/receive_steer.h"
#include "hw/net/receive_take.h"
#include "hw/net/receive_used.h"
#include "hw/net/token.h"

namespace vireo {

// Three cycles, none of which can lock: the settings that go back to ReceiveSteer and MacTable are
// always taken, there is one answer to a trial, and `chains_` and `pending_` have room for all
// chains of a frame, so that its plan comes out whatever waits in front.
class Receive {
 public:
  static constexpr int kPending = 2 * kReceiveWindow;

  void Step(hls::stream<FunctionPairs>& pairs_in, hls::stream<ReceiveLive>& live_in,
            hls::stream<AddressedFrame>& frame_in, hls::stream<FrameLine>& line_in,
            hls::stream<NetSegment>& segment_in, hls::stream<WriteLine>& write_out,
            hls::stream<WriteAck>& ack_in, hls::stream<UsedBuffer>& used_out,
            hls::stream<QueueFaulted>& faulted_out, hls::stream<ReceiveLive>& live_out,
            hls::stream<NetEvent>& event_out) {
#pragma HLS DATAFLOW
    parse_.Step(frame_in, line_in, parsed_, lines_);
    steer_.Step(pairs_in, live_in, parsed_, steered_);
    collect_.Step(segment_in, posts_, faulted_out);
    take_.Step(posts_, steered_, answers_, taken_, live_out);
    gather_.Step(taken_, chains_, plans_, answers_);
    cut_.Step(plans_, chains_, pieces_, pending_, event_out);
    cut_lines_.Step(pieces_, memory_lines_);
    place_.Step(memory_lines_, lines_, write_out);
    used_.Step(pending_, ack_in, used_out);
  }

 private:
  ReceiveParse parse_;
  ReceiveSteer steer_;
  ReceiveCollect collect_;
  ReceiveTake take_;
  ReceiveGather gather_;
  ReceiveCut cut_;
  ReceiveLines cut_lines_;
  ReceivePlace place_;
  ReceiveUsed<2 * kPending> used_;

  hls::stream<ParsedFrame, 4> parsed_;
  hls::stream<SteeredFrame, 16> steered_;
  hls::stream<FrameLine, 64> lines_;  // of frames between ReceiveParse and ReceivePlace
  hls::stream<ReceivePost, 2> posts_;
  hls::stream<ReceiveTaken, 2> taken_;
  hls::stream<ReceiveTries, 2> answers_;
  hls::stream<ReceiveChain, 2 * kReceiveWindow> chains_;
  hls::stream<ReceivePlan, 16> plans_;
  hls::stream<ReceivePiece, 4> pieces_;
  hls::stream<ReceiveLine, 2> memory_lines_;
  hls::stream<UsedBuffer, kPending> pending_;
};

}  // namespace vireo

#endif  // VIREO_HW_NET_RECEIVE_H_
