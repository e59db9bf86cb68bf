// SPDX-License-Identifier: Apache-2.0
// Moves the lines of received frames as SwitchOrder plans, and keeps those of frames to groups.
#ifndef VIREO_HW_NET_SWITCH_LINES_H_
#define VIREO_HW_NET_SWITCH_LINES_H_

#include <hls_stream.h>

#include "hw/net/switch_order.h"
#include "hw/net/token.h"

namespace vireo {

// A line in every clock. Only the input that the plan names is waited for, and its frame is whole.
class SwitchLines {
 public:
  void Step(hls::stream<SwitchPlan>& plan_in, hls::stream<FrameLine>& wire_in,
            hls::stream<FrameLine>& function_in, hls::stream<AddressedFrame>& frame_out,
            hls::stream<FrameLine>& line_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = kept_ type = ram_2p impl = bram latency = 2
    const Bit is_copy = plan_.action == SwitchAction::kCopy;
    const Bit is_keep = plan_.action == SwitchAction::kKeep;
    const Bit gives = is_copy | Bit(plan_.action == SwitchAction::kPass);
    const Bit has_wire = !wire_in.empty();
    const Bit has_function = !function_in.empty();
    const Bit has_room = !line_out.full() && !frame_out.full();
    const Bit has_line = is_copy | (plan_.from_function == 1 ? has_function : has_wire);
    const Bit works = has_plan_ & has_line & (has_room | ~gives);
    const Bit takes_wire = works & ~is_copy & ~plan_.from_function;
    const Bit takes_function = works & ~is_copy & plan_.from_function;
    FrameLine taken = {};
    if (takes_wire == 1 && !wire_in.empty()) taken = wire_in.read();
    if (takes_function == 1 && !function_in.empty()) taken = function_in.read();

    FrameLine line;
    line.data = is_copy == 1 ? kept_[at_] : taken.data;
    line.last = is_last_;
    if ((works & is_keep) == 1) kept_[at_] = taken.data;
    AddressedFrame frame;
    frame.function = IndexOfOneHot<kFunctions>(plan_.receiver);
    frame.bytes = plan_.bytes;
    if ((works & gives) == 1 && has_room == 1) {
      line_out.write(line);
      if (starts_ == 1) frame_out.write(frame);
    }

    const Bit ends = works & is_last_;
    if (works == 1) {
      at_ = at_ + 1;
      is_last_ = left_ == 2;
      left_ = left_ - 1;
      starts_ = 0;
    }
    const Bit takes = ~has_plan_ | ends;
    if (takes == 1) has_plan_ = !plan_in.empty();
    if (takes == 1 && !plan_in.empty()) {
      plan_ = plan_in.read();
      at_ = plan_.at;
      left_ = plan_.lines;
      is_last_ = plan_.lines == 1;
      starts_ = 1;
    }
  }

 private:
  using Bit = ap_uint<1>;

  Line kept_[kGroupLines];
  SwitchPlan plan_ = {};
  Bit has_plan_ = 0;
  GroupPosition at_ = 0;  // of the next line that is kept or copied
  LineCount left_ = 0;    // lines of the frame
  Bit is_last_ = 0;       // left_ is 1
  Bit starts_ = 0;        // no line of the frame has moved
};

}  // namespace vireo

#endif  // VIREO_HW_NET_SWITCH_LINES_H_
