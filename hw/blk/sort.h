// SPDX-License-Identifier: Apache-2.0
// Sorts what was read: headers are put together, data goes on to its backend.
#ifndef VIREO_HW_BLK_SORT_H_
#define VIREO_HW_BLK_SORT_H_

#include <hls_stream.h>

#include "hw/blk/align.h"
#include "hw/blk/token.h"

namespace vireo {

// A line in every clock. A unit of data is one move, which is announced by its first line.
class BlkSort {
 public:
  void Step(hls::stream<ReadLine<BlkContext>>& line_in, hls::stream<BlkHeader>& header_out,
            hls::stream<BlkAlign>& move_out, hls::stream<BlkLine>& data_out,
            hls::stream<BlkAlign>& channel_move_out, hls::stream<BlkLine>& channel_data_out) {
#pragma HLS PIPELINE II = 1
    if (line_in.empty() || header_out.full() || move_out.full() || data_out.full() ||
        channel_move_out.full() || channel_data_out.full()) {
      return;
    }
    const ReadLine<BlkContext> line = line_in.read();
    const BlkContext& context = line.context;
    const bool is_data = context.kind == BlkRead::kData;
    const bool begins = begins_;
    const bool ends = line.last_of_unit == 1;
    begins_ = ends;

    BlkAlign move;
    move.slot = context.slot;
    move.owner = context.owner;
    move.is_id = 0;
    move.last = context.last;
    move.guest = 0;
    move.card = context.address;
    move.from = line.offset;
    move.to = context.address.range(5, 0);
    move.bytes = context.readable;
    BlkLine data;
    data.data = line.data;
    data.error = line.error;
    const bool to_channel = context.to_channel == 1;
    if (is_data && begins && !to_channel) move_out.write(move);
    if (is_data && !to_channel) data_out.write(data);
    if (is_data && begins && to_channel) channel_move_out.write(move);
    if (is_data && to_channel) channel_data_out.write(data);

    // A header's parts are 16 bytes in all.
    const ap_uint<9> first_bit = ap_uint<9>(line.offset) << 3;
    const Header asked = RepeatBits<kBlkHeader, 8>(LowOnes<kBlkHeader>(line.bytes));
    const Header part = Header(line.data >> first_bit) & asked;
    const ap_uint<7> place_bit = ap_uint<7>(filled_) << 3;
    const Header placed = part << place_bit;
    const Header bytes = bytes_ | placed;
    const ap_uint<1> error = error_ | line.error;
    if (!is_data) {
      filled_ = ends ? ap_uint<4>(0) : ap_uint<4>(filled_ + line.bytes);
      bytes_ = ends ? Header(0) : bytes;
      error_ = ends ? ap_uint<1>(0) : error;
    }
    BlkHeader header;
    header.context = context;
    header.bytes = bytes;
    header.error = error;
    if (!is_data && ends) header_out.write(header);
  }

 private:
  using Header = ap_uint<8 * kBlkHeader>;

  bool begins_ = true;     // the next line is a unit's first
  Header bytes_ = 0;       // of the header so far, 0 behind them
  ap_uint<4> filled_ = 0;  // how many, 0 also when it is whole
  ap_uint<1> error_ = 0;   // in one of its parts
};

}  // namespace vireo

#endif  // VIREO_HW_BLK_SORT_H_
