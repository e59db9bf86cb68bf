// SPDX-License-Identifier: Apache-2.0
// Turns a line, or a bit for each of its DWords, by DWords.
#ifndef VIREO_HW_PCIE_ROTATE_LANES_H_
#define VIREO_HW_PCIE_ROTATE_LANES_H_

#include <ap_int.h>

namespace vireo {

// Lane i of `x`, of kBits bits, goes to lane i + by, modulo 16. Two steps by up to three times
// their weight: a multiplexer of four inputs and two bits of choice is one LUT.
template <int kBits>
ap_uint<16 * kBits> RotateLanes(const ap_uint<16 * kBits>& x, const ap_uint<4>& by) {
  ap_uint<16 * kBits> y = x;
  for (int bit = 0; bit < 4; ++bit) {
    const int bits = kBits << bit;
    const ap_uint<16 * kBits> turned = (y << bits) | (y >> (16 * kBits - bits));
    y = by[bit] ? turned : y;
  }
  return y;
}

}  // namespace vireo

#endif  // VIREO_HW_PCIE_ROTATE_LANES_H_
