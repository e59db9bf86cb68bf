// SPDX-License-Identifier: Apache-2.0
// Counts frames, requests and their bytes for each function, and hands on why others failed.
// hw/spec/card_counters.h has the layout: the lower half of a function's counters.
#ifndef VIREO_HW_MANAGEMENT_TRAFFIC_H_
#define VIREO_HW_MANAGEMENT_TRAFFIC_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/blk/token.h"
#include "hw/net/token.h"
#include "hw/pcie/completer_token.h"
#include "hw/spec/card_counters.h"
#include "hw/virtio/token.h"

namespace vireo {

// What is counted, as pairs of number and bytes lie in a function's record.
enum class Traffic : uint8_t { kReceived, kSent, kRead, kWritten, kOther };
inline constexpr int kTraffics = 8;  // a power of two
static_assert(spec::function_counters::kTxPackets.offset == 16 &&
                  spec::function_counters::kTxBytes.offset == 24 &&
                  spec::function_counters::kReads.offset == 32 &&
                  spec::function_counters::kWrites.offset == 48 &&
                  spec::function_counters::kOthers.offset == 64,
              "a pair of counters is 16 bytes, in the order of Traffic");

using TrafficKey = ap_uint<BitsFor(kFunctions* kTraffics)>;

// A StateTable's policy: a number and bytes; a read adds nothing.
struct TrafficPolicy {
  static constexpr int kEntries = kFunctions * kTraffics;

  struct State {
    ap_uint<64> count;
    ap_uint<64> bytes;
  };
  struct Event {
    TrafficKey key;
    ap_uint<1> is_read;
    ap_uint<32> bytes;
  };
  struct Result {
    ap_uint<1> is_read;
    State state;
  };

  static Result Apply(State& state, const Event& event) {
    const ap_uint<1> is_event = ~event.is_read;
    state.count = state.count + is_event;
    state.bytes = state.bytes + event.bytes;
    Result result;
    result.is_read = event.is_read;
    result.state = state;
    return result;
  }
};

// Events of the engines and reads in one stream to the table, one a clock; reads go first. What
// failed goes on as its Reason. A frame that no function takes is counted for the first one.
class TrafficSource {
 public:
  using Event = TrafficPolicy::Event;

  void Step(hls::stream<TrafficKey>& read_in, hls::stream<NetEvent>& net_in,
            hls::stream<BlkEvent>& blk_in, hls::stream<Event>& event_out,
            hls::stream<ReasonEvent>& reason_out) {
#pragma HLS PIPELINE II = 1
    if (event_out.full() || reason_out.full()) return;
    Event event = {};
    ReasonEvent failed = {};
    failed.reason = spec::Reason::kNone;
    bool is_event = false;
    if (!read_in.empty()) {
      event.key = read_in.read();
      event.is_read = 1;
      event_out.write(event);
    } else if (!net_in.empty() && (is_net_next_ || blk_in.empty())) {
      is_net_next_ = false;
      const NetEvent net = net_in.read();
      failed.function = net.has_queue == 1 ? net.function : FunctionIndex(kNetFunction);
      failed.reason = net.reason;
      event.key =
          KeyOf(failed.function, net.is_transmit == 1 ? Traffic::kSent : Traffic::kReceived);
      event.bytes = net.bytes;
      is_event = true;
    } else if (!blk_in.empty()) {
      is_net_next_ = true;
      const BlkEvent blk = blk_in.read();
      const bool is_in = blk.op == BlkOp::kIn;
      const bool is_out = blk.op == BlkOp::kOut;
      failed.function = blk.owner.function;
      failed.reason = blk.reason;
      event.key = KeyOf(blk.owner.function, is_in    ? Traffic::kRead
                                            : is_out ? Traffic::kWritten
                                                     : Traffic::kOther);
      event.bytes = is_in || is_out ? blk.bytes : ap_uint<32>(0);
      is_event = true;
    }
    if (is_event && failed.reason == spec::Reason::kNone) event_out.write(event);
    if (is_event && failed.reason != spec::Reason::kNone) reason_out.write(failed);
  }

 private:
  static TrafficKey KeyOf(const FunctionIndex& function, Traffic traffic) {
    return (TrafficKey(function) << BitsFor(kTraffics)) | static_cast<unsigned>(traffic);
  }

  bool is_net_next_ = false;
};

// Adds up reasons that repeat while they cannot leave, so that a storm of drops holds up nobody.
class ReasonGather {
 public:
  void Step(hls::stream<ReasonEvent>& event_in, hls::stream<ReasonCount>& count_out) {
#pragma HLS PIPELINE II = 1
    const bool is_same = next_.function == held_.event.function &&
                         next_.reason == held_.event.reason && held_.times != kMost;
    const bool is_free = held_.times == 0;
    const bool adds = has_next_ && is_same && !is_free;
    const bool gives = !is_free && !adds && !count_out.full();
    const bool moves = has_next_ && (is_free || gives);
    if (gives && !count_out.full()) count_out.write(held_);
    if (moves) held_.event = next_;
    if (moves || adds || gives) {
      held_.times = moves ? ap_uint<8>(1) : gives ? ap_uint<8>(0) : ap_uint<8>(held_.times + 1);
    }
    const bool takes = !has_next_ || moves || adds;
    if (takes) has_next_ = !event_in.empty();
    if (takes && !event_in.empty()) next_ = event_in.read();
  }

 private:
  static constexpr int kMost = 255;

  ReasonCount held_ = {};
  ReasonEvent next_ = {};
  bool has_next_ = false;
};

// Only reads are answered.
class TrafficReply {
 public:
  using Result = TrafficPolicy::Result;

  void Step(hls::stream<Result>& result_in, hls::stream<TrafficPolicy::State>& value_out) {
#pragma HLS PIPELINE II = 1
    if (result_in.empty() || value_out.full()) return;
    const Result result = result_in.read();
    if (result.is_read == 1) value_out.write(result.state);
  }
};

}  // namespace vireo

#endif  // VIREO_HW_MANAGEMENT_TRAFFIC_H_
