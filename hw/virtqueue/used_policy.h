// SPDX-License-Identifier: Apache-2.0
// Gathers used buffers by queue into lines of the used ring.
// VIRTIO 1.4, 2.7.8 "The Virtqueue Used Ring".
#ifndef VIREO_HW_VIRTQUEUE_USED_POLICY_H_
#define VIREO_HW_VIRTQUEUE_USED_POLICY_H_

#include <ap_int.h>

#include <cstdint>

#include "hw/virtqueue/fetch_policy.h"
#include "hw/virtqueue/token.h"

namespace vireo {

// virtq_used_elem, with an id as wide as descriptors are many.
struct UsedElement {
  ap_uint<16> id;
  ap_uint<32> length;
};

inline constexpr int kUsedRun = 4;   // buffers of one queue that are taken at once
inline constexpr int kUsedLine = 8;  // elements that are written at once: 64 bytes

enum class UsedEventKind : uint8_t {
  kSetup,
  kBuffers,
  kFlush,  // what has come has waited long enough
  kStop,
};

struct UsedEvent {
  QueueIndex key;
  UsedEventKind kind;
  ap_uint<4> log_size;                   // kSetup
  ap_uint<BitsFor(kUsedRun + 1)> count;  // kBuffers
  ap_uint<BitsFor(kUsedRun + 1)> whole;  // of which belong to frames that are complete
  UsedElement elements[kUsedRun];
};

struct UsedResult {
  QueueIndex key;
  ap_uint<1> is_stop;
  ap_uint<1> wants_timer;           // a kFlush has to follow
  ap_uint<1> publishes;             // the index moves, or is written once more before a stop
  RingIndex first;                  // elements to write: the first one's place,
  ap_uint<4> count;                 // how many,
  UsedElement elements[kUsedLine];  // and they, each at its place modulo kUsedLine
  RingIndex before;                 // the used index in memory
  RingIndex index;                  // the new one
};

// Elements are written when their line is full, or after a while; then the index follows, as far as
// the frames are complete.
struct UsedPolicy {
  static constexpr int kEntries = kQueues;

  using Key = QueueIndex;
  using Event = UsedEvent;
  using Result = UsedResult;

  struct State {
    ap_uint<4> log_size;
    ap_uint<1> has_timer;
    RingIndex next;       // where the next element goes
    RingIndex written;    // elements before this one are in memory
    RingIndex whole;      // elements before this one belong to complete frames
    RingIndex published;  // the used index in memory
    UsedElement elements[kUsedLine];
  };

  static Result Apply(State& state, const Event& event) {
    const RingIndex group = state.log_size >= 3 ? RingIndex(kUsedLine - 1)
                                                : RingIndex((RingIndex(1) << state.log_size) - 1);
    const bool takes = event.kind == UsedEventKind::kBuffers;
    const RingIndex next = takes ? RingIndex(state.next + event.count) : state.next;
    const RingIndex whole =
        takes && event.whole != 0 ? RingIndex(state.next + event.whole) : state.whole;
    // The end of the line that the elements not yet written lie in.
    const RingIndex line_end = (state.written | group) + 1;
    const RingIndex line_left = line_end - state.written;
    const RingIndex pending = next - state.written;
    const bool is_full = pending >= line_left;
    const bool flushes = is_full || (!takes && (pending != 0 || whole != state.published));
    const ap_uint<4> count = is_full ? ap_uint<4>(line_left) : ap_uint<4>(pending);
    const RingIndex written = flushes ? RingIndex(state.written + count) : state.written;
    const RingIndex reach = written - state.published;
    const RingIndex wanted = whole - state.published;
    const RingIndex index = wanted <= reach ? whole : state.published;

    Result result;
    result.key = event.key;
    result.is_stop = event.kind == UsedEventKind::kStop;
    result.first = state.written;
    result.count = flushes ? count : ap_uint<4>(0);
    result.before = state.published;
    result.index = index;
    result.publishes = (flushes && index != state.published) || result.is_stop == 1;

    // New elements stand from the place of `next` on; those that do not fit into the line that is
    // being written are the first of the one after it.
    UsedElement merged[kUsedLine], kept[kUsedLine];
    for (int lane = 0; lane < kUsedLine; ++lane) {
      const ap_uint<3> distance = ap_uint<3>(lane) - ap_uint<3>(state.next);
      const bool is_new = takes && distance < event.count;
      const UsedElement element = event.elements[ap_uint<2>(distance)];
      const ap_uint<3> above = ap_uint<3>(lane) - ap_uint<3>(state.written);
      const bool was_pending = above < ap_uint<3>(state.next - state.written);
      merged[lane] = is_new && !was_pending ? element : state.elements[lane];
      kept[lane] = is_new ? element : state.elements[lane];
    }
    for (int lane = 0; lane < kUsedLine; ++lane) {
      result.elements[lane] = merged[lane];
      state.elements[lane] = kept[lane];
    }

    const RingIndex published = result.publishes == 1 ? index : state.published;
    const bool is_left = next != written || published != whole;
    const bool had_timer = state.has_timer == 1 && event.kind != UsedEventKind::kFlush;
    result.wants_timer = is_left && !had_timer && result.is_stop == 0;
    state.has_timer = had_timer || result.wants_timer == 1;
    state.next = next;
    state.written = written;
    state.whole = whole;
    state.published = published;
    if (event.kind == UsedEventKind::kSetup) {
      const ap_uint<1> has_timer = state.has_timer;
      state = State{};
      state.has_timer = has_timer;
      state.log_size = event.log_size;
      result.count = 0;
      result.publishes = 0;
      result.wants_timer = 0;
    }
    return result;
  }
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_USED_POLICY_H_
