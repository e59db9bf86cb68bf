// SPDX-License-Identifier: Apache-2.0
// Puts neighbours of one queue together on their way to the used ring.
#ifndef VIREO_HW_VIRTQUEUE_USED_GATHER_H_
#define VIREO_HW_VIRTQUEUE_USED_GATHER_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/virtqueue/lanes.h"
#include "hw/virtqueue/used_policy.h"

namespace vireo {

// A buffer a clock. What has been gathered leaves when the next buffer is of another queue, when
// there is no next one, or when it is kUsedRun.
class UsedGather {
 public:
  void Step(hls::stream<UsedBuffer>& used_in, hls::stream<UsedEvent>& event_out) {
#pragma HLS PIPELINE II = 1
    const bool can_send = !event_out.full();
    UsedBuffer used = next_;
    const bool arrives = !has_next_ && !used_in.empty();
    if (arrives) used = used_in.read();
    const bool is_here = has_next_ || arrives;
    const bool is_held = event_.count != 0;
    const bool joins = is_here && used.is_stop == 0 &&
                       (!is_held || (used.queue == event_.key && event_.count != kUsedRun));
    const bool sends = can_send && is_held && !joins;
    const bool sends_stop = can_send && !is_held && is_here && used.is_stop == 1;

    if (sends) {
      event_out.write(event_);
    } else if (sends_stop) {
      UsedEvent stop = {};
      stop.key = used.queue;
      stop.kind = UsedEventKind::kStop;
      event_out.write(stop);
    }
    const bool begins = is_here && used.is_stop == 0 && (sends || !is_held);
    if (joins || begins) {
      const ap_uint<3> count = begins ? ap_uint<3>(0) : ap_uint<3>(event_.count);
      for (int i = 0; i < kUsedRun; ++i) {
        if (count == i) {
          event_.elements[i].id = used.id;
          event_.elements[i].length = used.length;
        }
      }
      event_.key = used.queue;
      event_.kind = UsedEventKind::kBuffers;
      event_.count = count + 1;
      if (used.gathers == 0) {
        event_.whole = count + 1;
      } else if (begins) {
        event_.whole = 0;
      }
    } else if (sends) {
      event_.count = 0;
    }
    has_next_ = is_here && !joins && !begins && !sends_stop;
    next_ = used;
  }

 private:
  UsedEvent event_ = {};  // what has been gathered, if its count is not 0
  UsedBuffer next_ = {};  // a buffer that could not join it
  bool has_next_ = false;
};

// One event at a time for the used ring's state: what is live, what has waited, what has come.
class UsedSource {
 public:
  void Step(hls::stream<QueueSetup>& setup_in, hls::stream<QueueIndex>& flush_in,
            hls::stream<UsedEvent>& gathered_in, hls::stream<UsedEvent>& event_out) {
#pragma HLS PIPELINE II = 1
    if (event_out.full()) return;
    const bool takes_setup = !setup_in.empty();
    const bool takes_flush = !takes_setup && !flush_in.empty();
    const bool takes_gathered = !takes_setup && !takes_flush && !gathered_in.empty();
    UsedEvent event = {};
    if (takes_setup && !setup_in.empty()) {
      const QueueSetup setup = setup_in.read();
      event.key = setup.queue;
      event.kind = UsedEventKind::kSetup;
      event.log_size = LogSize(setup.size);
    } else if (takes_flush && !flush_in.empty()) {
      event.key = flush_in.read();
      event.kind = UsedEventKind::kFlush;
    } else if (takes_gathered && !gathered_in.empty()) {
      event = gathered_in.read();
    }
    if (takes_setup || takes_flush || takes_gathered) event_out.write(event);
  }
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_USED_GATHER_H_
