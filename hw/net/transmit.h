// SPDX-License-Identifier: Apache-2.0
// The transmit half: chains of segments become whole frames and used buffers.
#ifndef VIREO_HW_NET_TRANSMIT_H_
#define VIREO_HW_NET_TRANSMIT_H_

#include <hls_stream.h>

#include "hw/net/token.h"
#include "hw/net/transmit_lines.h"
#include "hw/net/transmit_read.h"
#include "hw/net/transmit_store.h"
#include "hw/primitives/shifter/byte_packer.h"

namespace vireo {

// Holds up to 32 KiB of frames, so that one can leave while the next comes in.
class Transmit {
 public:
  void Step(hls::stream<NetSegment>& segment_in,
            hls::stream<ReadRequest<TransmitContext>>& read_out,
            hls::stream<ReadLine<TransmitContext>>& line_in, hls::stream<UsedBuffer>& used_out,
            hls::stream<QueueFaulted>& faulted_out, hls::stream<NetEvent>& event_out,
            hls::stream<SentFrame>& frame_out, hls::stream<Beat>& beat_out) {
#pragma HLS DATAFLOW
    read_.Step(segment_in, read_out);
    lines_.Step(line_in, gapped_, verdicts_, used_out, faulted_out, event_out);
    packer_.Step(gapped_, packed_);
    store_.Step(packed_, verdicts_, frame_out, beat_out);
  }

 private:
  TransmitRead read_;
  TransmitLines lines_;
  BytePacker<64> packer_;
  TransmitStore<512> store_;

  hls::stream<Beat, 2> gapped_, packed_;
  hls::stream<TransmitVerdict, 32> verdicts_;  // one for each frame on its way through the packer
};

}  // namespace vireo

#endif  // VIREO_HW_NET_TRANSMIT_H_
