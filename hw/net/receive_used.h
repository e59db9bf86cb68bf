// SPDX-License-Identifier: Apache-2.0
// Holds a frame's used buffers back until its data is on its way.
#ifndef VIREO_HW_NET_RECEIVE_USED_H_
#define VIREO_HW_NET_RECEIVE_USED_H_

#include <hls_stream.h>

#include <cassert>

#include "hw/net/token.h"

namespace vireo {

// One ack releases the used buffers of one frame: frames are acked in the order in which they were
// cut. A stop needs none. kPending is at least the number of acks that may come ahead.
template <int kPending>
class ReceiveUsed {
 public:
  void Step(hls::stream<UsedBuffer>& used_in, hls::stream<WriteAck>& ack_in,
            hls::stream<UsedBuffer>& used_out) {
#pragma HLS PIPELINE II = 1
    const Bit acked = !ack_in.empty();
    if (!ack_in.empty()) ack_in.read();

    const Bit has_ack = acks_ != 0;
    const Bit has_room = !used_out.full();
    const Bit gives = has_held_ & has_room & (has_ack | held_.is_stop);
    if (gives == 1 && !used_out.full()) used_out.write(held_);
    const Bit spends = gives & ~held_.is_stop & ~held_.gathers;
    assert((acked == 0 || spends == 1 || acks_ != kPending) && "an ack is for a frame that waits");
    if (acked != spends) acks_ = spends == 1 ? Count(acks_ - 1) : Count(acks_ + 1);

    const Bit takes = ~has_held_ | gives;
    if (takes == 1) has_held_ = !used_in.empty();
    if (takes == 1 && !used_in.empty()) held_ = used_in.read();
  }

 private:
  using Bit = ap_uint<1>;
  using Count = ap_uint<BitsFor(kPending + 1)>;

  Count acks_ = 0;  // that no frame has used
  UsedBuffer held_ = {};
  Bit has_held_ = 0;
};

}  // namespace vireo

#endif  // VIREO_HW_NET_RECEIVE_USED_H_
