// SPDX-License-Identifier: Apache-2.0
// Says when a queue's used buffers have waited long enough for others to join them.
#ifndef VIREO_HW_VIRTQUEUE_USED_TIMER_H_
#define VIREO_HW_VIRTQUEUE_USED_TIMER_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/virtqueue/token.h"

namespace vireo {

// Every queue that comes in leaves kClocks later. Each is here at most once.
template <int kClocks>
class UsedTimer {
 public:
  void Step(hls::stream<QueueIndex>& start_in, hls::stream<QueueIndex>& flush_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = waiting_ type = ram_2p impl = lutram
    const Time now = now_;
    const Count first = first_;
    const Waiting oldest = waiting_[QueueIndex(first)];
    const Time age = now - oldest.since;
    if (first != end_ && age >= kClocks && !flush_out.full()) {
      flush_out.write(oldest.queue);
      first_ = first + 1;
    }
    if (!start_in.empty()) {
      Waiting waiting;
      waiting.queue = start_in.read();
      waiting.since = now;
      waiting_[QueueIndex(end_)] = waiting;
      end_ = end_ + 1;
    }
    now_ = now + 1;
  }

 private:
  // Twice the time, so that an age is told from one that went around; those behind the oldest do
  // not wait longer than it did.
  using Time = ap_uint<BitsFor(kClocks) + 8>;
  using Count = ap_uint<BitsFor(kQueues) + 1>;

  struct Waiting {
    QueueIndex queue;
    Time since;
  };

  Time now_ = 0;
  Count first_ = 0;
  Count end_ = 0;
  Waiting waiting_[kQueues];  // a ring
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_USED_TIMER_H_
