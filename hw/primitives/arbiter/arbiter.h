// SPDX-License-Identifier: Apache-2.0
// Merges streams into one, in turn.
#ifndef VIREO_HW_PRIMITIVES_ARBITER_ARBITER_H_
#define VIREO_HW_PRIMITIVES_ARBITER_ARBITER_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/primitives/arbiter/grant.h"
#include "hw/primitives/bits/bits.h"

namespace vireo {

// The inputs that have a token.
template <typename T, int kInputs>
ap_uint<kInputs> Requests(hls::stream<T> (&in)[kInputs]) {
  ap_uint<kInputs> requests = 0;
  for (int i = 0; i < kInputs; ++i) requests[i] = !in[i].empty();
  return requests;
}

// Reads the input that `grant` names, which is one that has a token, or none.
template <typename T, int kInputs>
T ReadGranted(hls::stream<T> (&in)[kInputs], const ap_uint<kInputs>& grant) {
  T tokens[kInputs] = {};
  for (int i = 0; i < kInputs; ++i) {
    if (grant[i]) tokens[i] = in[i].read();
  }
  return SelectOneHot<T, kInputs>(tokens, grant);
}

// Each input that has a token gets a turn before any gets its second one.
template <typename T, int kInputs, typename Turn = OneToken>
class RoundRobinArbiter {
 public:
  static_assert(kInputs >= 2 && kInputs <= 64, "an arbiter merges 2 to 64 inputs");

  void Step(hls::stream<T> (&in)[kInputs], hls::stream<T>& out) {
#pragma HLS PIPELINE II = 1
    if (out.full()) return;
    ap_uint<kInputs> requests = Requests<T, kInputs>(in);
    if constexpr (Turn::kLocks) requests = requests & allowed_;
    const ap_uint<kInputs> grant = RoundRobin<kInputs>(requests, preferred_);
    const T token = ReadGranted<T, kInputs>(in, grant);
    if (requests != 0) {
      out.write(token);
      preferred_ = BehindWinner<kInputs>(grant);
      if constexpr (Turn::kLocks) allowed_ = Turn::Ends(token) ? kAll() : grant;
    }
  }

 private:
  static ap_uint<kInputs> kAll() { return ~ap_uint<kInputs>(0); }

  ap_uint<kInputs> preferred_ = 0;     // inputs behind the one served last
  ap_uint<kInputs> allowed_ = kAll();  // all, or the one in the middle of its turn
};

}  // namespace vireo

#endif  // VIREO_HW_PRIMITIVES_ARBITER_ARBITER_H_
