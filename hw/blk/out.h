// SPDX-License-Identifier: Apache-2.0
// From the guest to the disk: VIRTIO_BLK_T_OUT. VIRTIO 1.4, 5.2.6 "Device Operation".
#ifndef VIREO_HW_BLK_OUT_H_
#define VIREO_HW_BLK_OUT_H_

#include <hls_stream.h>

#include "hw/blk/align.h"
#include "hw/blk/backend.h"
#include "hw/blk/token.h"

namespace vireo {

// Asks the guest for the bytes of each move: a unit of reads.
class BlkOutRead {
 public:
  void Step(hls::stream<BlkMove>& move_in, hls::stream<ReadRequest<BlkContext>>& read_out) {
#pragma HLS PIPELINE II = 1
    if (move_in.empty() || read_out.full()) return;
    const BlkMove move = move_in.read();
    ReadRequest<BlkContext> request;
    request.key = move.owner.queue;
    request.function = move.owner.function;
    request.address = move.guest;
    request.length = move.bytes;
    request.last = 1;
    request.context = {};
    request.context.kind = BlkRead::kData;
    request.context.slot = move.slot;
    request.context.owner = move.owner;
    request.context.address = move.card;
    request.context.readable = move.bytes;
    request.context.last = move.last;
    request.context.to_channel = move.to_channel;
    read_out.write(request);
  }
};

// Makes the lines of writes to the disk. One whose bytes could not be read leaves the disk as it
// is, and is done with an error.
class BlkOutPlace {
 public:
  void Step(hls::stream<BlkAlignStep>& step_in, hls::stream<BlkLine>& line_in,
            hls::stream<BackendWrite>& write_out, hls::stream<BlkDone>& done_out) {
#pragma HLS PIPELINE II = 1
    const BlkAlign& move = step_.move;
    const Bit has_room = !write_out.full();
    const Bit has_done_room = !done_out.full();
    const Bit has_next = !line_in.empty();
    const Bit works = has_step_ & has_room & has_done_room & (has_next | ~step_.takes);
    BlkLine next = {};
    if ((works & step_.takes) == 1 && !line_in.empty()) next = line_in.read();

    const Bit error = error_ | (step_.takes & next.error);
    const ap_uint<64> bytes = LowOnes<64>(step_.bytes);
    const ap_uint<6> from = step_.first == 1 ? move.to : ap_uint<6>(0);
    const ap_uint<64> lanes = bytes << from;
    BackendWrite write;
    write.slot = move.slot;
    write.address = LineAddress(move.card);
    write.lines = LinesOf(move.card, move.bytes);
    write.data = AlignedLine(step_, held_, next.data);
    write.strobe = error == 1 ? ap_uint<64>(0) : lanes;
    write.first = step_.first;
    write.last = step_.ends;
    BlkDone done;
    done.slot = move.slot;
    done.unread = error;
    done.failed = 0;
    done.last = move.last;
    const Bit gives = works & step_.gives;
    const Bit ends = gives & step_.ends;
    if (gives == 1 && !write_out.full()) write_out.write(write);
    if (ends == 1 && !done_out.full()) done_out.write(done);
    if ((works & step_.takes) == 1) held_ = next.data;
    if (works == 1) error_ = ends == 1 ? Bit(0) : error;

    const Bit takes = ~has_step_ | works;
    if (takes == 1) has_step_ = !step_in.empty();
    if (takes == 1 && !step_in.empty()) step_ = step_in.read();
  }

 private:
  using Bit = ap_uint<1>;

  BlkAlignStep step_ = {};
  Bit has_step_ = 0;
  Line held_ = 0;
  Bit error_ = 0;  // in a line of the move
};

// A write is done when the disk has it.
class BlkOutWritten {
 public:
  void Step(hls::stream<BlkDone>& placed_in, hls::stream<BackendWritten>& written_in,
            hls::stream<BlkDone>& done_out) {
#pragma HLS PIPELINE II = 1
    if (placed_in.empty() || written_in.empty() || done_out.full()) return;
    BlkDone done = placed_in.read();
    const BackendWritten written = written_in.read();
    done.failed = written.error;
    done_out.write(done);
  }
};

}  // namespace vireo

#endif  // VIREO_HW_BLK_OUT_H_
