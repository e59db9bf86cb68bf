// SPDX-License-Identifier: Apache-2.0
// Lets units of reads through while their function leaves tags to the others.
#ifndef VIREO_HW_PCIE_READ_ADMIT_H_
#define VIREO_HW_PCIE_READ_ADMIT_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/pcie/dma_token.h"

namespace vireo {

// A unit starts while its function holds fewer than four tags for each tag that is free. n
// functions whose reads are never answered so hold 4n / (4n + 1) of the tags and no more, whatever
// n is; a function alone has four fifths. Choudhury and Hahne, "Dynamic Queue Length Thresholds for
// Shared-Memory Packet Switches", 1998.
//
// The first kFunctions clocks after reset clear the counters; nothing is taken until then.
template <typename Context, int kTags>
class ReadAdmit {
 public:
  using Measured = MeasuredRead<Context>;
  using Freed = FreedTag<kTags>;

  void Step(hls::stream<Measured>& request_in, hls::stream<Measured>& request_out,
            hls::stream<Freed>& freed_in, hls::stream<ap_uint<BitsFor(kTags)>>& free_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = taken_ type = ram_1wnr impl = lutram
#pragma HLS BIND_STORAGE variable = given_ type = ram_1wnr impl = lutram
    const bool is_clear = cleared_[BitsFor(kFunctions)] == 1;
    const FunctionIndex cleared = cleared_;
    if (!is_clear) {
      given_[cleared] = 0;
      cleared_ = cleared_ + 1;
    }

    // What is admitted is counted one clock later, behind the look at the counts: a unit may start
    // on counts that lack the two requests before it.
    const bool counts = takes_;
    const FunctionIndex counted = is_clear ? function_ : cleared;
    const ap_uint<8> pieces = counts ? pieces_ : ap_uint<8>(0);
    takes_ = false;
    if (is_clear && !request_out.full() && (is_waiting_ || !request_in.empty())) {
      Measured measured = waiting_;
      if (!is_waiting_) measured = request_in.read();
      waiting_ = measured;
      const FunctionIndex function = measured.request.function;
      const Count held = taken_[function] - given_[function];
      const ap_uint<kCountBits - 2> quarter = held >> 2;
      takes_ = measured.first == 0 || free_ > quarter;
      is_waiting_ = !takes_;
      function_ = function;
      pieces_ = measured.pieces;
      if (takes_) request_out.write(measured);
    }
    const Count count = taken_[counted] + pieces;
    if (!is_clear || counts) taken_[counted] = is_clear ? count : Count(0);
    free_ = free_ - pieces + gives_;

    gives_ = 0;
    if (is_clear && !freed_in.empty() && !free_out.full()) {
      const Freed freed = freed_in.read();
      given_[freed.function] = given_[freed.function] + 1;
      free_out.write(freed.tag);
      gives_ = 1;
    }
  }

 private:
  static constexpr int kCountBits = BitsFor(kTags) + 2;
  using Count = ap_uint<kCountBits>;

  Count taken_[kFunctions];          // pieces admitted
  Count given_[kFunctions];          // pieces delivered
  ap_int<kCountBits> free_ = kTags;  // tags that are neither in flight nor promised to a piece
  bool takes_ = false;               // a request was admitted, and is not counted yet
  FunctionIndex function_ = 0;       // its function and its pieces
  ap_uint<8> pieces_ = 0;
  ap_uint<1> gives_ = 0;
  Measured waiting_;  // the first of a unit that may not start yet
  bool is_waiting_ = false;
  ap_uint<BitsFor(kFunctions) + 1> cleared_ = 0;
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_READ_ADMIT_H_
