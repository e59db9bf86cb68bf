// SPDX-License-Identifier: Apache-2.0
// Reads off each frame's first line of which flow it is.
#ifndef VIREO_HW_NET_RECEIVE_PARSE_H_
#define VIREO_HW_NET_RECEIVE_PARSE_H_

#include <hls_stream.h>

#include "hw/net/flow.h"
#include "hw/net/token.h"

namespace vireo {

struct ParsedFrame {
  FunctionIndex function;
  NetBytes bytes;    // with the header
  ap_uint<16> hash;  // of its flow
};

// A frame comes before its lines, which go on as they are.
class ReceiveParse {
 public:
  void Step(hls::stream<AddressedFrame>& frame_in, hls::stream<FrameLine>& line_in,
            hls::stream<ParsedFrame>& frame_out, hls::stream<FrameLine>& line_out) {
#pragma HLS PIPELINE II = 1
    if (line_in.empty() || line_out.full() || frame_out.full()) return;
    if (starts_ && frame_in.empty()) return;
    const FrameLine line = line_in.read();
    line_out.write(line);
    if (starts_ && !frame_in.empty()) {
      const AddressedFrame addressed = frame_in.read();
      ParsedFrame frame;
      frame.function = addressed.function;
      frame.bytes = addressed.bytes + kNetHeader;
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
