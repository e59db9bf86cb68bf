// SPDX-License-Identifier: Apache-2.0
// Decides which frame goes to which function next, and copies frames to groups one by one.
#ifndef VIREO_HW_NET_SWITCH_ORDER_H_
#define VIREO_HW_NET_SWITCH_ORDER_H_

#include <hls_stream.h>

#include "hw/net/token.h"
#include "hw/primitives/bits/bits.h"

namespace vireo {

inline constexpr int kGroups = 8;        // frames to several functions that are copied at once
inline constexpr int kGroupLines = 512;  // 32 KiB of them
static_assert(IsPowerOfTwo(kGroupLines) && 64 * kGroupLines >= kMaxFrame,
              "a power of two of lines that holds the longest frame");

using GroupPosition = ap_uint<BitsFor(kGroupLines)>;
using LineCount = ap_uint<BitsFor(kMaxFrame / 64 + 2)>;

enum class SwitchAction : uint8_t {
  kPass,  // to its only receiver
  kKeep,  // to be copied later
  kDiscard,
  kCopy,  // of a kept frame, to one receiver
};

// What is to be done with the next frame of the wire or of functions, or with a kept one.
struct SwitchPlan {
  SwitchAction action;
  ap_uint<1> from_function;
  FunctionSet receiver;  // one bit
  NetBytes bytes;
  LineCount lines;
  GroupPosition at;  // of the first line that is kept
};

// Frames of the wire, frames of functions and copies take turns. A frame to several functions is
// kept, and copied to one of its receivers in each turn, so nobody behind it waits for all of them.
// A frame goes to its receiver only behind the copies for this one that were kept before, which are
// made then: each pair of sender and receiver keeps its order. A frame to several functions that
// finds no room is dropped.
//
// A decision takes two clocks, and one more for a copy: which kept frames have a copy for the
// receiver; which is the oldest of them; who gets it.
class SwitchOrder {
 public:
  void Step(hls::stream<StoredFrame<Directed>>& wire_in,
            hls::stream<StoredFrame<Directed>>& function_in, hls::stream<SwitchPlan>& plan_out,
            hls::stream<NetEvent>& event_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS ARRAY_PARTITION variable = groups_ complete
    const Bit has_room = !plan_out.full() && !event_out.full();
    const Bit has_hits = hits_ != 0;
    const Bit acts = is_acting_ & has_room;
    const Bit copies = is_copying_ & has_room;
    const Bit ends_frame = acts & ~has_hits & ~was_copy_;
    const Bit keeps = ends_frame & frame_.origin.has_several & fits_;
    const Bit discards = ends_frame & frame_.origin.has_several & ~fits_;
    const Bit repeats = copies & ~was_copy_;
    const Bit selects = acts & has_hits;
    const Bit is_idle = ~(is_checking_ | is_acting_ | is_copying_);
    const Bit takes = is_idle | (acts & ~has_hits) | (copies & was_copy_);

    // Whose turn is next.
    const Bit has_wire = !wire_in.empty();
    const Bit has_function = !function_in.empty();
    const Bit has_group = ~end_[0];
    const Bit picks_wire =
        has_wire & (was_copy_ | (was_function_ & ~has_group) | ~(has_function | has_group));
    const Bit picks_function =
        has_function & ~picks_wire & (was_wire_ | ~has_group | (was_copy_ & ~has_wire));
    const Bit picks_copy = has_group & ~picks_wire & ~picks_function;
    const Bit begins = takes & (picks_wire | picks_function | picks_copy);

    // A kept frame goes when all its copies are made. Otherwise: which have one for the receivers?
    const Bit has_several = frame_.origin.has_several;
    const Bit releases = is_checking_ & is_oldest_done_;
    const Bit checks = is_checking_ & ~releases;
    is_oldest_done_ = ~releases & has_group & Bit(groups_[0].receivers == 0);
    const FunctionSet all = ~FunctionSet(0);
    const FunctionSet receiver = has_several == 1 ? FunctionSet(0) : frame_.origin.receivers;
    const FunctionSet receivers = was_copy_ == 1 ? all : receiver;
    ap_uint<kGroups> hits;
    FunctionSet wanted[kGroups];
    for (int i = 0; i < kGroups; ++i) {
      wanted[i] = groups_[i].receivers & receivers;
      hits[i] = wanted[i] != 0;
    }
    const ap_uint<kGroups> from_oldest = FromLowest<kGroups>(hits_);
    const ap_uint<kGroups> oldest = from_oldest & ~(from_oldest << 1);

    // The next plan.
    const FunctionSet lowest = candidates_ & (0 - candidates_);
    const Group copied = SelectOneHot<Group, kGroups>(groups_, copied_);
    SwitchPlan plan;
    plan.action = SwitchAction::kPass;
    if (has_several == 1) plan.action = fits_ == 1 ? SwitchAction::kKeep : SwitchAction::kDiscard;
    if (copies == 1) plan.action = SwitchAction::kCopy;
    plan.from_function = was_function_;
    plan.receiver = copies == 1 ? lowest : frame_.origin.receivers;
    plan.bytes = copies == 1 ? copied.bytes : frame_.bytes;
    plan.lines = copies == 1 ? copied.lines : lines_;
    plan.at = copies == 1 ? copied.at : next_;
    if ((ends_frame | copies) == 1 && !plan_out.full()) plan_out.write(plan);
    NetEvent event = {};
    event.reason = spec::Reason::kDropGroupFull;
    event.function = frame_.origin.sender;
    event.bytes = frame_.bytes;
    if (discards == 1 && !event_out.full()) event_out.write(event);

    // The kept frames, oldest first.
    Group kept;
    kept.receivers = frame_.origin.receivers;
    kept.bytes = frame_.bytes;
    kept.lines = lines_;
    kept.at = next_;
    if (releases == 1) {
      free_ = free_ + groups_[0].lines;
      for (int i = 0; i + 1 < kGroups; ++i) groups_[i] = groups_[i + 1];
      groups_[kGroups - 1].receivers = 0;
      end_ = end_ >> 1;
    } else if (keeps == 1) {
      free_ = free_ - lines_;
      next_ = next_ + lines_;
      for (int i = 0; i < kGroups; ++i) {
        if (end_[i] == 1) groups_[i] = kept;
      }
      end_ = end_ << 1;
    }
    for (int i = 0; i < kGroups; ++i) {
      if ((copies & copied_[i]) == 1) groups_[i].receivers = groups_[i].receivers & ~lowest;
    }
    if (is_checking_ == 1) {
      const LineCount lines = (frame_.bytes + 63) >> 6;
      lines_ = lines;
      hits_ = hits;
      fits_ = ~end_[kGroups] & Bit(free_ >= lines);
    }
    if (selects == 1) {
      copied_ = oldest;
      candidates_ = SelectOneHot<FunctionSet, kGroups>(wanted, oldest);
    }

    if ((takes & picks_wire) == 1 && !wire_in.empty()) frame_ = wire_in.read();
    if ((takes & picks_function) == 1 && !function_in.empty()) frame_ = function_in.read();
    if (begins == 1) {
      was_wire_ = picks_wire;
      was_function_ = picks_function;
      was_copy_ = picks_copy;
    }
    is_copying_ = selects | (is_copying_ & ~copies);
    is_acting_ = checks | (is_acting_ & ~acts);
    is_checking_ = begins | releases | repeats;
  }

 private:
  using Bit = ap_uint<1>;
  struct Group {
    FunctionSet receivers;  // that have no copy yet
    NetBytes bytes;
    LineCount lines;
    GroupPosition at;
  };
  using Free = ap_uint<BitsFor(kGroupLines + 1)>;

  Group groups_[kGroups] = {};    // that are kept, oldest first; the rest has no receivers
  Bit is_oldest_done_ = 0;        // the first needs no more copies
  ap_uint<kGroups + 1> end_ = 1;  // one bit: where the next goes
  GroupPosition next_ = 0;        // where its lines go
  Free free_ = kGroupLines;       // lines

  // At most one of these.
  Bit is_checking_ = 0;
  Bit is_acting_ = 0;
  Bit is_copying_ = 0;

  // Whose turn it is, or was last.
  Bit was_wire_ = 0;
  Bit was_function_ = 0;
  Bit was_copy_ = 1;

  StoredFrame<Directed> frame_ = {};  // whose turn it is, if it is no copy's
  LineCount lines_ = 0;               // of the frame
  Bit fits_ = 0;                      // it can be kept
  ap_uint<kGroups> hits_ = 0;         // the kept frames of which a copy goes before it
  ap_uint<kGroups> copied_ = 0;       // the kept frame that is copied
  FunctionSet candidates_ = 0;        // to the lowest of these
};

}  // namespace vireo

#endif  // VIREO_HW_NET_SWITCH_ORDER_H_
