// SPDX-License-Identifier: Apache-2.0
// Sends a frame where its destination is: to the wire, to functions, or both.
#ifndef VIREO_HW_NET_SWITCH_SEND_H_
#define VIREO_HW_NET_SWITCH_SEND_H_

#include <hls_stream.h>

#include "hw/net/mac.h"
#include "hw/net/token.h"
#include "hw/primitives/beat/beat.h"

namespace vireo {

class SwitchSend {
 public:
  void Step(hls::stream<SentDirection>& direction_in, hls::stream<Beat>& beat_in,
            hls::stream<Beat>& wire_out, hls::stream<ArrivedBeat<Directed>>& function_out) {
#pragma HLS PIPELINE II = 1
    if (beat_in.empty() || wire_out.full() || function_out.full()) return;
    if (starts_ && direction_in.empty()) return;
    if (starts_ && !direction_in.empty()) direction_ = direction_in.read();
    const Beat beat = beat_in.read();
    starts_ = beat.last == 1;

    ArrivedBeat<Directed> arrived;
    arrived.data = beat.data;
    arrived.bytes = CountOnes<64>(beat.keep);
    arrived.last = beat.last;
    arrived.error = 0;
    arrived.origin = direction_.functions;
    if (direction_.to_wire == 1) wire_out.write(beat);
    if (direction_.functions.receivers != 0) function_out.write(arrived);
  }

 private:
  bool starts_ = true;  // the next beat is a frame's first
  SentDirection direction_ = {};
};

}  // namespace vireo

#endif  // VIREO_HW_NET_SWITCH_SEND_H_
