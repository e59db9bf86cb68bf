// SPDX-License-Identifier: Apache-2.0
// Holds a frame until all of it is there; then it goes on with its length, or is dropped.
#ifndef VIREO_HW_NET_RECEIVE_STORE_H_
#define VIREO_HW_NET_RECEIVE_STORE_H_

#include <hls_stream.h>

#include "hw/net/mac.h"
#include "hw/net/token.h"

namespace vireo {

// A ring of beats; a frame's beats are behind `committed_` once it is whole and good, and are
// overwritten otherwise. Takes a beat in every clock, whatever the room for frames: neither the MAC
// nor what functions send waits. Only a drop that is not counted yet holds it up.
template <int kBeats, typename Origin>
class ReceiveStore {
 public:
  static_assert(IsPowerOfTwo(kBeats) && 64 * (kBeats - 3) >= kMaxFrame,
                "a power of two of beats that holds the longest frame");

  void Step(hls::stream<ArrivedBeat<Origin>>& beat_in, hls::stream<StoredFrame<Origin>>& frame_out,
            hls::stream<FrameLine>& line_out, hls::stream<NetEvent>& event_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = stored_ type = ram_2p impl = bram latency = 2
    if (oldest_ != committed_ && !line_out.full()) {
      line_out.write(stored_[At(oldest_)]);
      oldest_ = oldest_ + 1;
    }

    const bool is_full = is_full_;
    const Position held = next_ - oldest_;
    is_full_ = held >= kBeats - 2;
    if (beat_in.empty() || event_out.full()) return;
    const ArrivedBeat<Origin> beat = beat_in.read();
    const bool ends = beat.last == 1;
    const bool is_runt = starts_ && beat.bytes < kMinFrame;
    StoredFrame<Origin> frame;
    frame.origin = starts_ ? beat.origin : origin_;
    origin_ = frame.origin;
    starts_ = ends;

    const NetBytes length = length_ + beat.bytes;
    const bool is_long = is_long_ || length > kMaxFrame;
    length_ = ends ? NetBytes(0) : length;
    is_long_ = is_long && !ends;

    const bool overflows = overflows_ || is_full;
    overflows_ = overflows && !ends;
    const bool has_no_room = overflows || frame_out.full();
    if (!overflows) {
      FrameLine line;
      line.data = beat.data;
      line.last = beat.last;
      stored_[At(next_)] = line;
    }
    const bool is_good = beat.error == 0 && !is_runt && !is_long && !has_no_room;
    const Position behind = next_ + 1;
    if (ends) {
      if (is_good) committed_ = behind;
      next_ = is_good ? behind : committed_;
    } else if (!overflows) {
      next_ = behind;
    }

    NetEvent event = {};
    event.function = SenderOf(frame.origin);
    event.bytes = length;
    frame.bytes = length;
    if (beat.error == 1) {
      event.reason = spec::Reason::kDropFrameBad;
    } else if (is_runt) {
      event.reason = spec::Reason::kDropFrameTooShort;
    } else if (is_long) {
      event.reason = spec::Reason::kDropFrameTooLong;
    } else {
      event.reason = Origin::kNoRoom;
    }
    if (ends && is_good) frame_out.write(frame);
    if (ends && !is_good) event_out.write(event);
  }

 private:
  using Position = ap_uint<BitsFor(kBeats) + 1>;  // modulo twice the ring
  static ap_uint<BitsFor(kBeats)> At(const Position& position) { return position; }

  FrameLine stored_[kBeats];
  Position oldest_ = 0;     // the beat that leaves next
  Position committed_ = 0;  // the end of what may leave
  Position next_ = 0;       // where the next beat goes
  Origin origin_ = {};      // of the frame
  NetBytes length_ = 0;     // of the frame so far, unless is_long_
  bool starts_ = true;      // the next beat is a frame's first
  bool is_long_ = false;    // the frame is too long
  bool overflows_ = false;  // a beat of the frame found no room
  bool is_full_ = false;    // a clock ago there was room for less than three beats
};

}  // namespace vireo

#endif  // VIREO_HW_NET_RECEIVE_STORE_H_
