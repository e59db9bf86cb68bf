// SPDX-License-Identifier: Apache-2.0
// How often each Reason was met, for each function, as the management function's BAR shows it.
// hw/spec/card_counters.h has the layout: `reason_count` of a function's counters.
#ifndef VIREO_HW_VIRTIO_REASON_COUNTERS_H_
#define VIREO_HW_VIRTIO_REASON_COUNTERS_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/primitives/state_table/counter_policy.h"
#include "hw/spec/card_counters.h"
#include "hw/virtio/reasons.h"
#include "hw/virtio/token.h"

namespace vireo {

using ReasonPolicy = CounterPolicy<kFunctions * spec::kReasons, 64>;

// Where the counters lie: record n of the block is function n's.
inline bool IsReasonCounter(const ap_uint<kBarBits - 2>& dword) {
  constexpr uint32_t kFirst = spec::management_bar::kFunctionCounters.records;
  constexpr uint32_t kStride = spec::management_bar::kFunctionCounters.stride;
  constexpr uint32_t kHalf = spec::function_counters::kReasonCount.offset;
  static_assert(kHalf == kStride / 2 && kHalf == 8 * spec::kReasons,
                "the counters of reasons are the upper half of a function's record");
  static_assert(kFirst % (kFunctions * kStride) == 0, "bits of the address name the function");
  const ap_uint<kBarBits - 2> block = dword >> (BitsFor(kFunctions * kStride) - 2);
  return block == kFirst / (kFunctions * kStride) && dword[BitsFor(kHalf) - 2] == 1;
}

// Events and reads in one stream to the table; a read adds nothing. What the engines have added up
// takes turns with what the registers tell.
class ReasonSource {
 public:
  using Event = ReasonPolicy::Event;

  void Step(hls::stream<RegisterAccess>& read_in, hls::stream<ReasonEvent>& event_in,
            hls::stream<ReasonCount>& count_in, hls::stream<Event>& event_out,
            hls::stream<ap_uint<1>>& half_out) {
#pragma HLS PIPELINE II = 1
    if (event_out.full() || half_out.full()) return;
    Event event;
    event.is_put = 0;
    if (!read_in.empty()) {
      const RegisterAccess access = read_in.read();
      const ap_uint<BitsFor(spec::kReasons)> reason = access.dword >> 1;
      const FunctionIndex function = access.dword >> (BitsFor(2 * 8 * spec::kReasons) - 2);
      event.key = (function, reason);
      event.value = 0;
      event_out.write(event);
      half_out.write(access.dword[0]);
    } else if (!count_in.empty() && (prefers_count_ || event_in.empty())) {
      const ReasonCount count = count_in.read();
      const ap_uint<BitsFor(spec::kReasons)> reason = static_cast<unsigned>(count.event.reason);
      event.key = (count.event.function, reason);
      event.value = count.times;
      event_out.write(event);
      prefers_count_ = false;
    } else if (!event_in.empty()) {
      prefers_count_ = true;
      const ReasonEvent met = event_in.read();
      const ap_uint<BitsFor(spec::kReasons)> reason = static_cast<unsigned>(met.reason);
      event.key = (met.function, reason);
      event.value = 1;
      event_out.write(event);
    }
  }

 private:
  bool prefers_count_ = false;
};

// Replies to reads. The upper half is that of the last read of a lower half: one request of eight
// bytes sees a counter as it was at one moment.
class ReasonReply {
 public:
  using Result = ReasonPolicy::Result;

  void Step(hls::stream<Result>& result_in, hls::stream<ap_uint<1>>& half_in,
            hls::stream<RegisterReply>& reply_out) {
#pragma HLS PIPELINE II = 1
    if (result_in.empty() || reply_out.full()) return;
    const Result result = result_in.read();
    if (result.before != result.after) return;
    const ap_uint<1> is_upper = half_in.read();
    reply_out.write(is_upper == 1 ? upper_ : RegisterReply(result.after.range(31, 0)));
    if (is_upper == 0) upper_ = result.after.range(63, 32);
  }

 private:
  RegisterReply upper_ = 0;
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTIO_REASON_COUNTERS_H_
