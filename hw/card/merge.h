// SPDX-License-Identifier: Apache-2.0
// Two streams into one, in turn, where they are no array.
#ifndef VIREO_HW_CARD_MERGE_H_
#define VIREO_HW_CARD_MERGE_H_

#include <hls_stream.h>

namespace vireo {

template <typename T>
class Merge {
 public:
  void Step(hls::stream<T>& first_in, hls::stream<T>& second_in, hls::stream<T>& out) {
#pragma HLS PIPELINE II = 1
    if (out.full()) return;
    if (!first_in.empty() && (prefers_first_ || second_in.empty())) {
      out.write(first_in.read());
      prefers_first_ = false;
    } else if (!second_in.empty()) {
      out.write(second_in.read());
      prefers_first_ = true;
    }
  }

 private:
  bool prefers_first_ = true;
};

}  // namespace vireo

#endif  // VIREO_HW_CARD_MERGE_H_
