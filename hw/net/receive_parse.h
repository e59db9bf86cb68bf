// SPDX-License-Identifier: Apache-2.0
// Reads off each frame's first line where it is to go.
#ifndef VIREO_HW_NET_RECEIVE_PARSE_H_
#define VIREO_HW_NET_RECEIVE_PARSE_H_

#include <hls_stream.h>

#include "hw/net/flow.h"
#include "hw/net/token.h"

namespace vireo {

struct ParsedFrame {
  NetBytes bytes;  // with the header
  ap_uint<48> destination;
  ap_uint<16> hash;  // of its flow
};

// A frame's length comes before its lines, which go on as they are.
class ReceiveParse {
 public:
  void Step(hls::stream<NetBytes>& length_in, hls::stream<FrameLine>& line_in,
            hls::stream<ParsedFrame>& frame_out, hls::stream<FrameLine>& line_out) {
#pragma HLS PIPELINE II = 1
    if (line_in.empty() || line_out.full() || frame_out.full()) return;
    if (starts_ && length_in.empty()) return;
    const FrameLine line = line_in.read();
    line_out.write(line);
    if (starts_ && !length_in.empty()) {
      ParsedFrame frame;
      frame.bytes = length_in.read() + kNetHeader;
      frame.destination = BytesAt<0, 6>(line.data);
      frame.hash = FlowHash(TupleOf(line.data));
      frame_out.write(frame);
    }
    starts_ = line.last == 1;
  }

 private:
  bool starts_ = true;  // the next line is a frame's first
};

}  // namespace vireo

#endif  // VIREO_HW_NET_RECEIVE_PARSE_H_
