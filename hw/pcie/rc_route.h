// SPDX-License-Identifier: Apache-2.0
// Completions to the reader whose tag they have.
#ifndef VIREO_HW_PCIE_RC_ROUTE_H_
#define VIREO_HW_PCIE_RC_ROUTE_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/pcie/dma_token.h"

namespace vireo {

// kFirstTags are the readers' first tags, ascending from 0; a reader has the tags up to the next.
template <int... kFirstTags>
class RcRoute {
 public:
  static constexpr int kReaders = sizeof...(kFirstTags);

  void Step(hls::stream<CompletionLine>& line_in,
            hls::stream<CompletionLine> (&line_out)[kReaders]) {
#pragma HLS PIPELINE II = 1
    ap_uint<kReaders> full = 0;
    for (int i = 0; i < kReaders; ++i) full[i] = line_out[i].full();
    if (line_in.empty() || full != 0) return;
    const CompletionLine line = line_in.read();
    constexpr int first_tags[] = {kFirstTags...};
    static_assert(first_tags[0] == 0, "the first reader's tags begin with 0");
    for (int i = 0; i < kReaders; ++i) {
      const bool from = line.tag >= first_tags[i];
      const bool to = i + 1 == kReaders || line.tag < first_tags[(i + 1) % kReaders];
      if (from && to) line_out[i].write(line);
    }
  }
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_RC_ROUTE_H_
