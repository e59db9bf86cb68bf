// SPDX-License-Identifier: Apache-2.0
// Asks for the bytes of transmit chains. VIRTIO 1.4, 5.1.9.1 "Packet Transmission".
#ifndef VIREO_HW_NET_TRANSMIT_READ_H_
#define VIREO_HW_NET_TRANSMIT_READ_H_

#include <hls_stream.h>

#include "hw/net/token.h"

namespace vireo {

// A chain is a unit of reads; the end of its unit says what is wrong with it. A bad chain is read
// no further than where it shows, and never beyond kMost bytes. Untrusted: all of a segment.
class TransmitRead {
 public:
  void Step(hls::stream<NetSegment>& segment_in,
            hls::stream<ReadRequest<TransmitContext>>& read_out) {
#pragma HLS PIPELINE II = 1
    if (segment_in.empty() || read_out.full()) return;
    const NetSegment segment = segment_in.read();
    const bool is_stop = segment.is_stop == 1;
    const bool ends = is_stop || segment.last == 1;
    const bool is_huge = segment.length > kMost;

    const Total total = total_ + NetBytes(segment.length);
    QueueFault fault = fault_;
    if (is_stop) {
      fault = QueueFault::kNone;
    } else if (fault == QueueFault::kNone) {
      if (segment.writable == 1) {
        fault = QueueFault::kWrongDirection;
      } else if (is_huge || total > kMost) {
        fault = QueueFault::kTooManyBytes;
      } else if (ends && total < kLeast) {
        fault = QueueFault::kTooFewBytes;
      }
    }
    const bool is_read = fault == QueueFault::kNone && !is_stop && segment.length != 0;
    total_ = ends ? Total(0) : total;
    fault_ = ends ? QueueFault::kNone : fault;

    ReadRequest<TransmitContext> request;
    request.key = segment.owner.queue;
    request.function = segment.owner.function;
    request.address = segment.address;
    request.length = is_read ? ap_uint<16>(segment.length) : ap_uint<16>(0);
    request.last = ends;
    request.context.queue = segment.owner.queue;
    request.context.function = segment.owner.function;
    request.context.is_stop = segment.is_stop;
    request.context.head = segment.head;
    request.context.fault = fault;
    request.context.bytes = total - kNetHeader;
    if (is_read || ends) read_out.write(request);
  }

 private:
  static constexpr int kMost = kNetHeader + kMaxFrame;
  static constexpr int kLeast = kNetHeader + kMinFrame;
  using Total = ap_uint<BitsFor(2 * kMost + 1)>;

  Total total_ = 0;                       // bytes of the chain so far, while it has no fault
  QueueFault fault_ = QueueFault::kNone;  // of the chain so far
};

}  // namespace vireo

#endif  // VIREO_HW_NET_TRANSMIT_READ_H_
