// SPDX-License-Identifier: Apache-2.0
// Turns what a queue's fetch decided into reads of the available ring, writes of avail_event, and
// messages to the quota.
// VIRTIO 1.4, 2.7.6 "The Virtqueue Available Ring", 2.7.8 "The Virtqueue Used Ring".
#ifndef VIREO_HW_VIRTQUEUE_FETCH_ISSUE_H_
#define VIREO_HW_VIRTQUEUE_FETCH_ISSUE_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/spec/split_ring.h"
#include "hw/virtqueue/fetch_policy.h"
#include "hw/virtqueue/fetch_quota.h"
#include "hw/virtqueue/lanes.h"
#include "hw/virtqueue/ring_token.h"

namespace vireo {

// The chains of a queue that may be fetched and not yet given back: never more than the ring has.
// Queues of block devices share the places of their engine, and have none by themselves.
inline Credits WindowOf(const QueueSetup& setup) {
  if (setup.kind == QueueKind::kBlock) return 0;
  const ap_uint<16> window = setup.kind == QueueKind::kReceive ? kReceiveWindow : kTransmitWindow;
  return setup.size < window ? setup.size : window;
}

// A live queue comes in by `setup_in` and goes on to the fetch's state once its addresses are here.
// `request_out` has room for every turn that FetchGate lets begin, so `result_in` never waits for
// the host.
class FetchIssue {
 public:
  void Step(hls::stream<QueueSetup>& setup_in, hls::stream<FetchResult>& result_in,
            hls::stream<FetchEvent>& event_out, hls::stream<ReadRequest<RingContext>>& request_out,
            hls::stream<ap_uint<1>>& idle_out, hls::stream<WriteLine>& write_out,
            hls::stream<QueueIndex>& list_out, hls::stream<QuotaAsk>& ask_out,
            hls::stream<QuotaReturn>& return_out, hls::stream<QueueFaulted>& fault_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = queues_ type = ram_2p impl = bram latency = 2
#pragma HLS DEPENDENCE variable = queues_ inter false
    if (!setup_in.empty() && !event_out.full()) {
      const QueueSetup setup = setup_in.read();
      Queue queue;
      queue.function = setup.function;
      queue.driver = setup.driver;
      queue.device = setup.device;
      queue.log_size = LogSize(setup.size);
      queues_[setup.queue] = queue;
      FetchEvent event = {};
      event.key = setup.queue;
      event.kind = FetchEventKind::kSetup;
      event.window = WindowOf(setup);
      event.log_size = queue.log_size;
      event.event_idx = setup.event_idx;
      event.borrows = setup.kind == QueueKind::kBlock;
      event_out.write(event);
    }
    if (result_in.empty() || request_out.full() || idle_out.full() || write_out.full() ||
        list_out.full() || ask_out.full() || return_out.full() || fault_out.full()) {
      return;
    }
    const FetchResult result = result_in.read();
    const Queue queue = queues_[result.key];
    const ap_uint<17> size = ap_uint<17>(1) << queue.log_size;
    const RingIndex place = result.position & RingIndex(size - 1);

    ReadRequest<RingContext> request = {};
    request.key = result.key;
    request.function = queue.function;
    request.last = 1;
    request.context.queue = result.key;
    request.context.kind = RingRead::kEntries;
    request.context.position = result.position;
    request.address = queue.driver + spec::AvailRingOffset(place.to_uint());
    request.length = ap_uint<16>(result.count) << 1;
    if (result.action == FetchAction::kReadIndex) {
      request.context.kind = RingRead::kIndex;
      request.address = queue.driver + spec::AvailIdxOffset();
      request.length = 2;
    } else if (result.action != FetchAction::kReadRing) {
      const bool is_stop = result.action == FetchAction::kStop;
      request.context.kind = is_stop ? RingRead::kStop : RingRead::kResume;
      request.length = 0;
    }
    if (result.action == FetchAction::kReadIndex || result.action == FetchAction::kReadRing ||
        result.action == FetchAction::kResume || result.action == FetchAction::kStop) {
      request_out.write(request);
    } else if (result.is_turn == 1) {
      idle_out.write(1);
    }
    if (result.action == FetchAction::kList || result.action == FetchAction::kReadRing ||
        result.action == FetchAction::kResume) {
      list_out.write(result.key);
    }
    if (result.action == FetchAction::kArm) {
      WriteLine write = {};
      write.function = queue.function;
      write.address = queue.device + spec::AvailEventOffset(size.to_uint());
      write.length = 2;
      write.data = RepeatHalfwords(result.position);
      write.last = 1;
      write.wants_ack = 1;
      write.cookie = result.key;
      write_out.write(write);
    }
    if (result.action == FetchAction::kAsk) {
      QuotaAsk ask;
      ask.queue = result.key;
      ask.function = queue.function;
      ask.chains = result.count;
      ask_out.write(ask);
    }
    if (result.action == FetchAction::kReturn || result.action == FetchAction::kEnd) {
      QuotaReturn back;
      back.is_end = result.action == FetchAction::kEnd;
      back.function = queue.function;
      back.chains = result.count;
      return_out.write(back);
    }
    if (result.action == FetchAction::kFault) {
      QueueFaulted fault;
      fault.queue = result.key;
      fault.fault = QueueFault::kIndexTooFar;
      fault_out.write(fault);
    }
  }

 private:
  struct Queue {
    FunctionIndex function;
    Iova driver;
    Iova device;
    ap_uint<4> log_size;
  };

  Queue queues_[kQueues];
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_FETCH_ISSUE_H_
