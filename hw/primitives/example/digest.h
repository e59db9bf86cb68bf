// SPDX-License-Identifier: Apache-2.0
// The small processes of the example network: fork, label, and route by label.
#ifndef VIREO_HW_PRIMITIVES_EXAMPLE_DIGEST_H_
#define VIREO_HW_PRIMITIVES_EXAMPLE_DIGEST_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/primitives/beat/beat.h"

namespace vireo {

// One of a packet's two digests.
struct Digest {
  ap_uint<1> is_crc;  // the CRC-32, otherwise the checksum in the low 16 bits
  ap_uint<32> value;
};

// Every token to both outputs at once.
template <typename T>
class Fork {
 public:
  void Step(hls::stream<T>& in, hls::stream<T>& left_out, hls::stream<T>& right_out) {
#pragma HLS PIPELINE II = 1
    if (in.empty() || left_out.full() || right_out.full()) return;
    const T token = in.read();
    left_out.write(token);
    right_out.write(token);
  }
};

// Says what a value is.
template <int kBits, bool kIsCrc>
class Label {
 public:
  void Step(hls::stream<ap_uint<kBits>>& in, hls::stream<Digest>& out) {
#pragma HLS PIPELINE II = 1
    if (in.empty() || out.full()) return;
    Digest digest;
    digest.is_crc = kIsCrc;
    digest.value = in.read();
    out.write(digest);
  }
};

// Sends each digest to the output of its kind. A packet's CRC frees one credit.
template <typename Credits>
class Route {
 public:
  void Step(hls::stream<Digest>& in, hls::stream<ap_uint<16>>& checksum_out,
            hls::stream<ap_uint<32>>& crc_out, hls::stream<Credits>& credit_out) {
#pragma HLS PIPELINE II = 1
    if (in.empty() || checksum_out.full() || crc_out.full() || credit_out.full()) return;
    const Digest digest = in.read();
    if (digest.is_crc == 1) {
      crc_out.write(digest.value);
      credit_out.write(1);
    } else {
      checksum_out.write(digest.value);
    }
  }
};

}  // namespace vireo

#endif  // VIREO_HW_PRIMITIVES_EXAMPLE_DIGEST_H_
