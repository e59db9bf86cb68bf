// SPDX-License-Identifier: Apache-2.0
// The Internet checksum of each packet in a stream of beats. RFC 1071.
#ifndef VIREO_HW_PRIMITIVES_CHECKSUM_CHECKSUM_H_
#define VIREO_HW_PRIMITIVES_CHECKSUM_CHECKSUM_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/primitives/beat/beat.h"
#include "hw/primitives/checksum/ones_complement.h"

namespace vireo {

// One result a packet: the complement of the sum of the kept bytes, as the number whose high byte
// is the first on the wire. Each byte counts by its lane: an even lane is a word's first byte.
template <int kBytes>
class ChecksumOf {
 public:
  static_assert(kBytes >= 4 && kBytes <= 128, "a checksum takes beats of 4 to 128 bytes");

  void Step(hls::stream<BeatOf<kBytes>>& in, hls::stream<ap_uint<16>>& out) {
#pragma HLS PIPELINE II = 1
    if (in.empty() || out.full()) return;
    const BeatOf<kBytes> beat = in.read();
    const ap_uint<8 * kBytes> bytes = KeptBytes<kBytes>(beat.data, beat.keep);
    const ap_uint<16> words = Finish(SumOfWords<kBytes>(bytes));

    const PartialSum sum = AddPartial(sum_, words);
    sum_ = beat.last == 1 ? PartialSum(0) : sum;
    if (beat.last == 1) out.write(SwapBytes(~Finish(sum)));
  }

 private:
  PartialSum sum_ = 0;  // of the packet so far
};

using Checksum = ChecksumOf<64>;

}  // namespace vireo

#endif  // VIREO_HW_PRIMITIVES_CHECKSUM_CHECKSUM_H_
