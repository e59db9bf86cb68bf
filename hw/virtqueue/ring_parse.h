// SPDX-License-Identifier: Apache-2.0
// Reads heads from the available ring and asks for their descriptors, neighbours at once.
// VIRTIO 1.4, 2.7.6 "The Virtqueue Available Ring".
#ifndef VIREO_HW_VIRTQUEUE_RING_PARSE_H_
#define VIREO_HW_VIRTQUEUE_RING_PARSE_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/virtqueue/fetch_policy.h"
#include "hw/virtqueue/lanes.h"
#include "hw/virtqueue/ring_token.h"

namespace vireo {

// Heads of one queue that follow each other, as descriptors in the table do.
struct HeadRun {
  QueueIndex queue;
  RingRead kind;
  ap_uint<1> is_broken;  // the ring could not be read
  ap_uint<16> position;  // in the available ring
  ap_uint<16> head;      // the first
  ap_uint<6> count;
};

// A head a clock. An index goes back to the fetch's state.
class RingParse {
 public:
  void Step(hls::stream<ReadLine<RingContext>>& line_in, hls::stream<FetchEvent>& event_out,
            hls::stream<HeadRun>& run_out) {
#pragma HLS PIPELINE II = 1
    if (run_out.full()) return;
    if (left_ == 0) {
      if (run_.count != 0) {
        run_out.write(run_);
        run_.count = 0;
        return;
      }
      if (line_in.empty() || event_out.full()) return;
      const ReadLine<RingContext> line = line_in.read();
      const bool is_good = line.error == 0;
      const bool has_entries = line.context.kind == RingRead::kEntries && is_good;
      entries_ = line.data >> (ap_uint<9>(line.offset) << 3);
      left_ = has_entries ? ap_uint<6>(line.bytes >> 1) : ap_uint<6>(0);
      HeadRun run = {};
      run.queue = line.context.queue;
      run.kind = line.context.kind;
      run.is_broken = line.error;
      run.position = is_first_ ? line.context.position : position_;
      position_ = run.position + left_;
      is_first_ = line.last_of_request == 1;
      run_ = run;
      if (line.context.kind == RingRead::kIndex) {
        FetchEvent event = {};
        event.key = line.context.queue;
        event.kind = is_good ? FetchEventKind::kIndex : FetchEventKind::kLost;
        event.value = HalfwordAt(line.data, line.offset);
        event_out.write(event);
      }
      const bool is_mark =
          line.context.kind == RingRead::kResume || line.context.kind == RingRead::kStop;
      if (is_mark || !is_good) run_out.write(run);
      return;
    }
    const ap_uint<16> head = entries_.range(15, 0);
    if (run_.count != 0 && head == ap_uint<16>(run_.head + run_.count)) {
      run_.count = run_.count + 1;
    } else {
      if (run_.count != 0) run_out.write(run_);
      run_.position = run_.position + run_.count;
      run_.head = head;
      run_.count = 1;
    }
    entries_ = entries_ >> 16;
    left_ = left_ - 1;
  }

 private:
  Line entries_;              // heads not yet looked at, the next one lowest
  ap_uint<6> left_ = 0;       // how many
  ap_uint<16> position_ = 0;  // behind them in the available ring
  bool is_first_ = true;      // the next line begins a request
  HeadRun run_ = {};          // which the next head may make longer
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_RING_PARSE_H_
