// SPDX-License-Identifier: Apache-2.0
// Between the engine's beats and the AXI4-Streams of the Ethernet MAC.
#ifndef VIREO_HW_NET_MAC_H_
#define VIREO_HW_NET_MAC_H_

#include <hls_stream.h>

#include "hw/net/token.h"
#include "hw/primitives/beat/beat.h"

namespace vireo {

// To the MAC: a frame shorter than Ethernet allows is padded with zeros. Bytes that a beat does not
// keep are 0 already.
class TransmitMac {
 public:
  void Step(hls::stream<Beat>& beat_in, hls::stream<MacBeat>& mac_out) {
#pragma HLS PIPELINE II = 1
    if (beat_in.empty() || mac_out.full()) return;
    const Beat beat = beat_in.read();
    const ap_uint<64> shortest = LowOnes<64>(kShortestOnWire);
    MacBeat out;
    out.data = beat.data;
    out.keep = starts_ ? ap_uint<64>(beat.keep | shortest) : beat.keep;
    out.strb = out.keep;
    out.user = 0;
    out.last = beat.last;
    starts_ = beat.last == 1;
    mac_out.write(out);
  }

 private:
  bool starts_ = true;  // the next beat is a frame's first
};

// A beat of a frame that is to be received.
template <typename Origin>
struct ArrivedBeat {
  Line data;         // 0 beyond `bytes`
  ap_uint<7> bytes;  // 64 in all but the frame's last beat
  ap_uint<1> last;
  ap_uint<1> error;  // with `last`: the frame is bad
  Origin origin;     // in the frame's first beat
};

class ReceiveMac {
 public:
  void Step(hls::stream<MacBeat>& mac_in, hls::stream<ArrivedBeat<Undirected>>& beat_out) {
#pragma HLS PIPELINE II = 1
    if (mac_in.empty() || beat_out.full()) return;
    const MacBeat in = mac_in.read();
    ArrivedBeat<Undirected> beat;
    beat.data = KeptBytes<64>(in.data, in.keep);
    beat.bytes = CountOnes<64>(in.keep);
    beat.last = in.last;
    beat.error = in.user;
    beat.origin.destination = in.data.range(47, 0);
    beat_out.write(beat);
  }
};

}  // namespace vireo

#endif  // VIREO_HW_NET_MAC_H_
