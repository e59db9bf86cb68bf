// SPDX-License-Identifier: Apache-2.0
// A queue between two processes: deep in LUTRAM, or two registers that cut a path.
#ifndef VIREO_HW_PRIMITIVES_FIFO_FIFO_H_
#define VIREO_HW_PRIMITIVES_FIFO_FIFO_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/primitives/bits/bits.h"

namespace vireo {

// kDepth tokens in LUTRAM, in order. Takes while it is not full and gives while it is not empty,
// both in one clock; a token is given no sooner than the clock after it was taken.
template <typename T, int kDepth>
class Fifo {
 public:
  static_assert(kDepth >= 2 && IsPowerOfTwo(kDepth), "a Fifo's depth is a power of two");

  void Step(hls::stream<T>& in, hls::stream<T>& out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = items_ type = ram_2p impl = lutram
    const bool give = count_ != 0 && !out.full();
    const bool take = count_ != kDepth && !in.empty();
    if (give) {
      out.write(items_[oldest_]);
      oldest_ = oldest_ + 1;
    }
    if (take) {
      items_[next_] = in.read();
      next_ = next_ + 1;
    }
    if (take && !give) count_ = count_ + 1;
    if (give && !take) count_ = count_ - 1;
  }

 private:
  T items_[kDepth];                         // ring of tokens
  ap_uint<BitsFor(kDepth)> oldest_ = 0;     // where the oldest token is
  ap_uint<BitsFor(kDepth)> next_ = 0;       // where the next one goes
  ap_uint<BitsFor(kDepth + 1)> count_ = 0;  // tokens held
};

// Two registers. Whether it takes depends on its own state alone, never on the room behind it,
// so chains of processes can be cut here without losing a clock.
template <typename T>
class SkidBuffer {
 public:
  void Step(hls::stream<T>& in, hls::stream<T>& out) {
#pragma HLS PIPELINE II = 1
    const bool take = !has_second_ && !in.empty();
    const bool give = has_first_ && !out.full();
    T token = second_;
    if (take) token = in.read();
    if (give) out.write(first_);

    const bool holds_first = has_first_ && !give;
    const bool arrives = has_second_ || take;
    if (!holds_first) first_ = token;
    if (!has_second_) second_ = token;
    has_second_ = holds_first && arrives;
    has_first_ = holds_first || arrives;
  }

 private:
  T first_ = {};   // the next token out
  T second_ = {};  // what came while first_ could not leave
  bool has_first_ = false;
  bool has_second_ = false;  // only together with has_first_
};

}  // namespace vireo

#endif  // VIREO_HW_PRIMITIVES_FIFO_FIFO_H_
