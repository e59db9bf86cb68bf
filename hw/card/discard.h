// SPDX-License-Identifier: Apache-2.0
// Takes what nobody wants.
#ifndef VIREO_HW_CARD_DISCARD_H_
#define VIREO_HW_CARD_DISCARD_H_

#include <hls_stream.h>

namespace vireo {

template <typename T>
class Discard {
 public:
  void Step(hls::stream<T>& in) {
#pragma HLS PIPELINE II = 1
    if (!in.empty()) in.read();
  }
};

}  // namespace vireo

#endif  // VIREO_HW_CARD_DISCARD_H_
