// SPDX-License-Identifier: Apache-2.0
// What the transport and the host say to the fetch of a queue.
#ifndef VIREO_HW_VIRTQUEUE_FETCH_SOURCE_H_
#define VIREO_HW_VIRTQUEUE_FETCH_SOURCE_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/virtqueue/fetch_policy.h"

namespace vireo {

// Notifications and stops as events, and queues whose avail_event is on its way to the active list.
class FetchSource {
 public:
  void Step(hls::stream<QueueRequest>& request_in, hls::stream<WriteAck>& armed_in,
            hls::stream<FetchEvent>& event_out, hls::stream<QueueIndex>& list_out) {
#pragma HLS PIPELINE II = 1
    if (!request_in.empty() && !event_out.full()) {
      const QueueRequest request = request_in.read();
      FetchEvent event = {};
      event.key = request.queue;
      event.kind =
          request.command == QueueCommand::kStop ? FetchEventKind::kStop : FetchEventKind::kNotify;
      event_out.write(event);
    }
    if (!armed_in.empty() && !list_out.full()) list_out.write(armed_in.read().cookie);
  }
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_FETCH_SOURCE_H_
