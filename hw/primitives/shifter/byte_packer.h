// SPDX-License-Identifier: Apache-2.0
// Packs a packet's bytes together: beats with gaps go in, full beats come out.
#ifndef VIREO_HW_PRIMITIVES_SHIFTER_BYTE_PACKER_H_
#define VIREO_HW_PRIMITIVES_SHIFTER_BYTE_PACKER_H_

#include <ap_int.h>
#include <hls_stream.h>

#include <cassert>

#include "hw/primitives/beat/beat.h"
#include "hw/primitives/bits/bits.h"

namespace vireo {

// Takes a beat in every clock. `keep` is one run of ones anywhere in the beat, or 0.
//
// A beat leaves only when a byte beyond it has come, or `last`. So a packet of n beats gives none
// with its first beat and at most n in all, and one register (`after_`) is enough for the packets
// whose last beat gives two: it empties while the next packet's first beat comes in.
template <int kBytes>
class BytePacker {
 public:
  using Token = BeatOf<kBytes>;

  void Step(hls::stream<Token>& in, hls::stream<Token>& out) {
#pragma HLS PIPELINE II = 1
    if (out.full()) return;
    const bool arrives = !in.empty();
    Token beat = {};
    if (arrives) beat = in.read();

    // From here to `fill_` nothing depends on state.
    const ap_uint<kBytes> below_run = beat.keep << 1;
    const Offset offset = IndexOfOneHot<kBytes>(ap_uint<kBytes>(beat.keep & ~below_run));
    const Fill length = CountOnes<kBytes>(beat.keep);
    const Data bytes = KeptBytes<kBytes>(beat.data, beat.keep);

    // Where the bytes go: on top of the `fill` bytes that are held, the excess into the next beat.
    const Fill fill = fill_;
    const ap_uint<BitsFor(kBytes) + 2> total = fill + length;
    const bool overflows = total > kBytes;
    const Fill rest = overflows ? Fill(total - kBytes) : Fill(total);
    if (arrives) fill_ = beat.last == 1 ? Fill(0) : rest;

    const Offset distance = fill - offset;
    const Data rotated = RotateBytesUp<kBytes>(bytes, distance);
    const Data held_mask = RepeatBits<kBytes, 8>(LowOnes<kBytes>(fill));
    const Data wrapped = rotated & held_mask;
    const Data placed = rotated & ~held_mask;

    const Data merged = held_ | placed;
    const Data remaining = overflows ? wrapped : merged;
    if (arrives) held_ = beat.last == 1 ? Data(0) : remaining;

    Token full, end;
    full.data = merged;
    full.keep = ~ap_uint<kBytes>(0);
    full.last = 0;
    end.data = remaining;
    end.keep = LowOnes<kBytes>(rest);
    end.last = 1;

    const bool ends = arrives && beat.last == 1;
    const bool gives_full = arrives && overflows;
    assert(!(has_after_ && ends && gives_full) && "a packet gives no more beats than it has");
    const Token after = after_;
    if (has_after_) {
      out.write(after);
    } else if (gives_full) {
      out.write(full);
    } else if (ends) {
      out.write(end);
    }
    if (arrives) after_ = gives_full && !ends ? full : end;
    has_after_ = has_after_ ? (ends || gives_full) : (ends && gives_full);
  }

 private:
  using Data = ap_uint<8 * kBytes>;
  using Offset = ap_uint<BitsFor(kBytes)>;
  using Fill = ap_uint<BitsFor(kBytes + 1)>;

  Fill fill_ = 0;     // bytes held, up to a whole beat
  Data held_ = 0;     // the bytes; 0 beyond `fill_`
  Token after_ = {};  // the beat that leaves next, before any other
  bool has_after_ = false;
};

}  // namespace vireo

#endif  // VIREO_HW_PRIMITIVES_SHIFTER_BYTE_PACKER_H_
