// SPDX-License-Identifier: Apache-2.0
// Requester completions of the PCIE4C block to the readers that asked.
#ifndef VIREO_HW_PCIE_REQUESTER_IN_H_
#define VIREO_HW_PCIE_REQUESTER_IN_H_

#include <hls_stream.h>

#include "hw/pcie/dma_token.h"
#include "hw/pcie/rc_align.h"
#include "hw/pcie/rc_route.h"

namespace vireo {

// kFirstTags are the first tags of the readers, ascending from 0.
template <int... kFirstTags>
class RequesterIn {
 public:
  static constexpr int kReaders = sizeof...(kFirstTags);

  void Step(hls::stream<pcie4c::RcBeat>& rc_in, hls::stream<RefusedRead>& refused_in,
            hls::stream<CompletionLine> (&line_out)[kReaders]) {
#pragma HLS DATAFLOW
    align_.Step(rc_in, refused_in, aligned_);
    route_.Step(aligned_, line_out);
  }

 private:
  RcAlign align_;
  RcRoute<kFirstTags...> route_;
  hls::stream<CompletionLine, 2> aligned_;
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_REQUESTER_IN_H_
