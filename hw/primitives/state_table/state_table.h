// SPDX-License-Identifier: Apache-2.0
// State in memory, one entry a key, read, modified and written by one event in every clock.
//
// A Policy says what an entry is and how an event changes it:
//   using State, Event (has `key`), Result; static constexpr int kEntries;
//   static Result Apply(State& state, const Event& event);
// An entry is State{} until its first event.
#ifndef VIREO_HW_PRIMITIVES_STATE_TABLE_STATE_TABLE_H_
#define VIREO_HW_PRIMITIVES_STATE_TABLE_STATE_TABLE_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/primitives/bits/bits.h"

namespace vireo {

// The keys written in the last kDistance - 1 clocks. An event for one of them has to wait.
template <int kKeyBits, int kDistance>
class Scoreboard {
 public:
  using Key = ap_uint<kKeyBits>;

  bool IsInFlight(const Key& key) const {
    ap_uint<kDistance - 1> hits = 0;
    for (int i = 0; i < kDistance - 1; ++i) hits[i] = is_used_[i] && key_[i] == key;
    return hits != 0;
  }

  // One clock on; `writes` if the entry of `key` is going to be written by what starts in it.
  void Advance(bool writes, const Key& key) {
    for (int i = kDistance - 2; i > 0; --i) {
      is_used_[i] = is_used_[i - 1];
      key_[i] = key_[i - 1];
    }
    is_used_[0] = writes;
    key_[0] = key;
  }

 private:
  bool is_used_[kDistance - 1] = {};
  Key key_[kDistance - 1] = {};
};

// In block RAM. Events of different keys follow each other in every clock; one for a key that
// had an event in the last kDistance - 1 clocks waits, and those behind it with it. Results leave
// in the order of events. The first kEntries clocks after reset clear the table. A longer Apply
// takes more stages and a larger kDistance.
template <typename Policy, int kDistance = 4>
class StateTable {
 public:
  using State = typename Policy::State;
  using Event = typename Policy::Event;
  using Result = typename Policy::Result;
  static constexpr int kEntries = Policy::kEntries;
  static_assert(kEntries >= 2 && IsPowerOfTwo(kEntries), "a table's entries are a power of two");

  void Step(hls::stream<Event>& in, hls::stream<Result>& out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = table_ type = ram_2p impl = bram latency = 2
#pragma HLS DEPENDENCE variable = table_ inter RAW distance = kDistance true
    if (out.full()) return;
    const bool is_clear = cleared_[BitsFor(kEntries)] == 1;
    const bool arrives = is_clear && !is_waiting_ && !in.empty();
    Event event = waiting_;
    if (arrives) event = in.read();
    const bool starts = (arrives || is_waiting_) && !scoreboard_.IsInFlight(event.key);
    is_waiting_ = (arrives || is_waiting_) && !starts;
    waiting_ = event;
    const Key key = is_clear ? Key(event.key) : Key(cleared_);
    scoreboard_.Advance(starts || !is_clear, key);

    State state = {};
    if (starts) {
      state = table_[key];
      out.write(Policy::Apply(state, event));
    }
    if (starts || !is_clear) table_[key] = state;
    if (!is_clear) cleared_ = cleared_ + 1;
  }

 private:
  using Key = ap_uint<BitsFor(kEntries)>;

  State table_[kEntries];
  ap_uint<BitsFor(kEntries + 1)> cleared_ = 0;  // entries cleared since reset
  Scoreboard<BitsFor(kEntries), kDistance> scoreboard_;
  Event waiting_ = {};  // the event whose key is in flight
  bool is_waiting_ = false;
};

// In LUTRAM, whose read takes no clock: for few entries and a short Apply, which has to fit in one
// clock with the memory. No event ever waits.
template <typename Policy>
class SmallStateTable {
 public:
  using State = typename Policy::State;
  using Event = typename Policy::Event;
  using Result = typename Policy::Result;
  static constexpr int kEntries = Policy::kEntries;
  static_assert(kEntries >= 2 && kEntries <= 64 && IsPowerOfTwo(kEntries),
                "a small table's entries are a power of two up to 64");

  void Step(hls::stream<Event>& in, hls::stream<Result>& out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = table_ type = ram_2p impl = lutram
    const bool is_clear = cleared_[BitsFor(kEntries)] == 1;
    const bool starts = is_clear && !in.empty() && !out.full();
    Key key = cleared_;
    State state = {};
    if (starts) {
      const Event event = in.read();
      key = event.key;
      state = table_[key];
      out.write(Policy::Apply(state, event));
    }
    if (starts || !is_clear) table_[key] = state;
    if (!is_clear) cleared_ = cleared_ + 1;
  }

 private:
  using Key = ap_uint<BitsFor(kEntries)>;

  State table_[kEntries];
  ap_uint<BitsFor(kEntries + 1)> cleared_ = 0;  // entries cleared since reset
};

}  // namespace vireo

#endif  // VIREO_HW_PRIMITIVES_STATE_TABLE_STATE_TABLE_H_
