// SPDX-License-Identifier: Apache-2.0
// One's complement arithmetic on 16-bit words, as logic without ports. RFC 1071.
#ifndef VIREO_HW_PRIMITIVES_CHECKSUM_ONES_COMPLEMENT_H_
#define VIREO_HW_PRIMITIVES_CHECKSUM_ONES_COMPLEMENT_H_

#include <ap_int.h>

#include "hw/primitives/bits/bits.h"

namespace vireo {

// A sum whose last end-around carry (bit 16) has not been added in.
using PartialSum = ap_uint<17>;

// The carries above bit 15 added in at the bottom, once.
template <int kBits>
PartialSum FoldCarries(const ap_uint<kBits>& sum) {
  static_assert(kBits > 16 && kBits <= 32, "one fold adds in at most 16 carries");
  const ap_uint<16> low = sum.range(15, 0);
  const ap_uint<kBits - 16> carries = sum.range(kBits - 1, 16);
  return low + carries;
}

// The sum of a beat's little-endian words (RFC 1071, 2 (B): the byte order is free).
template <int kBytes>
PartialSum SumOfWords(const ap_uint<8 * kBytes>& data) {
  ap_uint<16> words[kBytes / 2];
  for (int i = 0; i < kBytes / 2; ++i) words[i] = data.range(16 * i + 15, 16 * i);
  const auto sum = SumOf<16, kBytes / 2>(words);
  return FoldCarries(sum);
}

// a + b: one 16-bit addition, with the carry of `a` going in and its own carry left over.
// `b` is folded, so that the result fits.
inline PartialSum AddPartial(const PartialSum& a, const ap_uint<16>& b) {
  const ap_uint<16> low = a.range(15, 0);
  const ap_uint<1> carry = a.range(16, 16);
  return low + b + carry;
}

// All carries added in. No sum of 16-bit words is 0x1FFFF, so no carry comes out again.
inline ap_uint<16> Finish(const PartialSum& sum) {
  const ap_uint<16> low = sum.range(15, 0);
  const ap_uint<1> carry = sum.range(16, 16);
  return low + carry;
}

inline ap_uint<16> SwapBytes(const ap_uint<16>& word) {
  const ap_uint<8> low = word.range(7, 0);
  const ap_uint<8> high = word.range(15, 8);
  return low.concat(high);
}

}  // namespace vireo

#endif  // VIREO_HW_PRIMITIVES_CHECKSUM_ONES_COMPLEMENT_H_
