// SPDX-License-Identifier: Apache-2.0
// Lets chains in while their function leaves slots to the others.
#ifndef VIREO_HW_BLK_ADMIT_H_
#define VIREO_HW_BLK_ADMIT_H_

#include <hls_stream.h>

#include "hw/blk/token.h"

namespace vireo {

// A chain starts while its function holds fewer than four slots for each slot that is free: the
// threshold of ReadAdmit, so that no function takes the last one, whatever it does. One that has to
// wait holds up those behind it.
//
// The first kFunctions clocks after reset clear the counters; nothing is taken until then.
class BlkAdmit {
 public:
  void Step(hls::stream<BlkSegment>& segment_in, hls::stream<BlkSegment>& segment_out,
            hls::stream<BlkFreed>& freed_in, hls::stream<BlkSlot>& free_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = taken_ type = ram_2p impl = lutram
#pragma HLS BIND_STORAGE variable = given_ type = ram_1wnr impl = lutram
    const bool is_clear = cleared_[BitsFor(kFunctions)] == 1;
    if (!is_clear) {
      const FunctionIndex function = cleared_;
      taken_[function] = 0;
      given_[function] = 0;
      cleared_ = cleared_ + 1;
    }

    free_ = free_ - takes_ + gives_;
    takes_ = 0;
    if (is_clear && !segment_out.full() && (is_waiting_ || !segment_in.empty())) {
      BlkSegment segment = waiting_;
      if (!is_waiting_) segment = segment_in.read();
      waiting_ = segment;
      const FunctionIndex function = segment.owner.function;
      const Count taken = taken_[function];
      const Count held = taken - given_[function];
      const ap_uint<kCountBits - 2> quarter = held >> 2;
      const bool passes = !begins_ || free_ > quarter;
      is_waiting_ = !passes;
      if (passes) {
        if (begins_) {
          taken_[function] = taken + 1;
          takes_ = 1;
        }
        begins_ = segment.last == 1 || segment.is_stop == 1;
        segment_out.write(segment);
      }
    }

    gives_ = 0;
    if (is_clear && !freed_in.empty() && !free_out.full()) {
      const BlkFreed freed = freed_in.read();
      given_[freed.function] = given_[freed.function] + 1;
      free_out.write(freed.slot);
      gives_ = 1;
    }
  }

 private:
  static constexpr int kCountBits = BitsFor(kBlockCommands) + 2;
  using Count = ap_uint<kCountBits>;

  Count taken_[kFunctions];                   // chains let in
  Count given_[kFunctions];                   // chains that were used
  ap_int<kCountBits> free_ = kBlockCommands;  // slots
  ap_uint<1> takes_ = 0;                      // of the clock before, not in free_ yet
  ap_uint<1> gives_ = 0;
  BlkSegment waiting_ = {};  // the first of a chain that may not start yet
  bool is_waiting_ = false;
  bool begins_ = true;  // the next segment is a chain's first
  ap_uint<BitsFor(kFunctions) + 1> cleared_ = 0;
};

}  // namespace vireo

#endif  // VIREO_HW_BLK_ADMIT_H_
