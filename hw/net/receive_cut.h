// SPDX-License-Identifier: Apache-2.0
// Cuts a frame into the writes that fill its chains one after another.
// VIRTIO 1.4, 5.1.9.4: all buffers of a frame but the last are filled completely.
#ifndef VIREO_HW_NET_RECEIVE_CUT_H_
#define VIREO_HW_NET_RECEIVE_CUT_H_

#include <hls_stream.h>

#include "hw/net/receive_gather.h"
#include "hw/net/token.h"

namespace vireo {

// A write: the next `length` bytes of a frame behind its header. Or a frame that is passed over.
struct ReceivePiece {
  ap_uint<1> is_dropped;
  ap_uint<1> starts;    // the frame's first
  ap_uint<1> ends;      // the frame's last
  ReceiveTries chains;  // of the frame
  QueueIndex queue;
  FunctionIndex function;
  Iova address;
  NetBytes length;
};

// A chain's used buffer goes ahead of its data, to where it waits for the data to be on its way.
class ReceiveCut {
 public:
  void Step(hls::stream<ReceivePlan>& plan_in, hls::stream<ReceiveChain>& chain_in,
            hls::stream<ReceivePiece>& piece_out, hls::stream<UsedBuffer>& used_out,
            hls::stream<NetEvent>& event_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS ARRAY_PARTITION variable = chain_.buffers complete
    const Bit has_room = !piece_out.full() && !used_out.full() && !event_out.full();
    const Bit works = has_plan_ & has_room;
    const Bit is_place = plan_.kind == ReceivePlanKind::kPlace;
    const Bit is_drop = plan_.kind == ReceivePlanKind::kDrop;
    const Bit is_stop = ~(is_place | is_drop);

    // The next write: as much as the buffer takes and the frame has.
    const NetBytes room = chain_.buffers[0].length;
    const Bit holds_rest = room >= left_;
    const NetBytes cut = holds_rest == 1 ? left_ : room;
    const Bit is_last_buffer = chain_.buffers[1].length == 0;
    const NetBytes written = written_ + cut;
    const Bit places = works & is_place & has_chain_;
    const Bit fills = places & (holds_rest | is_last_buffer);

    // A dropped frame leaves its chains behind first.
    const Bit has_chains = left_chains_ != 0;
    const Bit leaves = works & is_drop & has_chains & has_chain_;
    const Bit drops = works & is_drop & ~has_chains;
    const Bit stops = works & is_stop;
    const Bit delivers = places & holds_rest;
    const Bit ends_plan = delivers | drops | stops;
    const Bit ends_chain = fills | leaves;

    ReceivePiece piece;
    piece.is_dropped = is_drop;
    piece.starts = starts_;
    piece.ends = holds_rest | is_drop;
    piece.chains = plan_.chains;
    piece.queue = plan_.frame.queue;
    piece.function = plan_.frame.function;
    piece.address = chain_.buffers[0].address;
    piece.length = cut;
    if ((places | drops) == 1 && !piece_out.full()) piece_out.write(piece);

    UsedBuffer used;
    used.queue = plan_.frame.queue;
    used.is_stop = is_stop;
    used.id = chain_.head;
    used.length = written;
    used.gathers = ~holds_rest & ~is_stop;
    if ((fills | stops) == 1 && !used_out.full()) used_out.write(used);

    NetEvent event;
    event.reason = is_drop == 1 ? plan_.reason : spec::Reason::kNone;
    event.is_transmit = 0;
    event.has_queue = plan_.frame.has_queue;
    event.function = plan_.frame.function;
    event.queue = plan_.frame.queue;
    event.bytes = plan_.frame.bytes - kNetHeader;
    if ((delivers | drops) == 1 && !event_out.full()) event_out.write(event);

    // On to the next buffer, chain and frame.
    if (places == 1) {
      left_ = left_ - cut;
      starts_ = 0;
    }
    if (leaves == 1) left_chains_ = left_chains_ - 1;
    if (places == 1) written_ = fills == 1 ? NetBytes(0) : written;
    const Bit takes_plan = ~has_plan_ | ends_plan;
    if (takes_plan == 1) has_plan_ = !plan_in.empty();
    if (takes_plan == 1 && !plan_in.empty()) {
      plan_ = plan_in.read();
      left_ = plan_.frame.bytes;
      left_chains_ = plan_.chains;
      starts_ = 1;
    }
    const Bit takes_chain = ~has_chain_ | ends_chain;
    if (takes_chain == 1) has_chain_ = !chain_in.empty();
    if (takes_chain == 1 && !chain_in.empty()) {
      chain_ = chain_in.read();
    } else if (places == 1) {
      for (int i = 0; i + 1 < kReceiveSegments; ++i) chain_.buffers[i] = chain_.buffers[i + 1];
      chain_.buffers[kReceiveSegments - 1].length = 0;
    }
  }

 private:
  using Bit = ap_uint<1>;

  ReceivePlan plan_ = {};
  Bit has_plan_ = 0;
  NetBytes left_ = 0;             // bytes of the frame still to be placed
  ReceiveTries left_chains_ = 0;  // chains of a dropped frame still to be left behind
  Bit starts_ = 0;                // nothing of the frame has been placed
  ReceiveChain chain_ = {};       // what is left of it, next buffer first
  Bit has_chain_ = 0;
  NetBytes written_ = 0;  // bytes in the chain so far
};

}  // namespace vireo

#endif  // VIREO_HW_NET_RECEIVE_CUT_H_
