// SPDX-License-Identifier: Apache-2.0
// Holds a frame until all of it is there and its verdict is known; then it leaves without a gap.
#ifndef VIREO_HW_NET_TRANSMIT_STORE_H_
#define VIREO_HW_NET_TRANSMIT_STORE_H_

#include <hls_stream.h>

#include "hw/net/token.h"
#include "hw/net/transmit_lines.h"
#include "hw/primitives/beat/beat.h"

namespace vireo {

// A ring of packed beats; a frame's beats are behind `committed_` once it is to be sent, and are
// overwritten if not. Ethernet MACs want all of a frame once they have its start.
template <int kBeats>
class TransmitStore {
 public:
  static_assert(IsPowerOfTwo(kBeats) && 64 * (kBeats - 1) >= kMaxFrame,
                "a power of two of beats that holds the longest frame");

  void Step(hls::stream<Beat>& beat_in, hls::stream<TransmitVerdict>& verdict_in,
            hls::stream<SentFrame>& frame_out, hls::stream<Beat>& beat_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = stored_ type = ram_2p impl = bram latency = 2
    const bool gives = oldest_ != committed_ && !beat_out.full();
    if (gives) {
      const Stored stored = stored_[At(oldest_)];
      Beat beat;
      beat.data = stored.data;
      beat.keep = LowOnes<64>(stored.bytes);
      beat.last = stored.last;
      beat_out.write(beat);
      oldest_ = oldest_ + 1;
    }

    const Position held = next_ - oldest_;
    const bool ends = held_.last == 1;
    const bool has_room = held[BitsFor(kBeats)] == 0;
    const bool takes =
        has_held_ && has_room && (!ends || (!verdict_in.empty() && !frame_out.full()));
    if (takes) {
      SentFrame frame;
      frame.destination = starts_ ? ap_uint<48>(held_.data.range(47, 0)) : destination_;
      destination_ = frame.destination;
      starts_ = ends;
      Stored stored;
      stored.data = held_.data;
      stored.bytes = CountOnes<64>(held_.keep);
      stored.last = held_.last;
      stored_[At(next_)] = stored;
      bool is_sent = false;
      if (ends && !verdict_in.empty() && !frame_out.full()) {
        const TransmitVerdict verdict = verdict_in.read();
        is_sent = verdict.is_sent == 1;
        frame.sender = verdict.function;
        if (is_sent) frame_out.write(frame);
      }
      const Position behind = next_ + 1;
      if (is_sent) committed_ = behind;
      next_ = ends && !is_sent ? committed_ : behind;
    }
    if ((!has_held_ || takes) && !beat_in.empty()) {
      held_ = beat_in.read();
      has_held_ = true;
    } else if (takes) {
      has_held_ = false;
    }
  }

 private:
  struct Stored {
    Line data;
    ap_uint<7> bytes;
    ap_uint<1> last;
  };
  using Position = ap_uint<BitsFor(kBeats) + 1>;  // modulo twice the ring
  static ap_uint<BitsFor(kBeats)> At(const Position& position) { return position; }

  Stored stored_[kBeats];
  Position oldest_ = 0;     // the beat that leaves next
  Position committed_ = 0;  // the end of what may leave
  Position next_ = 0;       // where the next beat goes
  Beat held_ = {};          // the next beat
  bool has_held_ = false;
  bool starts_ = true;           // it is a frame's first
  ap_uint<48> destination_ = 0;  // of the frame
};

}  // namespace vireo

#endif  // VIREO_HW_NET_TRANSMIT_STORE_H_
