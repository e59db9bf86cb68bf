// SPDX-License-Identifier: Apache-2.0
// One clock's share of a packet: bytes, which of them are there, and whether they are its last.
#ifndef VIREO_HW_PRIMITIVES_BEAT_BEAT_H_
#define VIREO_HW_PRIMITIVES_BEAT_BEAT_H_

#include <ap_int.h>

#include "hw/primitives/bits/bits.h"

namespace vireo {

// Byte 0 of the wire in data[7:0]. `keep` is one run of ones. Packed: the run starts at byte 0,
// and only a packet's last beat has fewer than kBytes.
template <int kBytes>
struct BeatOf {
  static_assert(kBytes >= 2 && IsPowerOfTwo(kBytes), "a beat's bytes are a power of two");
  ap_uint<8 * kBytes> data;
  ap_uint<kBytes> keep;
  ap_uint<1> last;
};

using Beat = BeatOf<64>;

// `data` with the bytes that `keep` leaves out made 0.
template <int kBytes>
ap_uint<8 * kBytes> KeptBytes(const ap_uint<8 * kBytes>& data, const ap_uint<kBytes>& keep) {
  return data & RepeatBits<kBytes, 8>(keep);
}

// Byte i moves to byte (i + distance) mod kBytes: one multiplexer level for each bit of `distance`.
template <int kBytes>
ap_uint<8 * kBytes> RotateBytesUp(const ap_uint<8 * kBytes>& data,
                                  const ap_uint<BitsFor(kBytes)>& distance) {
  ap_uint<8 * kBytes> rotated = data;
  for (int level = 0; level < BitsFor(kBytes); ++level) {
    const int bits = 8 << level;
    const ap_uint<8 * kBytes> up = rotated << bits;
    const ap_uint<8 * kBytes> wrapped = rotated >> (8 * kBytes - bits);
    const ap_uint<8 * kBytes> moved = up | wrapped;
    rotated = distance[level] ? moved : rotated;
  }
  return rotated;
}

}  // namespace vireo

#endif  // VIREO_HW_PRIMITIVES_BEAT_BEAT_H_
