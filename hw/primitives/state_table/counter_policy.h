// SPDX-License-Identifier: Apache-2.0
// A StateTable's policy of counters: add to one, or put a saved value back.
#ifndef VIREO_HW_PRIMITIVES_STATE_TABLE_COUNTER_POLICY_H_
#define VIREO_HW_PRIMITIVES_STATE_TABLE_COUNTER_POLICY_H_

#include <ap_int.h>

#include "hw/primitives/bits/bits.h"

namespace vireo {

template <int kTableEntries, int kCounterBits = 32>
struct CounterPolicy {
  static constexpr int kEntries = kTableEntries;

  using Key = ap_uint<BitsFor(kEntries)>;
  using Count = ap_uint<kCounterBits>;

  struct State {
    Count count;
  };

  struct Event {
    Key key;
    ap_uint<1> is_put;  // the value replaces the counter; otherwise it is added
    Count value;        // adding 0 reads the counter
  };

  // The counter before and after the event; it wraps.
  struct Result {
    Key key;
    Count before;
    Count after;
  };

  static Result Apply(State& state, const Event& event) {
    const Count before = state.count;
    const Count start = event.is_put == 1 ? Count(0) : before;
    state.count = start + event.value;
    Result result;
    result.key = event.key;
    result.before = before;
    result.after = state.count;
    return result;
  }
};

}  // namespace vireo

#endif  // VIREO_HW_PRIMITIVES_STATE_TABLE_COUNTER_POLICY_H_
