// SPDX-License-Identifier: Apache-2.0
// Lends the places of an engine that all functions share, so that what is fetched always has one.
#ifndef VIREO_HW_VIRTQUEUE_FETCH_QUOTA_H_
#define VIREO_HW_VIRTQUEUE_FETCH_QUOTA_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/virtqueue/fetch_policy.h"

namespace vireo {

struct QuotaAsk {
  QueueIndex queue;
  FunctionIndex function;
  Credits chains;  // 0: the queue's stop
};

struct QuotaReturn {
  FunctionIndex function;
  Credits chains;
  ap_uint<1> is_end;  // and the place of a stop
};

// A function is lent places while it holds fewer than four for each that is free: the dynamic
// threshold of Choudhury and Hahne (IEEE/ACM Trans. Networking 6(2), 1998). Beyond that, the last
// kReserved are for functions that hold none. So whatever others do, one that has nothing in the
// engine gets its first place at once, if kReserved is as many as there are functions.
//
// Stops have places of their own, one for each function: so a function whose chains never end can
// still be reset when the engine drops them.
//
// An ask that has to wait goes to the end of the line by `again_out`; a queue has two in it at
// most, and the line has room for all. An ask takes two clocks. The first kFunctions clocks after
// reset clear the counters; nothing is taken until then.
class FetchQuota {
 public:
  static constexpr int kBorrowers = 1 + kBlkVirtualFunctions;
  static constexpr int kStops = kBorrowers < kBlockCommands / 4 ? kBorrowers : kBlockCommands / 4;
  static constexpr int kReserved = kStops;
  static constexpr int kPlaces = kBlockCommands - kStops;
  static constexpr int kMost = 8;  // that one ask is lent at once

  void Step(hls::stream<QuotaAsk>& ask_in, hls::stream<QuotaReturn>& return_in,
            hls::stream<FetchEvent>& grant_out, hls::stream<QuotaAsk>& again_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = lent_ type = ram_2p impl = lutram
#pragma HLS BIND_STORAGE variable = returned_ type = ram_1wnr impl = lutram
    const bool is_clear = cleared_[BitsFor(kFunctions)] == 1;
    if (!is_clear) {
      const FunctionIndex function = cleared_;
      lent_[function] = 0;
      returned_[function] = 0;
      cleared_ = cleared_ + 1;
      return;
    }

    const Count free = free_;
    free_ = free + gives_ - takes_;
    takes_ = 0;
    ap_uint<1> begins = 0, ends = 0;  // a stop
    if (has_ask_ && !grant_out.full() && !again_out.full()) {
      const bool has_all = free >= kept_ + most_;
      const bool has_one = free > (is_first_ ? Count(0) : kept_);
      const bool is_lent = is_stop_ ? may_stop_ : has_one;
      ap_uint<4> count = has_all ? most_ : ap_uint<4>(1);
      if (is_stop_) count = 0;
      if (is_lent) {
        FetchEvent grant = {};
        grant.key = ask_.queue;
        grant.kind = FetchEventKind::kGrant;
        grant.value = count;
        grant_out.write(grant);
        lent_[ask_.function] = lent_now_ + count;
        takes_ = count;
        begins = is_stop_;
      } else {
        again_out.write(ask_);
      }
      has_ask_ = false;
    } else if (!has_ask_ && !ask_in.empty()) {
      ask_ = ask_in.read();
      lent_now_ = lent_[ask_.function];
      const Count returned = returned_[ask_.function];
      const Count held = lent_now_ - returned;
      kept_ = (held >> 2) + kReserved;
      is_first_ = lent_now_ == returned;
      most_ = ask_.chains < kMost ? ap_uint<4>(ask_.chains) : ap_uint<4>(kMost);
      is_stop_ = ask_.chains == 0;
      may_stop_ = stopping_[ask_.function.to_int()] == 0 && stops_ != kStops;
      has_ask_ = true;
    }

    gives_ = 0;
    if (!return_in.empty()) {
      const QuotaReturn back = return_in.read();
      returned_[back.function] = returned_[back.function] + back.chains;
      gives_ = back.chains;
      ends = back.is_end;
      if (ends == 1) stopping_[back.function.to_int()] = 0;
    }
    if (begins == 1) stopping_[ask_.function.to_int()] = 1;
    stops_ = stops_ + begins - ends;
  }

 private:
  static constexpr int kCountBits = BitsFor(kPlaces) + 2;
  using Count = ap_uint<kCountBits>;

  Count lent_[kFunctions];      // places, modulo the counter's size
  Count returned_[kFunctions];  // of them
  Count free_ = kPlaces;
  ap_uint<4> takes_ = 0;  // of the clock before, not in free_ yet: no ask is answered in this one
  Count gives_ = 0;
  QuotaAsk ask_ = {};  // looked up in one clock, and answered in the next
  bool has_ask_ = false;
  Count lent_now_ = 0;     // of its function
  Count kept_ = 0;         // places that it has to leave free
  bool is_first_ = false;  // it holds none
  ap_uint<4> most_ = 0;
  bool is_stop_ = false, may_stop_ = false;
  ap_uint<kFunctions> stopping_ = 0;  // functions that have a stop in the engine
  ap_uint<BitsFor(kStops + 1)> stops_ = 0;
  ap_uint<BitsFor(kFunctions + 1)> cleared_ = 0;
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_FETCH_QUOTA_H_
