// SPDX-License-Identifier: Apache-2.0
// Cuts the pieces of a frame into lines of memory, and says where each line's bytes are.
#ifndef VIREO_HW_NET_RECEIVE_LINES_H_
#define VIREO_HW_NET_RECEIVE_LINES_H_

#include <hls_stream.h>

#include "hw/net/receive_cut.h"
#include "hw/net/token.h"

namespace vireo {

// A line of memory takes its bytes from two lines of the frame: the one that is used up from
// `lane` on, and if that does not hold enough the next one from its start.
struct ReceiveLine {
  ReceivePiece piece;  // with is_dropped all lines of a frame are taken and nothing else counts
  ap_uint<1> starts;   // the line that is used up is the header
  ap_uint<1> needs_next;
  ap_uint<7> lane;      // 1 to 64
  ap_uint<6> distance;  // from a byte's lane in the frame to its lane in memory
  ap_uint<1> last;      // of the piece
};

// The header stands in the last lanes of a line before the frame's first one, so that header and
// frame are one run of bytes.
class ReceiveLines {
 public:
  void Step(hls::stream<ReceivePiece>& piece_in, hls::stream<ReceiveLine>& line_out) {
#pragma HLS PIPELINE II = 1
    const Count room = Count(64) - offset_;
    const Bit is_last = piece_.is_dropped | Bit(left_ <= room);
    const Count bytes = is_last == 1 ? Count(left_) : room;
    const Bit has_room = !line_out.full();
    const Bit works = has_piece_ & has_room;
    const ap_uint<8> until = lane_ + bytes;

    ReceiveLine line;
    line.piece = piece_;
    line.starts = starts_;
    line.needs_next = piece_.is_dropped | Bit(until > 64);
    line.lane = lane_;
    line.distance = offset_ - lane_;
    line.last = is_last;
    if (works == 1 && !line_out.full()) line_out.write(line);

    if (works == 1) {
      left_ = left_ - bytes;
      offset_ = 0;
      lane_ = until > 64 ? Count(until - 64) : Count(until);
      starts_ = 0;
    }
    const Bit takes = ~has_piece_ | (works & is_last);
    if (takes == 1) has_piece_ = !piece_in.empty();
    if (takes == 1 && !piece_in.empty()) {
      piece_ = piece_in.read();
      left_ = piece_.length;
      offset_ = piece_.address;
      starts_ = piece_.starts;
      if (piece_.starts == 1) lane_ = 64 - kNetHeader;
    }
  }

 private:
  using Bit = ap_uint<1>;
  using Count = ap_uint<7>;

  ReceivePiece piece_ = {};
  Bit has_piece_ = 0;
  NetBytes left_ = 0;      // bytes of the piece still to be written
  ap_uint<6> offset_ = 0;  // where the next of them goes in its line of memory
  Count lane_ = 64;        // where it is in the line of the frame that is used up, up to 64
  Bit starts_ = 0;
};

}  // namespace vireo

#endif  // VIREO_HW_NET_RECEIVE_LINES_H_
