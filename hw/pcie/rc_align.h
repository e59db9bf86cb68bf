// SPDX-License-Identifier: Apache-2.0
// Requester completions as they come from the PCIE4C block, turned to their places in memory.
// AMD PG213, "Requester Completion Interface Operation (512-bits)", without straddling.
#ifndef VIREO_HW_PCIE_RC_ALIGN_H_
#define VIREO_HW_PCIE_RC_ALIGN_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/pcie/dma_token.h"
#include "hw/pcie/pcie4c.h"
#include "hw/pcie/rotate_lanes.h"

namespace vireo {

// A beat in every clock. Refused reads come back as completions with an error, between the beats.
// A completion with a tag that the block does not know is dropped.
class RcAlign {
 public:
  void Step(hls::stream<pcie4c::RcBeat>& rc_in, hls::stream<RefusedRead>& refused_in,
            hls::stream<CompletionLine>& line_out) {
#pragma HLS PIPELINE II = 1
    if (line_out.full()) return;
    if (!refused_in.empty()) {
      CompletionLine line = {};
      line.tag = refused_in.read().tag;
      line.last = 1;
      line.error = 1;
      line_out.write(line);
      return;
    }
    if (rc_in.empty()) return;

    const pcie4c::RcBeat beat = rc_in.read();
    const auto descriptor = pcie4c::Unpack<pcie4c::RcDescriptor>(beat.data.range(95, 0));
    const bool first = !in_packet_;
    in_packet_ = beat.last == 0;

    Packet packet = packet_;
    if (first) {
      const ap_uint<4> start = descriptor.lower_address.range(5, 2);
      packet.tag = descriptor.tag;
      packet.turn = start - pcie4c::rc::kDescriptorDwords;
      packet.start = start;
      packet.line = descriptor.lower_address.range(8, 6);
      packet.completed = descriptor.request_completed;
      packet.error =
          descriptor.error_code != 0 || descriptor.status != 0 || descriptor.poisoned == 1;
      packet.is_known = descriptor.error_code != ap_uint<4>(int(pcie4c::ErrorCode::kInvalidTag));
    }
    const bool discontinued = pcie4c::Unpack<pcie4c::RcUser>(beat.user).discontinue == 1;
    packet.error |= discontinued;

    ap_uint<16> lanes;
    for (int i = 0; i < 16; ++i) lanes[i] = beat.keep[4 * i];
    if (first) lanes.range(pcie4c::rc::kDescriptorDwords - 1, 0) = 0;

    CompletionLine line;
    line.tag = packet.tag;
    line.line = packet.line;
    line.start = packet.start;
    line.lanes = RotateLanes<1>(lanes, packet.turn);
    line.data = RotateLanes<32>(beat.data, packet.turn);
    line.last = beat.last == 1 && packet.completed == 1;
    line.error = packet.error;
    if (packet.is_known) line_out.write(line);

    // The next beat goes on behind this one: in the same line if its descriptor took lanes away
    // from the front and the data did not reach the line's end.
    const ap_uint<1> wraps = first ? packet.start >= pcie4c::rc::kDescriptorDwords : true;
    packet.line = packet.line + wraps;
    packet.start = packet.turn;
    packet_ = packet;
  }

 private:
  struct Packet {
    PcieTag tag;
    ap_uint<4> turn;   // lane 0 of a beat goes to this lane
    ap_uint<4> start;  // lane of the beat's first DWord of data, where it goes
    ap_uint<3> line;   // of that DWord
    ap_uint<1> completed;
    ap_uint<1> error;
    bool is_known;
  };

  Packet packet_ = {};  // the one whose beats come
  bool in_packet_ = false;
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_RC_ALIGN_H_
