// SPDX-License-Identifier: Apache-2.0
// Gives every token to several readers.
#ifndef VIREO_HW_PRIMITIVES_FORK_FORK_H_
#define VIREO_HW_PRIMITIVES_FORK_FORK_H_

#include <hls_stream.h>

namespace vireo {

// A token moves when all outputs have room for it.
template <typename T, int kOutputs>
class Fork {
 public:
  static_assert(kOutputs >= 2, "a fork has two outputs or more");

  void Step(hls::stream<T>& in, hls::stream<T> (&out)[kOutputs]) {
#pragma HLS PIPELINE II = 1
    bool has_room = true;
    for (int i = 0; i < kOutputs; ++i) has_room = has_room && !out[i].full();
    if (!has_room || in.empty()) return;
    const T token = in.read();
    for (int i = 0; i < kOutputs; ++i) out[i].write(token);
  }
};

}  // namespace vireo

#endif  // VIREO_HW_PRIMITIVES_FORK_FORK_H_
