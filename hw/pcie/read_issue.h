// SPDX-License-Identifier: Apache-2.0
// Cuts read requests into pieces, each with a tag of its own.
#ifndef VIREO_HW_PCIE_READ_ISSUE_H_
#define VIREO_HW_PCIE_READ_ISSUE_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/pcie/dma_token.h"

namespace vireo {

// A piece in every clock, while there are tags.
template <typename Context, int kTags>
class ReadIssue {
 public:
  using Request = MeasuredRead<Context>;
  using Piece = ReadPiece<Context, kTags>;
  using Tag = typename Piece::Tag;

  void Step(hls::stream<Request>& request_in, hls::stream<Tag>& free_in,
            hls::stream<Piece>& piece_out) {
#pragma HLS PIPELINE II = 1
    const bool has_fresh = fresh_[BitsFor(kTags)] == 0;
    if (piece_out.full() || (!has_rest_ && request_in.empty())) return;
    if (!has_fresh && free_in.empty()) return;

    Request request = rest_;
    if (!has_rest_) request = request_in.read();
    Tag tag = fresh_;
    if (!has_fresh) tag = free_in.read();

    const ap_uint<9> offset = request.request.address.range(8, 0);
    const ap_uint<17> end = request.request.length + offset;
    const bool more = end > kReadBlock;
    Piece piece;
    piece.tag = tag;
    piece.unit = in_unit_ ? unit_ : tag;
    piece.before = before_;
    piece.key = request.request.key;
    piece.function = request.request.function;
    piece.address = request.request.address;
    piece.bytes = more ? ap_uint<17>(kReadBlock - offset) : ap_uint<17>(request.request.length);
    piece.last_of_request = !more;
    piece.last_of_unit = !more && request.request.last == 1;
    piece.error = request.error;
    piece.context = request.request.context;
    piece_out.write(piece);

    if (has_fresh) fresh_ = fresh_ + 1;
    unit_ = piece.unit;
    before_ = tag;
    in_unit_ = piece.last_of_unit == 0;
    has_rest_ = more;
    rest_ = request;
    rest_.request.address.range(63, 9) = request.request.address.range(63, 9) + 1;
    rest_.request.address.range(8, 0) = 0;
    rest_.request.length = end - kReadBlock;
  }

 private:
  Request rest_;  // what is left of the request that is being cut
  bool has_rest_ = false;
  ap_uint<BitsFor(kTags) + 1> fresh_ = 0;  // tags handed out for the first time
  Tag unit_ = 0;                           // of the unit that goes on
  Tag before_ = 0;
  bool in_unit_ = false;
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_READ_ISSUE_H_
