// SPDX-License-Identifier: Apache-2.0
// Asks the driver's side of the ring whether it wants an interrupt, after the used index moved.
// VIRTIO 1.4, 2.7.7 "Used Buffer Notification Suppression".
#ifndef VIREO_HW_VIRTQUEUE_USED_EVENT_H_
#define VIREO_HW_VIRTQUEUE_USED_EVENT_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/spec/split_ring.h"
#include "hw/virtqueue/lanes.h"
#include "hw/virtqueue/used_write.h"

namespace vireo {

struct EventContext {
  UsedPublished published;
  ap_uint<1> event_idx;
};

// The read goes out when the write of the index is on its way, and so does not pass it: either the
// driver sees the index, or the card sees what the driver asked for.
class EventRead {
 public:
  void Step(hls::stream<QueueSetup>& setup_in, hls::stream<UsedPublished>& published_in,
            hls::stream<WriteAck>& ack_in, hls::stream<ReadRequest<EventContext>>& request_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = rings_ type = ram_2p impl = bram latency = 2
#pragma HLS DEPENDENCE variable = rings_ inter false
    if (!setup_in.empty()) {
      const QueueSetup setup = setup_in.read();
      Ring ring;
      ring.function = setup.function;
      ring.address = setup.driver;
      ring.size = setup.size;
      ring.event_idx = setup.event_idx;
      rings_[setup.queue] = ring;
    }
    if (published_in.empty() || ack_in.empty() || request_out.full()) return;
    const UsedPublished published = published_in.read();
    ack_in.read();
    const Ring ring = rings_[published.queue];
    const uint32_t asks =
        ring.event_idx == 1 ? spec::UsedEventOffset(ring.size.to_uint()) : spec::AvailFlagsOffset();
    ReadRequest<EventContext> request;
    request.key = published.queue;
    request.function = ring.function;
    request.address = ring.address + asks;
    request.length = published.is_stop == 1 ? ap_uint<16>(0) : ap_uint<16>(2);
    request.last = 1;
    request.context.published = published;
    request.context.event_idx = ring.event_idx;
    request_out.write(request);
  }

 private:
  struct Ring {
    FunctionIndex function;
    Iova address;
    ap_uint<16> size;
    ap_uint<1> event_idx;
  };

  Ring rings_[kQueues];
};

// A driver that cannot be asked is interrupted.
class EventDecide {
 public:
  void Step(hls::stream<ReadLine<EventContext>>& line_in,
            hls::stream<QueueInterrupt>& interrupt_out, hls::stream<QueueStopped>& stopped_out) {
#pragma HLS PIPELINE II = 1
    if (line_in.empty() || interrupt_out.full() || stopped_out.full()) return;
    const ReadLine<EventContext> line = line_in.read();
    const UsedPublished& published = line.context.published;
    const ap_uint<16> value = HalfwordAt(line.data, line.offset);
    const RingIndex behind_event = published.index - value - 1;
    const RingIndex moved = published.index - published.before;
    const bool is_wanted = line.context.event_idx == 1
                               ? behind_event < moved
                               : (value & spec::VIRTQ_AVAIL_F_NO_INTERRUPT) == 0;
    if (published.is_stop == 1) {
      QueueStopped stopped;
      stopped.queue = published.queue;
      stopped_out.write(stopped);
    } else if (is_wanted || line.error == 1) {
      QueueInterrupt interrupt;
      interrupt.queue = published.queue;
      interrupt_out.write(interrupt);
    }
  }
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_USED_EVENT_H_
