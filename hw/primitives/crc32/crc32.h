// SPDX-License-Identifier: Apache-2.0
// The CRC-32 (Ethernet's frame check sequence) of each packet in a stream of beats. IEEE
// 802.3, 3.2.9.
#ifndef VIREO_HW_PRIMITIVES_CRC32_CRC32_H_
#define VIREO_HW_PRIMITIVES_CRC32_CRC32_H_

#include <ap_int.h>
#include <hls_stream.h>

#include <cassert>

#include "hw/primitives/beat/beat.h"
#include "hw/primitives/bits/bits.h"
#include "hw/primitives/crc32/crc32_matrix.h"

namespace vireo {

// One result a packet, whose beats are packed. The bytes of a beat are moved up against its end,
// so that one matrix serves any length; the last beat's shorter advance is made after the loop.
template <int kBytes>
class Crc32Of {
 public:
  void Step(hls::stream<BeatOf<kBytes>>& in, hls::stream<Crc>& out) {
#pragma HLS PIPELINE II = 1
    if (in.empty() || out.full()) return;
    const BeatOf<kBytes> beat = in.read();
    const ap_uint<BitsFor(kBytes + 1)> length = CountOnes<kBytes>(beat.keep);
    assert((beat.last == 1 || length == kBytes) && "only a packet's last beat is shorter");
    const ap_uint<BitsFor(kBytes)> distance = kBytes - length;
    const ap_uint<8 * kBytes> bytes = KeptBytes<kBytes>(beat.data, beat.keep);
    const ap_uint<8 * kBytes> at_end = RotateBytesUp<kBytes>(bytes, distance);
    const Crc share = CrcShare<kBytes>(at_end);

    const Crc before = crc_;
    crc_ = beat.last == 1 ? kInitial() : Crc(CrcAdvance<kBytes>(before) ^ share);
    if (beat.last == 1) out.write(~(CrcAdvanceBy<kBytes>(before, length) ^ share));
  }

 private:
  static Crc kInitial() { return 0xFFFFFFFF; }

  Crc crc_ = kInitial();  // the register, before the final complement
};

using Crc32 = Crc32Of<64>;

}  // namespace vireo

#endif  // VIREO_HW_PRIMITIVES_CRC32_CRC32_H_
