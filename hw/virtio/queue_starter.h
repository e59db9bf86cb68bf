// SPDX-License-Identifier: Apache-2.0
// Tells the engines of queues that begin or end to be live, and of notifications.
// VIRTIO 1.4, 4.1.5.2 "Available Buffer Notifications".
#ifndef VIREO_HW_VIRTIO_QUEUE_STARTER_H_
#define VIREO_HW_VIRTIO_QUEUE_STARTER_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/spec/function_bar.h"
#include "hw/virtio/token.h"

namespace vireo {

// A setup goes to all engines at once. A stop waits behind the setups before it, so that it cannot
// overtake that of its own queue.
template <int kListeners>
class QueueStarter {
 public:
  void Step(hls::stream<QueueChange>& change_in, hls::stream<QueueSetup> (&setup_out)[kListeners],
            hls::stream<QueueIndex>& stop_out) {
#pragma HLS PIPELINE II = 1
    bool has_room = !stop_out.full();
    for (int i = 0; i < kListeners; ++i) has_room = has_room && !setup_out[i].full();
    if (change_in.empty() || !has_room) return;
    const QueueChange change = change_in.read();
    if (change.is_stop == 1) {
      stop_out.write(change.setup.queue);
    } else {
      for (int i = 0; i < kListeners; ++i) setup_out[i].write(change.setup);
    }
  }
};

// Available buffer notifications, one a clock: where it is written says for which queue. One for a
// queue that is not there is dropped, and counted if there is room for the count; whether the queue
// is live is the fetch engine's to know. What is written is not looked at.
class Doorbell {
 public:
  void Step(hls::stream<QueueIndex>& stop_in, hls::stream<RegisterAccess>& notify_in,
            hls::stream<QueueRequest>& request_out, hls::stream<ReasonEvent>& count_out) {
#pragma HLS PIPELINE II = 1
    if (request_out.full()) return;
    QueueRequest request;
    bool is_request = false;
    if (!stop_in.empty()) {
      request.queue = stop_in.read();
      request.command = QueueCommand::kStop;
      is_request = true;
    } else if (!notify_in.empty()) {
      const RegisterAccess access = notify_in.read();
      const ap_uint<BitsFor(spec::function_bar::kMaxQueues)> virtqueue = access.dword;
      request.queue = QueueOf(access.function, virtqueue);
      request.command = QueueCommand::kNotify;
      const bool is_there = virtqueue < QueuesOf(access.function);
      is_request = access.byte_enables != 0 && is_there;
      if (!is_there && !count_out.full()) {
        count_out.write(ReasonEvent{access.function, spec::Reason::kNotifyNoQueue});
      }
    }
    if (is_request) request_out.write(request);
  }

  static_assert(spec::function_bar::kNotifyOffMultiplier == 4,
                "each queue is notified at a DWord of its own");
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTIO_QUEUE_STARTER_H_
