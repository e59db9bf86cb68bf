// SPDX-License-Identifier: Apache-2.0
// Cuts pieces to be delivered into lines.
#ifndef VIREO_HW_PCIE_READ_LINES_H_
#define VIREO_HW_PCIE_READ_LINES_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/pcie/dma_token.h"

namespace vireo {

// A line in every clock. A piece without bytes is one line.
template <typename Context, int kTags>
class ReadLines {
 public:
  using Piece = PieceDelivery<Context, kTags>;
  using Delivery = LineDelivery<Context, kTags>;

  void Step(hls::stream<Piece>& piece_in, hls::stream<Delivery>& line_out) {
#pragma HLS PIPELINE II = 1
    if (line_out.full() || (!has_rest_ && piece_in.empty())) return;
    Piece piece = rest_;
    if (!has_rest_) piece = piece_in.read();

    const ap_uint<6> offset = piece.offset.range(5, 0);
    const ap_uint<10> end = offset + piece.bytes;  // at most 64 + 448 or 63 + 449
    const bool more = end > 64;
    Delivery line;
    line.tag = piece.tag;
    line.function = piece.function;
    line.line = piece.offset.range(8, 6);
    line.offset = offset;
    line.bytes = more ? ap_uint<10>(64 - offset) : ap_uint<10>(piece.bytes);
    line.last_of_piece = !more;
    line.last_of_request = !more && piece.last_of_request == 1;
    line.last_of_unit = !more && piece.last_of_unit == 1;
    line.error = piece.error;
    line.context = piece.context;
    line_out.write(line);

    has_rest_ = more;
    rest_ = piece;
    rest_.offset.range(8, 6) = piece.offset.range(8, 6) + 1;
    rest_.offset.range(5, 0) = 0;
    rest_.bytes = end - 64;
  }

 private:
  Piece rest_;  // what is left of the piece that is being cut
  bool has_rest_ = false;
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_READ_LINES_H_
