// SPDX-License-Identifier: Apache-2.0
// Counts the pieces of read requests, and bounds those of a unit.
#ifndef VIREO_HW_PCIE_READ_MEASURE_H_
#define VIREO_HW_PCIE_READ_MEASURE_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/pcie/dma_token.h"

namespace vireo {

// A unit has up to kTags / 2 pieces. At the request that would lead beyond, it ends with an empty
// piece and an error, and the rest of its requests is read past.
template <typename Context, int kTags>
class ReadMeasure {
 public:
  static_assert(kTags >= 4 && kTags <= 256 && IsPowerOfTwo(kTags),
                "the tags of a reader are a power of two from 4 to 256");
  using Request = ReadRequest<Context>;
  using Measured = MeasuredRead<Context>;
  static constexpr int kMaxPieces = kTags / 2;

  void Step(hls::stream<Request>& request_in, hls::stream<Measured>& request_out) {
#pragma HLS PIPELINE II = 1
    if (request_in.empty() || request_out.full()) return;
    const Request request = request_in.read();
    const ap_uint<17> end = request.length + request.address.range(8, 0);
    const ap_uint<8> blocks = (end + kReadBlock - 1) >> 9;
    const ap_uint<8> pieces = request.length == 0 ? ap_uint<8>(1) : blocks;

    // A unit that goes on keeps a piece for its end.
    const ap_uint<8> room = request.last == 1 ? left_ : ap_uint<8>(left_ - 1);
    const bool too_long = pieces > room;
    Measured measured;
    measured.request = request;
    measured.pieces = pieces;
    measured.first = left_ == kMaxPieces;
    measured.error = too_long;
    if (too_long) {
      measured.request.length = 0;
      measured.request.last = 1;
      measured.pieces = 1;
    }
    if (!is_skipping_) request_out.write(measured);
    left_ = request.last == 1 || too_long ? ap_uint<8>(kMaxPieces) : ap_uint<8>(left_ - pieces);
    is_skipping_ = request.last == 0 && (too_long || is_skipping_);
  }

 private:
  ap_uint<8> left_ = kMaxPieces;  // pieces that the unit may still have
  bool is_skipping_ = false;      // up to the end of a unit that was too long
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_READ_MEASURE_H_
