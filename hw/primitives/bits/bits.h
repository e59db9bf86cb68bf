// SPDX-License-Identifier: Apache-2.0
// Widths of indexes, and logic over bits and arrays that is a tree, not a chain.
//
// Every tree halves by template recursion, so its depth is logarithmic whatever unrolls it.
#ifndef VIREO_HW_PRIMITIVES_BITS_BITS_H_
#define VIREO_HW_PRIMITIVES_BITS_BITS_H_

#include <ap_int.h>

namespace vireo {

// Bits that tell `values` different values apart: 1 for 1 or 2 values, 3 for 5 to 8.
constexpr int BitsFor(long long values) {
  int bits = 1;
  while ((1LL << bits) < values) ++bits;
  return bits;
}

constexpr bool IsPowerOfTwo(long long value) { return value > 0 && (value & (value - 1)) == 0; }

// How many bits are set.
template <int kBits>
ap_uint<BitsFor(kBits + 1)> CountOnes(const ap_uint<kBits>& x) {
  if constexpr (kBits == 1) {
    return x;
  } else {
    constexpr int kLow = (kBits + 1) / 2;
    const ap_uint<kLow> low = x.range(kLow - 1, 0);
    const ap_uint<kBits - kLow> high = x.range(kBits - 1, kLow);
    return CountOnes<kLow>(low) + CountOnes<kBits - kLow>(high);
  }
}

// The lowest set bit and all bits above it; 0 if none is set. The top bit says whether any is.
template <int kBits>
ap_uint<kBits> FromLowest(const ap_uint<kBits>& x) {
  ap_uint<kBits> y = x;
  for (int level = 0; level < BitsFor(kBits); ++level) {
    const ap_uint<kBits> shifted = y << (1 << level);
    y = y | shifted;
  }
  return y;
}

// The lowest `count` bits set; `count` may be kBits.
template <int kBits>
ap_uint<kBits> LowOnes(const ap_uint<BitsFor(kBits + 1)>& count) {
  const ap_uint<kBits + 1> ones = ~ap_uint<kBits + 1>(0);
  const ap_uint<kBits + 1> above = ones << count;
  return ~above;
}

// The index of the only set bit; 0 if none is set.
template <int kBits>
ap_uint<BitsFor(kBits)> IndexOfOneHot(const ap_uint<kBits>& x) {
  if constexpr (kBits == 1) {
    return 0;
  } else if constexpr (kBits == 2) {
    return x.range(1, 1);
  } else {
    constexpr int kLow = 1 << (BitsFor(kBits) - 1);
    const ap_uint<kLow> low = x.range(kLow - 1, 0);
    const ap_uint<kLow> high = x.range(kBits - 1, kLow);
    const ap_uint<kLow> folded = low | high;
    ap_uint<BitsFor(kBits)> index = IndexOfOneHot<kLow>(folded);
    index[BitsFor(kBits) - 1] = high != 0;
    return index;
  }
}

// Each of the kUnits bits of `x` repeated kTimes, unit 0 lowest.
template <int kUnits, int kTimes>
ap_uint<kUnits * kTimes> RepeatBits(const ap_uint<kUnits>& x) {
  if constexpr (kUnits == 1) {
    const ap_uint<kTimes> ones = ~ap_uint<kTimes>(0);
    return x == 1 ? ones : ap_uint<kTimes>(0);
  } else {
    constexpr int kLow = kUnits / 2;
    const ap_uint<kLow> low = x.range(kLow - 1, 0);
    const ap_uint<kUnits - kLow> high = x.range(kUnits - 1, kLow);
    const ap_uint<kLow * kTimes> low_bits = RepeatBits<kLow, kTimes>(low);
    const ap_uint<(kUnits - kLow) * kTimes> high_bits = RepeatBits<kUnits - kLow, kTimes>(high);
    return high_bits.concat(low_bits);
  }
}

// The item whose bit of `select` is set; at most one is. Some item if none is.
template <typename T, int kItems>
T SelectOneHot(const T (&items)[kItems], const ap_uint<kItems>& select) {
  if constexpr (kItems == 1) {
    return items[0];
  } else {
    constexpr int kPairs = (kItems + 1) / 2;
    T winners[kPairs];
    ap_uint<kPairs> any = 0;
    for (int i = 0; i < kPairs; ++i) {
      const bool odd = 2 * i + 1 < kItems && select[(2 * i + 1) % kItems];
      winners[i] = odd ? items[(2 * i + 1) % kItems] : items[2 * i];
      any[i] = odd || select[2 * i];
    }
    return SelectOneHot<T, kPairs>(winners, any);
  }
}

// The sum of kItems numbers of kBits bits, wide enough for any.
template <int kBits, int kItems>
auto SumOf(const ap_uint<kBits> (&items)[kItems]) {
  if constexpr (kItems == 1) {
    return items[0];
  } else {
    constexpr int kPairs = (kItems + 1) / 2;
    ap_uint<kBits + 1> sums[kPairs];
    for (int i = 0; i < kPairs; ++i) {
      sums[i] = items[2 * i];
      if (2 * i + 1 < kItems) sums[i] += items[(2 * i + 1) % kItems];
    }
    return SumOf<kBits + 1, kPairs>(sums);
  }
}

}  // namespace vireo

#endif  // VIREO_HW_PRIMITIVES_BITS_BITS_H_
