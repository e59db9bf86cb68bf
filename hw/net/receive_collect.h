// SPDX-License-Identifier: Apache-2.0
// Puts the segments of a receive chain together. VIRTIO 1.4, 5.1.9.3 "Setting Up Receive Buffers".
#ifndef VIREO_HW_NET_RECEIVE_COLLECT_H_
#define VIREO_HW_NET_RECEIVE_COLLECT_H_

#include <hls_stream.h>

#include "hw/net/token.h"

namespace vireo {

// What happens to a receive queue.
enum class ReceivePostKind : uint8_t {
  kChain,  // the driver gives a buffer
  kSetup,  // the queue becomes live
  kFault,  // it is used no more until the next setup
  kStop,   // and neither here, but the stop goes on
};
struct ReceivePost {
  ReceivePostKind kind;
  NetQueue owner;
  ReceiveChain chain;
};

// Only the first kReceiveSegments segments with bytes count. After a fault the chains of a queue
// are discarded, until its stop. Untrusted: all of a segment.
// The first kQueues clocks after reset clear `dead_`.
class ReceiveCollect {
 public:
  void Step(hls::stream<NetSegment>& segment_in, hls::stream<ReceivePost>& post_out,
            hls::stream<QueueFaulted>& faulted_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = dead_ type = ram_2p impl = lutram
#pragma HLS ARRAY_PARTITION variable = buffers_ complete
    const bool is_clear = cleared_[BitsFor(kQueues)] == 1;
    if (!is_clear) {
      dead_[cleared_] = 0;
      cleared_ = cleared_ + 1;
      return;
    }
    if (segment_in.empty() || post_out.full() || faulted_out.full()) return;
    const NetSegment segment = segment_in.read();
    const bool is_setup = segment.is_setup == 1;
    const bool is_segment = !is_setup && segment.is_stop == 0;
    const bool ends = !is_segment || segment.last == 1;

    // The chain so far, with this segment. A setup may come in the middle of another queue's chain.
    const bool is_long = segment.length > kLongest;
    const NetBytes length = is_long ? NetBytes(kLongest) : NetBytes(segment.length);
    const bool counts = is_segment && length != 0 && used_[kReceiveSegments] == 0;
    ReceivePost post = {};
    post.owner = segment.owner;
    post.chain.head = segment.head;
    for (int i = 0; i < kReceiveSegments; ++i) {
      post.chain.buffers[i] = buffers_[i];
      if (counts && used_[i] == 1) {
        post.chain.buffers[i].address = segment.address;
        post.chain.buffers[i].length = length;
      }
    }
    const Sum sum = capacity_ + (counts ? length : NetBytes(0));
    post.chain.capacity = sum > kLongest ? NetBytes(kLongest) : NetBytes(sum);
    const bool is_readable = is_segment && (is_readable_ || segment.writable == 0);
    const ap_uint<kReceiveSegments + 1> used = counts ? used_ << 1 : used_;
    if (!is_setup) {
      for (int i = 0; i < kReceiveSegments; ++i) {
        buffers_[i].address = post.chain.buffers[i].address;
        buffers_[i].length = ends ? NetBytes(0) : post.chain.buffers[i].length;
      }
      used_ = ends ? ap_uint<kReceiveSegments + 1>(1) : used;
      capacity_ = ends ? Sum(0) : sum;
      is_readable_ = is_readable && !ends;
    }
    if (!ends) return;

    const bool is_short = sum < kNetHeader;
    const bool is_bad = is_segment && (is_readable || is_short);
    const bool is_dead = dead_[segment.owner.queue] == 1;
    if (is_bad || !is_segment) dead_[segment.owner.queue] = is_segment ? 1 : 0;
    if (is_setup) {
      post.kind = ReceivePostKind::kSetup;
    } else if (segment.is_stop == 1) {
      post.kind = ReceivePostKind::kStop;
    } else {
      post.kind = is_bad ? ReceivePostKind::kFault : ReceivePostKind::kChain;
    }
    if (!is_segment || !is_dead) post_out.write(post);
    if (is_bad && !is_dead) {
      QueueFaulted faulted;
      faulted.queue = segment.owner.queue;
      faulted.fault = is_readable ? QueueFault::kWrongDirection : QueueFault::kTooFewBytes;
      faulted_out.write(faulted);
    }
  }

 private:
  static constexpr int kLongest = (1 << NetBytes::width) - 1;  // of a segment, as far as it matters
  using Sum = ap_uint<BitsFor(1LL * kReceiveSegments * kLongest + 1)>;

  ReceiveBuffer buffers_[kReceiveSegments] = {};  // of the chain so far
  ap_uint<kReceiveSegments + 1> used_ = 1;        // one bit: where the next one goes
  Sum capacity_ = 0;
  bool is_readable_ = false;                   // a segment of the chain is for reading
  ap_uint<1> dead_[kQueues];                   // the queue had a fault
  ap_uint<BitsFor(kQueues + 1)> cleared_ = 0;  // entries of dead_ cleared since reset
};

}  // namespace vireo

#endif  // VIREO_HW_NET_RECEIVE_COLLECT_H_
