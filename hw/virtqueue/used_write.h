// SPDX-License-Identifier: Apache-2.0
// Writes used elements, then the used index.
// VIRTIO 1.4, 2.7.8 "The Virtqueue Used Ring".
#ifndef VIREO_HW_VIRTQUEUE_USED_WRITE_H_
#define VIREO_HW_VIRTQUEUE_USED_WRITE_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/spec/split_ring.h"
#include "hw/virtqueue/lanes.h"
#include "hw/virtqueue/used_policy.h"

namespace vireo {

// A line of the used ring, ready to be written.
struct UsedJob {
  QueueIndex queue;
  FunctionIndex function;
  ap_uint<1> is_stop;
  ap_uint<1> publishes;
  ap_uint<4> count;     // elements
  ap_uint<1> is_split;  // they go beyond a line of memory
  Iova ring;            // the queue's used ring
  Iova address;         // of the first element
  Line data;            // the elements, aligned to memory: those beyond the line's end at its begin
  RingIndex before;
  RingIndex index;
};

// The index of a queue moved, and the write of it is the next to be acknowledged.
struct UsedPublished {
  QueueIndex queue;
  ap_uint<1> is_stop;
  RingIndex before;
  RingIndex index;
};

// Adds the ring's address and turns the elements to their place.
class UsedPlace {
 public:
  void Step(hls::stream<QueueSetup>& setup_in, hls::stream<UsedResult>& result_in,
            hls::stream<UsedJob>& job_out, hls::stream<QueueIndex>& timer_out,
            hls::stream<FetchEvent>& credit_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = rings_ type = ram_2p impl = bram latency = 2
#pragma HLS DEPENDENCE variable = rings_ inter false
    if (!setup_in.empty()) {
      const QueueSetup setup = setup_in.read();
      Ring ring;
      ring.function = setup.function;
      ring.address = setup.device;
      ring.mask = setup.size - 1;
      rings_[setup.queue] = ring;
    }
    if (result_in.empty() || job_out.full() || timer_out.full() || credit_out.full()) return;
    const UsedResult result = result_in.read();
    const Ring ring = rings_[result.key];
    const RingIndex place = result.first & ring.mask;

    UsedJob job;
    job.queue = result.key;
    job.function = ring.function;
    job.is_stop = result.is_stop;
    job.publishes = result.publishes;
    job.count = result.count;
    job.ring = ring.address;
    job.address = ring.address + spec::UsedRingOffset(place.to_uint());
    job.before = result.before;
    job.index = result.index;
    Line elements = 0;
    for (int i = 0; i < kUsedLine; ++i) {
      elements.range(64 * i + 15, 64 * i) = result.elements[i].id;
      elements.range(64 * i + 63, 64 * i + 32) = result.elements[i].length;
    }
    const ap_uint<4> from = ap_uint<4>(result.first.range(2, 0)) << 1;
    job.is_split = ap_uint<10>(job.address.range(5, 0)) + (ap_uint<10>(result.count) << 3) > 64;
    const ap_uint<4> to = job.address.range(5, 2);
    job.data = RotateDwordsUp(elements, to - from);

    if (result.count != 0 || result.publishes == 1) job_out.write(job);
    if (result.wants_timer == 1) timer_out.write(result.key);
    if (result.count != 0 || result.is_stop == 1) {
      FetchEvent credit = {};
      credit.key = result.key;
      credit.kind = result.is_stop == 1 ? FetchEventKind::kEnded : FetchEventKind::kCredit;
      credit.value = result.count;
      credit_out.write(credit);
    }
  }

 private:
  struct Ring {
    FunctionIndex function;
    Iova address;
    ap_uint<16> mask;
  };

  Ring rings_[kQueues];
};

// Two lines at most for the elements, one for the index.
class UsedWrite {
 public:
  void Step(hls::stream<UsedJob>& job_in, hls::stream<WriteLine>& write_out,
            hls::stream<UsedPublished>& published_out) {
#pragma HLS PIPELINE II = 1
    if (write_out.full() || published_out.full()) return;
    UsedJob job = job_;
    if (phase_ == Phase::kIdle) {
      if (job_in.empty()) return;
      job = job_in.read();
    }
    job_ = job;
    const ap_uint<10> length = ap_uint<10>(job.count) << 3;
    const bool has_elements = job.count != 0;
    const bool writes_index = phase_ == Phase::kIndex || (phase_ == Phase::kIdle && !has_elements);

    WriteLine write;
    write.function = job.function;
    write.address = writes_index ? Iova(job.ring + spec::UsedIdxOffset()) : job.address;
    write.length = writes_index ? ap_uint<14>(2) : ap_uint<14>(length);
    write.data = writes_index ? RepeatHalfwords(job.index) : job.data;
    write.last = writes_index || job.is_split == 0 || phase_ == Phase::kSecond;
    write.wants_ack = writes_index;
    write.cookie = job.queue;
    write_out.write(write);
    if (writes_index) {
      UsedPublished published;
      published.queue = job.queue;
      published.is_stop = job.is_stop;
      published.before = job.before;
      published.index = job.index;
      published_out.write(published);
      phase_ = Phase::kIdle;
    } else if (write.last == 0) {
      phase_ = Phase::kSecond;
    } else {
      phase_ = job.publishes == 1 ? Phase::kIndex : Phase::kIdle;
    }
  }

 private:
  enum class Phase : uint8_t { kIdle, kSecond, kIndex };
  Phase phase_ = Phase::kIdle;
  UsedJob job_ = {};
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_USED_WRITE_H_
