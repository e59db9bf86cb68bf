// SPDX-License-Identifier: Apache-2.0
// Merges what is to be counted, those first who cannot wait.
#ifndef VIREO_HW_NET_EVENT_MERGE_H_
#define VIREO_HW_NET_EVENT_MERGE_H_

#include <hls_stream.h>

#include "hw/net/token.h"
#include "hw/primitives/arbiter/arbiter.h"
#include "hw/primitives/arbiter/grant.h"

namespace vireo {

// Input 0 belongs to the MAC, which does not wait: it has three turns of four, more than a link has
// frames, and the others, who deliver frames, go on in a storm of drops. They take turns.
template <int kInputs>
class EventMerge {
 public:
  void Step(hls::stream<NetEvent> (&in)[kInputs], hls::stream<NetEvent>& out) {
#pragma HLS PIPELINE II = 1
    if (out.full()) return;
    const Mask requests = Requests<NetEvent, kInputs>(in);
    const Mask others = requests & ~Mask(1);
    const bool is_mac = requests[0] == 1 && (turns_ != kTurns || others == 0);
    const Mask grant = is_mac ? Mask(1) : RoundRobin<kInputs>(others, preferred_);
    if (requests == 0) return;
    out.write(ReadGranted<NetEvent, kInputs>(in, grant));
    if (!is_mac) {
      preferred_ = BehindWinner<kInputs>(grant);
      turns_ = 0;
    } else if (turns_ != kTurns) {
      turns_ = turns_ + 1;
    }
  }

 private:
  using Mask = ap_uint<kInputs>;
  static constexpr int kTurns = 3;  // of the MAC, before one of the others

  Mask preferred_ = 0;    // inputs behind the one served last
  ap_uint<2> turns_ = 0;  // of the MAC since then
};

}  // namespace vireo

#endif  // VIREO_HW_NET_EVENT_MERGE_H_
