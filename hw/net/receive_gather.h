// SPDX-License-Identifier: Apache-2.0
// Counts how many chains a frame takes, before its first byte is written: its header says so.
// VIRTIO 1.4, 5.1.9.4 "Processing of Incoming Packets": num_buffers.
#ifndef VIREO_HW_NET_RECEIVE_GATHER_H_
#define VIREO_HW_NET_RECEIVE_GATHER_H_

#include <hls_stream.h>

#include "hw/net/receive_take.h"
#include "hw/net/token.h"

namespace vireo {

enum class ReceivePlanKind : uint8_t { kPlace, kDrop, kStop };

// What is to be done with a frame, or with kStop a queue.
struct ReceivePlan {
  ReceivePlanKind kind;
  spec::Reason reason;  // with kDrop
  SteeredFrame frame;
  ReceiveTries chains;  // that belong to the frame, also to a dropped one
};

// Chains go on ahead of the plan that they are for. A frame's chains have to find room without it.
class ReceiveGather {
 public:
  void Step(hls::stream<ReceiveTaken>& taken_in, hls::stream<ReceiveChain>& chain_out,
            hls::stream<ReceivePlan>& plan_out, hls::stream<ReceiveTries>& answer_out) {
#pragma HLS PIPELINE II = 1
    if (taken_in.empty() || chain_out.full() || plan_out.full() || answer_out.full()) return;
    const ReceiveTaken taken = taken_in.read();
    const Bit is_only = taken.kind == ReceiveTakeKind::kOnly;
    const Bit is_first = taken.kind == ReceiveTakeKind::kFirst;
    const Bit is_end = taken.kind == ReceiveTakeKind::kEnd;
    const Bit is_chain = is_first | Bit(taken.kind == ReceiveTakeKind::kMore);

    // A trial goes on until the frame fits; what was sent on suspicion after that is left out.
    const NetBytes left = is_first == 1 ? taken.frame.bytes : left_;
    const ReceiveTries before = is_first == 1 ? ReceiveTries(0) : chains_;
    const ReceiveTries with_it = before + 1;
    const Bit is_open = is_first | ~is_settled_;
    const Bit adds = is_chain & is_open;
    const Bit fits = taken.chain.capacity >= left;
    const Bit settles = (adds & fits) | (is_end & is_open);
    if (adds == 1) {
      left_ = left - taken.chain.capacity;
      chains_ = with_it;
    }
    if ((is_chain | is_end) == 1) is_settled_ = settles | ~is_open;

    ReceivePlan plan;
    plan.frame = taken.frame;
    plan.reason = taken.reason;
    plan.chains = is_only == 1 ? ReceiveTries(1) : is_chain == 1 ? with_it : before;
    plan.kind = (is_only | is_chain) == 1 ? ReceivePlanKind::kPlace : ReceivePlanKind::kDrop;
    if (taken.kind == ReceiveTakeKind::kDrop) plan.chains = 0;
    if (taken.kind == ReceiveTakeKind::kStop) plan.kind = ReceivePlanKind::kStop;
    const Bit is_trial = is_chain | is_end;
    if ((is_only | adds) == 1) chain_out.write(taken.chain);
    if ((~is_trial | settles) == 1) plan_out.write(plan);
    if (settles == 1) answer_out.write(is_end == 1 ? ReceiveTries(0) : with_it);
  }

 private:
  using Bit = ap_uint<1>;

  NetBytes left_ = 0;        // bytes of the frame beyond the chains so far
  ReceiveTries chains_ = 0;  // so far
  Bit is_settled_ = 1;       // no trial is open
};

}  // namespace vireo

#endif  // VIREO_HW_NET_RECEIVE_GATHER_H_
