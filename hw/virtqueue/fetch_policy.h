// SPDX-License-Identifier: Apache-2.0
// When a queue's available ring is looked at, and how far: the state of each queue's fetch.
// VIRTIO 1.4, 2.7.6 "The Virtqueue Available Ring", 2.7.10 "Available Buffer Notification
// Suppression".
#ifndef VIREO_HW_VIRTQUEUE_FETCH_POLICY_H_
#define VIREO_HW_VIRTQUEUE_FETCH_POLICY_H_

#include <ap_int.h>

#include <cstdint>

#include "hw/virtqueue/token.h"

namespace vireo {

using RingIndex = ap_uint<16>;  // free running, as in the rings; modulo the size it is a place
using Credits = ap_uint<BitsFor(kTransmitWindow + 1)>;

enum class FetchEventKind : uint8_t {
  kSetup,   // the queue is live
  kNotify,  // the driver says that there is something to fetch
  kTurn,    // the queue's turn in the active list
  kIndex,   // the available index was read
  kLost,    // or could not be
  kCredit,  // chains were given back to the driver
  kGrant,   // places were lent for `value` chains, or with 0 one for the stop
  kEnded,   // nothing of the stopped queue is in flight
  kRewind,  // what was fetched from `value` on is not used
  kStop,
};

struct FetchEvent {
  QueueIndex key;
  FetchEventKind kind;
  ap_uint<16> value;   // kIndex: the index. kCredit, kGrant: chains. kRewind: a place in the ring
  Credits window;      // kSetup, and the next three
  ap_uint<1> borrows;  // the window is lent by FetchQuota
  ap_uint<4> log_size;
  ap_uint<1> event_idx;
};

enum class FetchAction : uint8_t {
  kNone,
  kList,  // append the queue to the active list
  kReadIndex,
  kReadRing,  // `count` entries from `position` on, and append the queue
  kArm,       // write `position` to avail_event, and append the queue when that is on its way
  kResume,    // mark that the next entries are behind a rewind, and append the queue
  kStop,      // mark the end
  kAsk,       // for places of `count` chains, or with 0 for one of the stop
  kReturn,    // `count` places
  kEnd,       // likewise, and the stop's
  kFault,
};

struct FetchResult {
  QueueIndex key;
  FetchAction action;
  ap_uint<1> is_turn;
  RingIndex position;
  Credits count;
};

// A queue is in the active list at most once. While it is busy, VIRTIO_F_EVENT_IDX keeps the driver
// from notifying; before it is left alone avail_event is written and the index read once more.
//
// A queue that borrows asks when it has no credit left, and before its stop, which goes through the
// device's engine as a chain does. What it has borrowed goes back as its chains are used, and all
// of the rest when it has ended: so nothing is lost with chains that end in a fault. What is lent
// to it after that goes back at once.
struct FetchPolicy {
  static constexpr int kEntries = kQueues;
  static constexpr int kEntriesOfLine = 32;  // of the available ring, in 64 bytes

  using Key = QueueIndex;
  using Event = FetchEvent;
  using Result = FetchResult;

  enum class Phase : uint8_t {
    kDead,
    kIdle,     // until a notification
    kListed,   // in the active list
    kReading,  // the available index
    kArming,   // notifications
    kWaiting,  // for chains to be given back, or to be lent
    kHalted,   // by a fault, until it is stopped
  };

  struct State {
    Phase phase;
    RingIndex next;   // the first entry that was not asked for
    RingIndex known;  // the available index when it was last read
    Credits credits;  // chains that may be fetched
    Credits lent;     // places that are to be returned
    ap_uint<4> log_size;
    ap_uint<1> event_idx;
    ap_uint<1> again;    // a notification came after the index was asked for
    ap_uint<1> armed;    // the index is read for the last time before the queue is left alone
    ap_uint<1> rewound;  // and no mark of it was sent
    ap_uint<1> stopping;
    ap_uint<1> borrows;
    ap_uint<1> asked;       // for places, and no answer came
    ap_uint<1> asked_stop;  // for a place of the stop
    ap_uint<1> may_stop;    // it was lent
  };

  static Result Apply(State& state, const Event& event) {
    Result result;
    result.key = event.key;
    result.action = FetchAction::kNone;
    result.is_turn = event.kind == FetchEventKind::kTurn;
    result.position = state.next;
    result.count = 0;
    switch (event.kind) {
      case FetchEventKind::kSetup: {
        const ap_uint<1> asked = state.asked;
        state = State{};
        state.asked = asked;
        state.credits = event.window;
        state.log_size = event.log_size;
        state.event_idx = event.event_idx;
        state.borrows = event.borrows;
        List(state, result);  // a notification may have come before
        break;
      }
      case FetchEventKind::kNotify:
        state.again = 1;
        if (state.phase == Phase::kIdle) List(state, result);
        break;
      case FetchEventKind::kTurn: TakeTurn(state, result); break;
      case FetchEventKind::kIndex: SeeIndex(state, event.value, result); break;
      case FetchEventKind::kLost:
        state.phase = Phase::kHalted;
        if (state.stopping == 1) List(state, result);
        break;
      case FetchEventKind::kCredit:
        if (state.borrows == 1) {
          Return(state, event.value, result);
        } else {
          state.credits = state.credits + event.value;
          if (state.phase == Phase::kWaiting) List(state, result);
        }
        break;
      case FetchEventKind::kGrant: BeLent(state, event.value, result); break;
      case FetchEventKind::kEnded:
        if (state.borrows == 1) {
          Return(state, state.lent, result);
          result.action = FetchAction::kEnd;
        }
        break;
      case FetchEventKind::kRewind:
        state.rewound = 1;
        state.credits = state.credits + (state.next - event.value);
        state.next = event.value;
        ListIfResting(state, result);
        break;
      case FetchEventKind::kStop:
        state.stopping = 1;
        ListIfResting(state, result);
        break;
    }
    return result;
  }

 private:
  static void List(State& state, Result& result) {
    state.phase = Phase::kListed;
    result.action = FetchAction::kList;
  }

  static void BeLent(State& state, Credits count, Result& result) {
    if (count == 0) {
      state.may_stop = 1;
    } else {
      state.asked = 0;
      state.lent = state.lent + count;
      state.credits = state.credits + count;
    }
    if (state.phase == Phase::kDead) {
      Return(state, count, result);
    } else if (state.phase == Phase::kWaiting) {
      List(state, result);
    }
  }

  static void Return(State& state, Credits count, Result& result) {
    state.lent = state.lent - count;
    result.action = FetchAction::kReturn;
    result.count = count;
  }

  static void ListIfResting(State& state, Result& result) {
    if (state.phase == Phase::kIdle || state.phase == Phase::kWaiting ||
        state.phase == Phase::kHalted) {
      List(state, result);
    }
  }

  static void TakeTurn(State& state, Result& result) {
    const RingIndex ahead = state.known - state.next;
    const bool is_dry = state.credits == 0;
    if (state.stopping == 1 && state.borrows == 1 && state.may_stop == 0) {
      state.phase = Phase::kWaiting;
      if (state.asked_stop == 0) result.action = FetchAction::kAsk;
      state.asked_stop = 1;
    } else if (state.stopping == 1) {
      state.phase = Phase::kDead;
      result.action = FetchAction::kStop;
    } else if (state.rewound == 1) {
      state.rewound = 0;
      result.action = FetchAction::kResume;
    } else if (ahead == 0) {
      state.armed = state.phase == Phase::kArming;
      state.phase = Phase::kReading;
      state.again = 0;
      result.action = FetchAction::kReadIndex;
    } else if (is_dry) {
      Wait(state, ahead < kEntriesOfLine ? Credits(ahead) : Credits(kEntriesOfLine), result);
    } else {
      const ap_uint<6> count = Count(state, ahead);
      state.next = state.next + count;
      state.credits = state.credits - count;
      result.action = FetchAction::kReadRing;
      result.count = count;
    }
  }

  static void Wait(State& state, Credits wanted, Result& result) {
    state.phase = Phase::kWaiting;
    if (state.borrows == 1 && state.asked == 0) {
      state.asked = 1;
      result.action = FetchAction::kAsk;
      result.count = wanted;
    }
  }

  // The entries to read: neither beyond a line of the ring nor beyond its end.
  static ap_uint<6> Count(const State& state, const RingIndex& ahead) {
    const ap_uint<6> line = state.log_size >= 5 ? ap_uint<6>(kEntriesOfLine)
                                                : ap_uint<6>(ap_uint<6>(1) << state.log_size);
    const ap_uint<6> place = state.next & (line - 1);
    ap_uint<6> count = line - place;
    if (state.credits < count) count = state.credits;
    if (ahead < count) count = ahead;
    return count;
  }

  static void SeeIndex(State& state, const RingIndex& index, Result& result) {
    const RingIndex ahead = index - state.next;
    const ap_uint<17> size = ap_uint<17>(1) << state.log_size;
    state.known = index;
    if (state.stopping == 1) {
      List(state, result);
    } else if (ahead > size) {
      state.phase = Phase::kHalted;
      result.action = FetchAction::kFault;
    } else if (ahead != 0 || state.again == 1) {
      List(state, result);
    } else if (state.event_idx == 1 && state.armed == 0) {
      state.phase = Phase::kArming;
      result.action = FetchAction::kArm;
    } else {
      state.phase = Phase::kIdle;
    }
  }
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_FETCH_POLICY_H_
