// SPDX-License-Identifier: Apache-2.0
// From the disk to the guest: VIRTIO_BLK_T_IN and VIRTIO_BLK_T_GET_ID.
// VIRTIO 1.4, 5.2.6 "Device Operation".
#ifndef VIREO_HW_BLK_IN_H_
#define VIREO_HW_BLK_IN_H_

#include <hls_stream.h>

#include "hw/blk/align.h"
#include "hw/blk/backend.h"
#include "hw/blk/token.h"

namespace vireo {

// What a GET_ID is answered with: "vireo-blk-" and the function's number in hexadecimal.
inline Line NameLine(const FunctionIndex& function) {
  constexpr char kName[] = "vireo-blk-";
  constexpr int kLength = sizeof(kName) - 1;
  static_assert(kLength + 2 <= spec::VIRTIO_BLK_ID_BYTES);
  Line line = 0;
  for (int i = 0; i < kLength; ++i) line.range(8 * i + 7, 8 * i) = kName[i];
  const ap_uint<8> number = function;
  for (int i = 0; i < 2; ++i) {
    const ap_uint<4> digit = number.range(7 - 4 * i, 4 - 4 * i);
    const ap_uint<8> first = digit < 10 ? '0' : 'a' - 10;
    line.range(8 * (kLength + i) + 7, 8 * (kLength + i)) = first + digit;
  }
  return line;
}

inline BlkAlign AlignOf(const BlkMove& move) {
  BlkAlign align;
  align.slot = move.slot;
  align.owner = move.owner;
  align.is_id = move.is_id;
  align.last = move.last;
  align.guest = move.guest;
  align.card = move.card;
  align.from = move.card.range(5, 0);
  align.to = move.guest.range(5, 0);
  align.bytes = move.bytes;
  return align;
}

// Asks for the lines of each move.
class BlkInRead {
 public:
  void Step(hls::stream<BlkMove>& move_in, hls::stream<BackendRead>& read_out,
            hls::stream<BlkAlign>& move_out) {
#pragma HLS PIPELINE II = 1
    if (move_in.empty() || read_out.full() || move_out.full()) return;
    const BlkMove move = move_in.read();
    BackendRead read;
    read.address = LineAddress(move.card);
    read.lines = LinesOf(move.card, move.bytes);
    if (move.is_id == 0) read_out.write(read);

    move_out.write(AlignOf(move));
  }
};

// A line for guest memory; with its last line a move is done.
struct BlkPlaced {
  WriteLine line;
  BlkDone done;
};

// The lines of a write follow each other.
struct UntilPlaced {
  static constexpr bool kLocks = true;
  static bool Ends(const BlkPlaced& placed) { return placed.line.last == 1; }
};

// A line that could not be read is written as 0: nothing of the card's shows.
class BlkInPlace {
 public:
  void Step(hls::stream<BlkAlignStep>& step_in, hls::stream<BlkLine>& line_in,
            hls::stream<BlkPlaced>& line_out) {
#pragma HLS PIPELINE II = 1
    const BlkAlign& move = step_.move;
    const Bit has_room = !line_out.full();
    const Bit has_next = !line_in.empty();
    const Bit needs_line = step_.takes & ~move.is_id;
    const Bit works = has_step_ & has_room & (has_next | ~needs_line);
    BlkLine next;
    next.data = NameLine(move.owner.function);
    next.error = 0;
    if ((works & needs_line) == 1 && !line_in.empty()) next = line_in.read();
    const Line good = next.error == 1 ? Line(0) : next.data;

    const Bit error = error_ | (needs_line & next.error);
    BlkPlaced placed;
    placed.line.function = move.owner.function;
    placed.line.address = move.guest;
    placed.line.length = move.bytes;
    placed.line.data = AlignedLine(step_, held_, good);
    placed.line.last = step_.ends;
    placed.line.wants_ack = 0;
    placed.line.cookie = move.owner.queue;
    placed.done.slot = move.slot;
    placed.done.unread = 0;
    placed.done.failed = error;
    placed.done.last = move.last;
    if ((works & step_.gives) == 1 && !line_out.full()) line_out.write(placed);
    if ((works & step_.takes) == 1) held_ = good;
    if (works == 1) error_ = (step_.gives & step_.ends) == 1 ? Bit(0) : error;

    const Bit takes = ~has_step_ | works;
    if (takes == 1) has_step_ = !step_in.empty();
    if (takes == 1 && !step_in.empty()) step_ = step_in.read();
  }

 private:
  using Bit = ap_uint<1>;

  BlkAlignStep step_ = {};
  Bit has_step_ = 0;
  Line held_ = 0;
  Bit error_ = 0;  // in a line of the move
};

}  // namespace vireo

#endif  // VIREO_HW_BLK_IN_H_
