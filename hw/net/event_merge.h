// SPDX-License-Identifier: Apache-2.0
// Merges what is to be counted, those first who cannot wait.
#ifndef VIREO_HW_NET_EVENT_MERGE_H_
#define VIREO_HW_NET_EVENT_MERGE_H_

#include <hls_stream.h>

#include "hw/net/token.h"

namespace vireo {

// A lower input goes before a higher one: input 0 belongs to the MAC, which does not wait.
template <int kInputs>
class EventMerge {
 public:
  void Step(hls::stream<NetEvent> (&in)[kInputs], hls::stream<NetEvent>& out) {
#pragma HLS PIPELINE II = 1
    if (out.full()) return;
    bool is_free = true;
    for (int i = 0; i < kInputs; ++i) {
      if (is_free && !in[i].empty()) {
        out.write(in[i].read());
        is_free = false;
      }
    }
  }
};

}  // namespace vireo

#endif  // VIREO_HW_NET_EVENT_MERGE_H_
