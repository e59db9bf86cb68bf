// SPDX-License-Identifier: Apache-2.0
// Who is next: round robin as logic without ports, and when a turn ends.
#ifndef VIREO_HW_PRIMITIVES_ARBITER_GRANT_H_
#define VIREO_HW_PRIMITIVES_ARBITER_GRANT_H_

#include <ap_int.h>

#include "hw/primitives/bits/bits.h"

namespace vireo {

// The inputs that have to let another one go first: one of `requests` before them in turn. The
// turn begins with the inputs of `preferred`, which are those from some input on, or none. Each
// input looks by itself: an OR of kInputs bits is all there is in a path.
template <int kInputs>
ap_uint<kInputs> HasOneBefore(const ap_uint<kInputs>& requests, const ap_uint<kInputs>& preferred) {
  ap_uint<kInputs> result = 0;
  for (int i = 0; i < kInputs; ++i) {
    const ap_uint<kInputs> below = (ap_uint<kInputs>(1) << i) - 1;
    const ap_uint<kInputs> before = preferred[i] ? preferred & below : preferred | below;
    const ap_uint<kInputs> others = requests & before;
    result[i] = others != 0;
  }
  return result;
}

// The winner's bit, or 0 without requests.
template <int kInputs>
ap_uint<kInputs> RoundRobin(const ap_uint<kInputs>& requests, const ap_uint<kInputs>& preferred) {
  return requests & ~HasOneBefore<kInputs>(requests, preferred);
}

// Who is preferred after `winner` had its turn: the inputs behind it.
template <int kInputs>
ap_uint<kInputs> BehindWinner(const ap_uint<kInputs>& winner) {
  const ap_uint<kInputs> from_winner = FromLowest<kInputs>(winner);
  return from_winner << 1;
}

// A turn is one token.
struct OneToken {
  static constexpr bool kLocks = false;
  template <typename T>
  static bool Ends(const T&) {
    return true;
  }
};

// A turn is one packet: tokens up to one with `last`.
struct UntilLast {
  static constexpr bool kLocks = true;
  template <typename T>
  static bool Ends(const T& token) {
    return token.last == 1;
  }
};

}  // namespace vireo

#endif  // VIREO_HW_PRIMITIVES_ARBITER_GRANT_H_
