// SPDX-License-Identifier: Apache-2.0
// Writes to guest memory: data, and behind all of a command's data its status byte.
#ifndef VIREO_HW_BLK_POST_H_
#define VIREO_HW_BLK_POST_H_

#include <hls_stream.h>

#include <cassert>

#include "hw/blk/in.h"
#include "hw/blk/token.h"

namespace vireo {

// A move from the disk is done when its last line is on its way from here; the status that follows
// from that comes by the same way behind it.
class BlkPost {
 public:
  void Step(hls::stream<BlkPlaced>& line_in, hls::stream<BlkStatus>& status_in,
            hls::stream<WriteLine>& write_out, hls::stream<BlkDone>& done_out,
            hls::stream<BlkStatus>& posted_out) {
#pragma HLS PIPELINE II = 1
    if (write_out.full() || done_out.full() || posted_out.full()) return;
    if (!in_write_ && !status_in.empty() && (prefers_status_ || line_in.empty())) {
      const BlkStatus status = status_in.read();
      WriteLine line;
      line.function = status.owner.function;
      line.address = status.address;
      line.length = 1;
      line.data = StatusLine(status.status);
      line.last = 1;
      line.wants_ack = 1;
      line.cookie = status.owner.queue;
      if (status.op != BlkOp::kStop && status.op != BlkOp::kVoid) write_out.write(line);
      posted_out.write(status);
      prefers_status_ = false;
    } else if (!line_in.empty()) {
      const BlkPlaced placed = line_in.read();
      write_out.write(placed.line);
      const bool ends = placed.line.last == 1;
      in_write_ = !ends;
      if (ends) done_out.write(placed.done);
      prefers_status_ = true;
    }
  }

 private:
  // The byte at every place of a line: the writer's address cuts it out.
  static Line StatusLine(const ap_uint<8>& status) {
    Line line = 0;
    for (int i = 0; i < 64; ++i) line.range(8 * i + 7, 8 * i) = status;
    return line;
  }

  bool in_write_ = false;        // lines of the write follow
  bool prefers_status_ = false;  // if both are there
};

// Holds a chain back until its status, and so all that was written for it, is on its way. Stops and
// void chains were not written for.
class BlkUsed {
 public:
  void Step(hls::stream<BlkStatus>& posted_in, hls::stream<WriteAck>& ack_in,
            hls::stream<UsedBuffer>& used_out, hls::stream<BlkEvent>& event_out,
            hls::stream<BlkSlot>& freed_out) {
#pragma HLS PIPELINE II = 1
    const Bit acked = !ack_in.empty();
    if (!ack_in.empty()) ack_in.read();

    const Bit is_stop = posted_.op == BlkOp::kStop;
    const Bit is_void = posted_.op == BlkOp::kVoid;
    const Bit needs_ack = ~(is_stop | is_void);
    const Bit has_ack = acks_ != 0;
    const Bit has_used_room = !used_out.full();
    const Bit has_event_room = !event_out.full();
    const Bit has_freed_room = !freed_out.full();
    const Bit has_room = has_used_room & has_event_room & has_freed_room;
    const Bit gives = has_posted_ & has_room & (has_ack | ~needs_ack);
    const bool gives_data = posted_.op == BlkOp::kIn || posted_.op == BlkOp::kGetId;
    UsedBuffer used;
    used.queue = posted_.owner.queue;
    used.is_stop = is_stop;
    used.id = posted_.head;
    used.length = gives_data ? ap_uint<32>(posted_.bytes + 1) : ap_uint<32>(1);
    used.gathers = 0;
    if ((gives & ~is_void) == 1 && !used_out.full()) used_out.write(used);
    BlkEvent event;
    event.reason = posted_.reason;
    event.op = posted_.op;
    event.owner = posted_.owner;
    event.bytes = posted_.bytes;
    if ((gives & needs_ack) == 1 && !event_out.full()) event_out.write(event);
    if (gives == 1 && !freed_out.full()) freed_out.write(posted_.slot);

    const Bit spends = gives & needs_ack;
    assert((acked == 0 || spends == 1 || acks_ != kBlockCommands) && "an ack is for a command");
    if (acked != spends) acks_ = spends == 1 ? Count(acks_ - 1) : Count(acks_ + 1);
    const Bit takes = ~has_posted_ | gives;
    if (takes == 1) has_posted_ = !posted_in.empty();
    if (takes == 1 && !posted_in.empty()) posted_ = posted_in.read();
  }

 private:
  using Bit = ap_uint<1>;
  using Count = ap_uint<BitsFor(kBlockCommands + 1)>;

  Count acks_ = 0;  // that no command has used
  BlkStatus posted_ = {};
  Bit has_posted_ = 0;
};

}  // namespace vireo

#endif  // VIREO_HW_BLK_POST_H_
