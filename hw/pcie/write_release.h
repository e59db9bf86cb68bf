// SPDX-License-Identifier: Apache-2.0
// Holds a write request until all of its lines are there.
#ifndef VIREO_HW_PCIE_WRITE_RELEASE_H_
#define VIREO_HW_PCIE_WRITE_RELEASE_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/pcie/dma_token.h"

namespace vireo {

// On RQ the lines of a request follow each other, so one that waited for its data there would hold
// up all that wants to go out: also the very reads that its data comes from.
class WriteRelease {
 public:
  void Step(hls::stream<RequestLine>& line_in, hls::stream<WholeWrite>& whole_in,
            hls::stream<RequestLine>& line_out) {
#pragma HLS PIPELINE II = 1
    if (line_in.empty() || line_out.full()) return;
    if (!in_request_ && whole_in.empty()) return;
    if (!in_request_) whole_in.read();
    const RequestLine line = line_in.read();
    line_out.write(line);
    in_request_ = line.last == 0;
  }

 private:
  bool in_request_ = false;
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_WRITE_RELEASE_H_
