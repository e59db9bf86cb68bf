// SPDX-License-Identifier: Apache-2.0
// Plans how the lines that a move comes from make up the lines that it goes to.
#ifndef VIREO_HW_BLK_ALIGN_H_
#define VIREO_HW_BLK_ALIGN_H_

#include <hls_stream.h>

#include "hw/blk/backend.h"
#include "hw/blk/token.h"
#include "hw/primitives/beat/beat.h"

namespace vireo {

// A move between any two alignments.
struct BlkAlign {
  BlkSlot slot;
  BlkOwner owner;
  ap_uint<1> is_id;
  ap_uint<1> last;  // of the command
  Iova guest;
  Iova card;
  ap_uint<6> from;  // the first byte's place in its line
  ap_uint<6> to;    // and in the line that it goes to
  MoveBytes bytes;
};

// What happens in a clock. The bytes of a line come from the end of the line that is held, and from
// the start of the next one that comes, which is then held.
struct BlkAlignStep {
  BlkAlign move;
  ap_uint<1> takes;     // a next line is needed
  ap_uint<1> gives;     // a line is made; otherwise one is taken to be held
  ap_uint<1> first;     // of the move
  ap_uint<1> ends;      // the move's last line
  ap_uint<7> lanes;     // of the next line that are used, from 0
  ap_uint<6> distance;  // from a byte's lane to the one that it goes to
  ap_uint<7> bytes;     // in the line that is made, from lane `to` on if it is the first
};

// A line that is made in every clock; a move whose first line needs two to be made of takes one
// clock more. All bytes of a move are turned by the same distance, and all its lines but the first
// are cut at the same lane.
class BlkAlignPlan {
 public:
  void Step(hls::stream<BlkAlign>& move_in, hls::stream<BlkAlignStep>& step_out) {
#pragma HLS PIPELINE II = 1
    const Bit has_room = !step_out.full();
    const Bit works = has_plan_ & has_room;
    const Bit ends = plan_.lines == 1;
    const Bit gives = ~plan_.holds_first;

    BlkAlignStep step;
    step.move = plan_.move;
    step.takes = plan_.is_first | ~ends | plan_.last_takes;
    step.gives = gives;
    step.first = plan_.is_first;
    step.ends = ends;
    step.lanes = plan_.is_first == 1 ? plan_.first_lanes : plan_.lanes;
    step.distance = plan_.move.to - plan_.move.from;
    step.bytes = ends == 1 ? plan_.last_bytes : Count(64);
    if (plan_.is_first == 1) step.bytes = plan_.first_bytes;
    if (works == 1 && !step_out.full()) step_out.write(step);

    const Bit takes = ~has_plan_ | (works & gives & ends);
    if (takes == 1) has_plan_ = !move_in.empty();
    if (takes == 1 && !move_in.empty()) {
      plan_ = PlanOf(move_in.read());
    } else if (works == 1) {
      plan_.holds_first = 0;
      if (gives == 1) {
        plan_.is_first = 0;
        plan_.lines = plan_.lines - 1;
      }
    }
  }

 private:
  using Bit = ap_uint<1>;
  using Count = ap_uint<7>;

  // What is left of a move.
  struct Plan {
    BlkAlign move;
    MoveLineCount lines;  // still to be made
    Bit holds_first;      // here a line is only taken
    Bit is_first;         // no line was made
    Bit last_takes;       // the last line needs a next one
    Count first_lanes;    // used of the next line, for the first line
    Count lanes;          // for the others
    Count first_bytes;
    Count last_bytes;
  };

  static Plan PlanOf(const BlkAlign& move) {
    const ap_uint<6> behind = move.to + move.bytes - 1;  // the last byte's lane
    const ap_uint<6> cut = move.from - move.to;
    const Count room = Count(64) - move.to;
    const bool is_only = move.bytes <= room;
    Plan plan;
    plan.move = move;
    plan.lines = LinesOf(move.to, move.bytes);
    plan.is_first = 1;
    plan.first_bytes = is_only ? Count(move.bytes) : room;
    plan.last_bytes = Count(behind) + 1;
    plan.lanes = cut == 0 ? Count(64) : Count(cut);
    plan.holds_first = move.from + plan.first_bytes > 64;
    plan.first_lanes = plan.holds_first == 1 ? Count(move.from) : Count(64);
    plan.last_takes = plan.lanes + plan.last_bytes > 64;
    return plan;
  }

  Plan plan_ = {};
  Bit has_plan_ = 0;
};

// The line that a step makes.
inline Line AlignedLine(const BlkAlignStep& step, const Line& held, const Line& next) {
  const Line from_next = RepeatBits<64, 8>(LowOnes<64>(step.lanes));
  const Line run = (held & ~from_next) | (next & from_next);
  return RotateBytesUp<64>(run, step.distance);
}

}  // namespace vireo

#endif  // VIREO_HW_BLK_ALIGN_H_
