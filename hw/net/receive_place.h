// SPDX-License-Identifier: Apache-2.0
// Turns a frame's bytes, behind their header, to where they lie in memory.
#ifndef VIREO_HW_NET_RECEIVE_PLACE_H_
#define VIREO_HW_NET_RECEIVE_PLACE_H_

#include <hls_stream.h>

#include "hw/net/receive_lines.h"
#include "hw/net/token.h"
#include "hw/primitives/beat/beat.h"

namespace vireo {

// A line in every clock: the bytes of two lines of the frame side by side, turned by one rotation.
class ReceivePlace {
 public:
  void Step(hls::stream<ReceiveLine>& line_in, hls::stream<FrameLine>& frame_in,
            hls::stream<WriteLine>& write_out) {
#pragma HLS PIPELINE II = 1
    const Bit has_room = !write_out.full();
    const Bit has_next = !frame_in.empty();
    const Bit is_dropped = line_.piece.is_dropped;
    const Bit works = has_line_ & (has_room | is_dropped) & (has_next | ~line_.needs_next);
    const Bit takes_next = works & line_.needs_next;
    FrameLine next = {};
    if (takes_next == 1 && !frame_in.empty()) next = frame_in.read();

    const Line held = line_.starts == 1 ? HeaderLine(line_.piece.chains) : held_;
    const ap_uint<64> from_next = LowOnes<64>(line_.lane);
    const Line mask = RepeatBits<64, 8>(from_next);
    const Line run = (held & ~mask) | (next.data & mask);
    WriteLine line;
    line.function = line_.piece.function;
    line.address = line_.piece.address;
    line.length = line_.piece.length;
    line.data = RotateBytesUp<64>(run, line_.distance);
    line.last = line_.last;
    line.wants_ack = line_.piece.ends;
    line.cookie = line_.piece.queue;
    if ((works & ~is_dropped) == 1 && !write_out.full()) write_out.write(line);
    if (works == 1) held_ = takes_next == 1 ? next.data : held;

    const Bit goes_on = is_dropped & ~next.last;
    const Bit takes = ~has_line_ | (works & ~goes_on);
    if (takes == 1) has_line_ = !line_in.empty();
    if (takes == 1 && !line_in.empty()) line_ = line_in.read();
  }

 private:
  using Bit = ap_uint<1>;

  // No offload was agreed, so all but num_buffers, the last two bytes, is 0.
  static Line HeaderLine(const ReceiveTries& chains) { return Line(chains) << (512 - 16); }

  ReceiveLine line_ = {};
  Bit has_line_ = 0;
  Line held_ = 0;  // the line of the frame that is used up next
};

}  // namespace vireo

#endif  // VIREO_HW_NET_RECEIVE_PLACE_H_
