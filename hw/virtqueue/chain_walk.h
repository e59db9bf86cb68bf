// SPDX-License-Identifier: Apache-2.0
// Passes on the chains that are whole and right.
// VIRTIO 1.4, 2.7.4.2 "Driver Requirements: Message Framing", 2.7.5 "The Virtqueue Descriptor
// Table".
#ifndef VIREO_HW_VIRTQUEUE_CHAIN_WALK_H_
#define VIREO_HW_VIRTQUEUE_CHAIN_WALK_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/virtqueue/chain_unpack.h"
#include "hw/virtqueue/ring_token.h"

namespace vireo {

enum class ChainVerdict : uint8_t {
  kMore,
  kKeep,      // the segment completes the chain
  kTakeBack,  // the chain is not used; the segment is none
  kHop,       // as before, and HopFollow begins when all chains before this one are on their way
};

struct WalkedSegment {
  Segment segment;
  ChainVerdict verdict;
};

// A chain, or a stop mark behind one, that HopFollow has to take.
struct HopJob {
  ChainStart start;
  ap_uint<1> is_stop;
};

// A descriptor a clock. A chain whose descriptors are not where they were read ahead is taken back
// and goes to HopFollow; what comes behind it in its queue is left out until the mark that says
// that it was fetched again.
class ChainWalk {
 public:
  void Step(hls::stream<ChainStep>& step_in, hls::stream<WalkedSegment>& segment_out,
            hls::stream<HopJob>& hop_out, hls::stream<QueueFaulted>& fault_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = modes_ type = ram_2p impl = lutram
    const bool is_clear = cleared_[kQueueBits] == 1;
    const bool acts =
        is_clear && !step_in.empty() && !segment_out.full() && !hop_out.full() && !fault_out.full();
    ChainStep step = {};
    if (acts) step = step_in.read();
    const QueueIndex queue = is_clear ? step.start.queue : QueueIndex(cleared_);
    const Mode mode = modes_[queue];

    const bool is_stop = acts && step.kind == ChainRead::kStop;
    const bool is_resume = acts && step.kind == ChainRead::kResume;
    const bool is_chain = acts && !is_stop && step.kind != ChainRead::kResume;
    const bool walks = is_chain && mode == Mode::kWalks && (step.begins == 1 || !is_over_);
    const bool was_writable = step.begins == 0 && is_writable_;
    const bool turns = was_writable && step.writable == 0 && step.hops == 0;
    const bool breaks = walks && (step.fault != QueueFault::kNone || turns);
    const bool hops = walks && !breaks && step.hops == 1;

    if (is_chain) {
      is_writable_ = step.writable == 1;
      if (step.begins == 1 || walks) is_over_ = breaks || step.hops == 1 || step.ends == 1;
    }
    const bool resumes = is_stop || (is_resume && mode == Mode::kHops) || !is_clear;
    if (resumes || breaks || hops) {
      modes_[queue] = resumes ? Mode::kWalks : breaks ? Mode::kBroken : Mode::kHops;
    }
    if (!is_clear) cleared_ = cleared_ + 1;

    const bool gives_job = hops || (is_stop && mode == Mode::kHops);
    if (walks || is_stop) {
      WalkedSegment walked;
      walked.segment.queue = step.start.queue;
      walked.segment.kind = step.start.kind;
      walked.segment.is_stop = is_stop;
      walked.segment.head = step.start.head;
      walked.segment.address = step.address;
      walked.segment.length = step.length;
      walked.segment.writable = step.writable;
      walked.segment.last = step.ends;
      if (gives_job) {
        walked.verdict = ChainVerdict::kHop;
      } else if (breaks) {
        walked.verdict = ChainVerdict::kTakeBack;
      } else {
        walked.verdict = step.ends == 1 ? ChainVerdict::kKeep : ChainVerdict::kMore;
      }
      segment_out.write(walked);
    }
    if (gives_job) {
      HopJob job;
      job.start = step.start;
      job.is_stop = is_stop;
      hop_out.write(job);
    }
    if (breaks) {
      QueueFaulted fault;
      fault.queue = step.start.queue;
      fault.fault = turns ? QueueFault::kWrongDirection : step.fault;
      fault_out.write(fault);
    }
  }

 private:
  static constexpr int kQueueBits = BitsFor(kQueues);

  enum class Mode : uint8_t {
    kWalks,
    kHops,    // HopFollow has a chain of the queue
    kBroken,  // a fault: nothing passes until the queue is stopped
  };

  Mode modes_[kQueues];
  ap_uint<kQueueBits + 1> cleared_ = 0;  // entries of modes_ since reset
  bool is_over_ = false;                 // the chain has ended: what is left of its unit is nothing
  bool is_writable_ = false;             // the segment before this one of the chain was
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_CHAIN_WALK_H_
