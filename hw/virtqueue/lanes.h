// SPDX-License-Identifier: Apache-2.0
// Small values in lines that are aligned to memory.
#ifndef VIREO_HW_VIRTQUEUE_LANES_H_
#define VIREO_HW_VIRTQUEUE_LANES_H_

#include <ap_int.h>

#include "hw/pcie/token.h"

namespace vireo {

// log2 of a power of two.
inline ap_uint<4> LogSize(const ap_uint<16>& size) {
  ap_uint<4> log = 0;
  for (int bit = 1; bit < 16; ++bit) {
    if (size[bit] == 1) log = bit;
  }
  return log;
}

// The value at every place of a line where it may lie: whoever sends the line cuts out the bytes.
inline Line RepeatHalfwords(const ap_uint<16>& value) {
  Line line = 0;
  for (int i = 0; i < 32; ++i) line.range(16 * i + 15, 16 * i) = value;
  return line;
}

// Dword i moves to dword (i + distance) mod 16.
inline Line RotateDwordsUp(const Line& line, const ap_uint<4>& distance) {
  Line rotated = line;
  for (int level = 0; level < 4; ++level) {
    const int bits = 32 << level;
    const Line up = rotated << bits;
    const Line wrapped = rotated >> (512 - bits);
    if (distance[level] == 1) rotated = up | wrapped;
  }
  return rotated;
}

// The 16 bits at the even byte `offset` of a line.
inline ap_uint<16> HalfwordAt(const Line& line, const ap_uint<6>& offset) {
  const ap_uint<9> shift = ap_uint<9>(offset) << 3;
  return ap_uint<16>(line >> shift);
}

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_LANES_H_
