// SPDX-License-Identifier: Apache-2.0
// What is known of each tag in flight: noted as its piece goes out, looked up when its unit is
// delivered.
#ifndef VIREO_HW_PCIE_READ_TABLE_H_
#define VIREO_HW_PCIE_READ_TABLE_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/pcie/byte_enables.h"
#include "hw/pcie/dma_token.h"

namespace vireo {

// Pieces pass through here before anything can be asked or answered for them, so a tag's note is
// always there when its unit is ready. Of a unit, a piece leaves in every clock.
template <typename Context, int kFirstTag, int kTags>
class ReadTable {
 public:
  using Piece = ReadPiece<Context, kTags>;
  using Delivery = PieceDelivery<Context, kTags>;
  using Tag = typename Piece::Tag;

  void Step(hls::stream<Piece>& piece_in, hls::stream<ReadTlp>& tlp_out,
            hls::stream<PieceLink<kTags>>& link_out, hls::stream<PieceArrival<kTags>>& empty_out,
            hls::stream<ReadyUnit<kTags>>& ready_in, hls::stream<Delivery>& delivery_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = notes_ type = ram_2p impl = lutram
#pragma HLS BIND_STORAGE variable = behind_ type = ram_2p impl = lutram
#pragma HLS BIND_STORAGE variable = ends_unit_ type = ram_2p impl = lutram
    if (!delivery_out.full() && (in_unit_ || !ready_in.empty())) {
      Tag tag = next_;
      ap_uint<1> error = error_;
      if (!in_unit_) {
        const ReadyUnit<kTags> ready = ready_in.read();
        tag = ready.unit;
        error = ready.error;
      }
      const ap_uint<1> ends = ends_unit_[tag];
      next_ = behind_[tag];
      in_unit_ = ends == 0;
      error_ = error;

      const Note note = notes_[tag];
      Delivery delivery;
      delivery.tag = tag;
      delivery.function = note.function;
      delivery.offset = note.offset;
      delivery.bytes = note.bytes;
      delivery.last_of_request = note.last_of_request;
      delivery.last_of_unit = ends;
      delivery.error = error;
      delivery.context = note.context;
      delivery_out.write(delivery);
    }

    if (!piece_in.empty() && !tlp_out.full() && !link_out.full() && !empty_out.full()) {
      const Piece piece = piece_in.read();
      const ap_uint<9> offset = piece.address.range(8, 0);
      Note note;
      note.function = piece.function;
      note.offset = offset;
      note.bytes = piece.bytes;
      note.last_of_request = piece.last_of_request;
      note.context = piece.context;
      notes_[piece.tag] = note;
      ends_unit_[piece.tag] = piece.last_of_unit;
      behind_[piece.before] = piece.tag;  // not looked at behind a unit's last piece

      PieceLink<kTags> link;
      link.tag = piece.tag;
      link.unit = piece.unit;
      link.key = piece.key;
      link.last_of_unit = piece.last_of_unit;
      link.error = piece.error;
      link.tail = 0;
      link_out.write(link);

      if (piece.bytes == 0) {
        PieceArrival<kTags> arrival;
        arrival.tag = piece.tag;
        arrival.error = 0;
        empty_out.write(arrival);
      } else {
        const ByteSpan span = SpanOf(offset, piece.bytes);
        ReadTlp tlp;
        tlp.tag = piece.tag + kFirstTag;
        tlp.function = piece.function;
        tlp.address = piece.address.range(63, 2);
        tlp.dwords = span.dwords;
        tlp.first_be = span.first_be;
        tlp.last_be = span.last_be;
        tlp_out.write(tlp);
      }
    }
  }

 private:
  struct Note {
    FunctionIndex function;
    ap_uint<9> offset;
    ap_uint<10> bytes;
    ap_uint<1> last_of_request;
    Context context;
  };

  Note notes_[kTags];
  ap_uint<1> ends_unit_[kTags];
  Tag behind_[kTags];     // the unit's next piece
  Tag next_ = 0;          // the piece of the unit being delivered that is next
  bool in_unit_ = false;  // there is one
  ap_uint<1> error_ = 0;  // of the unit being delivered
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_READ_TABLE_H_
