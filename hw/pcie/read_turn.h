// SPDX-License-Identifier: Apache-2.0
// Brings together the two things that a piece waits for: its data, and its turn.
#ifndef VIREO_HW_PCIE_READ_TURN_H_
#define VIREO_HW_PCIE_READ_TURN_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/pcie/dma_token.h"

namespace vireo {

// For each tag there is one arrival and one turn, in any order; with the second of them the piece
// leaves. An arrival and a turn are taken in every clock. Each turns a bit over, and the piece
// leaves when they are equal again. The first kTags clocks after reset clear them; nothing is taken
// until then.
template <int kTags>
class ReadTurn {
 public:
  using Arrival = PieceArrival<kTags>;
  using Tag = ap_uint<BitsFor(kTags)>;

  void Step(hls::stream<Arrival>& read_in, hls::stream<Arrival>& empty_in,
            hls::stream<Tag>& first_in, hls::stream<Tag>& next_in,
            hls::stream<Arrival>& arrived_out, hls::stream<Arrival>& turned_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = arrived_ type = ram_1wnr impl = lutram
#pragma HLS BIND_STORAGE variable = turned_ type = ram_1wnr impl = lutram
#pragma HLS BIND_STORAGE variable = errors_ type = ram_2p impl = lutram
    if (cleared_[BitsFor(kTags)] == 0) {
      const Tag tag = cleared_;
      arrived_[tag] = 0;
      turned_[tag] = 0;
      cleared_ = cleared_ + 1;
      return;
    }

    if ((!read_in.empty() || !empty_in.empty()) && !arrived_out.full()) {
      Arrival arrival;
      const bool second = read_in.empty() || (prefer_arrival_ && !empty_in.empty());
      if (second) {
        arrival = empty_in.read();
      } else {
        arrival = read_in.read();
      }
      prefer_arrival_ = !second;
      const ap_uint<1> arrived = ~arrived_[arrival.tag];
      if (arrived == turned_[arrival.tag]) arrived_out.write(arrival);
      arrived_[arrival.tag] = arrived;
      errors_[arrival.tag] = arrival.error;
    }

    if ((!first_in.empty() || !next_in.empty()) && !turned_out.full()) {
      Tag tag;
      const bool second = first_in.empty() || (prefer_turn_ && !next_in.empty());
      if (second) {
        tag = next_in.read();
      } else {
        tag = first_in.read();
      }
      prefer_turn_ = !second;
      const ap_uint<1> turned = ~turned_[tag];
      Arrival leaver;
      leaver.tag = tag;
      leaver.error = errors_[tag];
      if (turned == arrived_[tag]) turned_out.write(leaver);
      turned_[tag] = turned;
    }
  }

 private:
  ap_uint<1> arrived_[kTags];
  ap_uint<1> turned_[kTags];
  ap_uint<1> errors_[kTags];  // of the arrival
  ap_uint<BitsFor(kTags) + 1> cleared_ = 0;
  bool prefer_arrival_ = false;  // the second stream of arrivals, if both have one
  bool prefer_turn_ = false;
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_READ_TURN_H_
