// SPDX-License-Identifier: Apache-2.0
// The backend that keeps the disks in card memory.
#ifndef VIREO_HW_BLK_CARD_MEMORY_H_
#define VIREO_HW_BLK_CARD_MEMORY_H_

#include <hls_stream.h>

#include "hw/blk/axi4.h"
#include "hw/blk/backend.h"

namespace vireo {

// All bursts have one id, which makes AXI4 keep their order.
class CardMemoryRead {
 public:
  void Step(hls::stream<BackendRead>& read_in, hls::stream<Axi4Address>& ar_out,
            hls::stream<Axi4ReadBeat>& r_in, hls::stream<BlkLine>& line_out) {
#pragma HLS PIPELINE II = 1
    if (!read_in.empty() && !ar_out.full()) {
      const BackendRead read = read_in.read();
      Axi4Address burst;
      burst.id = 0;
      burst.address = read.address;
      burst.len = read.lines - 1;
      ar_out.write(burst);
    }
    if (!r_in.empty() && !line_out.full()) {
      const Axi4ReadBeat beat = r_in.read();
      BlkLine line;
      line.data = beat.data;
      line.error = beat.resp != 0;
      line_out.write(line);
    }
  }
};

class CardMemoryWrite {
 public:
  void Step(hls::stream<BackendWrite>& write_in, hls::stream<Axi4Address>& aw_out,
            hls::stream<Axi4WriteBeat>& w_out, hls::stream<Axi4WriteResponse>& b_in,
            hls::stream<BackendWritten>& written_out) {
#pragma HLS PIPELINE II = 1
    if (!write_in.empty() && !aw_out.full() && !w_out.full()) {
      const BackendWrite write = write_in.read();
      Axi4Address burst;
      burst.id = 0;
      burst.address = write.address;
      burst.len = write.lines - 1;
      if (write.first == 1) aw_out.write(burst);
      Axi4WriteBeat beat;
      beat.data = write.data;
      beat.strb = write.strobe;
      beat.last = write.last;
      w_out.write(beat);
    }
    if (!b_in.empty() && !written_out.full()) {
      const Axi4WriteResponse response = b_in.read();
      BackendWritten written;
      written.error = response.resp != 0;
      written_out.write(written);
    }
  }
};

}  // namespace vireo

#endif  // VIREO_HW_BLK_CARD_MEMORY_H_
