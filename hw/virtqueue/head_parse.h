// SPDX-License-Identifier: Apache-2.0
// Looks at the first descriptor of each chain and asks for the rest.
// VIRTIO 1.4, 2.7.5 "The Virtqueue Descriptor Table".
#ifndef VIREO_HW_VIRTQUEUE_HEAD_PARSE_H_
#define VIREO_HW_VIRTQUEUE_HEAD_PARSE_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/spec/split_ring.h"
#include "hw/virtqueue/descriptor.h"
#include "hw/virtqueue/head_read.h"
#include "hw/virtqueue/ring_token.h"

namespace vireo {

// A head a clock. Every chain becomes one request, so that the reader behind keeps their order:
// for the table of an indirect chain, for descriptors from the second one on, or without a read.
class HeadParse {
 public:
  static constexpr int kAhead = 8;  // descriptors read behind a first one with NEXT

  void Step(hls::stream<QueueSetup>& setup_in, hls::stream<ReadLine<HeadContext>>& line_in,
            hls::stream<ReadRequest<ChainContext>>& request_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = tables_ type = ram_2p impl = bram latency = 2
#pragma HLS DEPENDENCE variable = tables_ inter false
    if (!setup_in.empty()) {
      const QueueSetup setup = setup_in.read();
      tables_[setup.queue] = TableOf(setup);
    }
    if (request_out.full()) return;
    HeadContext context = context_;
    Line descriptors = descriptors_;
    ap_uint<3> left = left_;
    if (left == 0) {
      if (line_in.empty()) return;
      const ReadLine<HeadContext> line = line_in.read();
      const ap_uint<2> place = line.offset.range(5, 4);
      context = line.context;
      if (line.error == 1) context.fault = QueueFault::kReadFailed;
      if (!is_first_) {
        context.position = context_.position;
        context.head = context_.head;
      }
      is_first_ = line.last_of_request == 1;
      descriptors = line.data >> (ap_uint<9>(place) << 7);
      left = line.bytes == 0 ? ap_uint<3>(1) : ap_uint<3>(line.bytes >> 4);
    }
    request_out.write(RequestOf(context, DescriptorOf(descriptors.range(127, 0))));
    context.position = context.position + 1;
    context.head = context.head + 1;
    context_ = context;
    descriptors_ = descriptors >> 128;
    left_ = left - 1;
  }

 private:
  ReadRequest<ChainContext> RequestOf(const HeadContext& context, const Descriptor& first) {
    const DescriptorTable table = tables_[context.queue];
    ReadRequest<ChainContext> request = {};
    request.key = context.queue;
    request.function = table.function;
    request.last = 1;
    request.context.queue = context.queue;
    request.context.queue_kind = table.kind;
    request.context.position = context.position;
    request.context.head = context.head;
    request.context.first = first;
    request.context.fault = context.fault;
    if (context.kind == RingRead::kStop) {
      request.context.kind = ChainRead::kStop;
    } else if (context.kind == RingRead::kResume) {
      request.context.kind = ChainRead::kResume;
    } else if (context.fault != QueueFault::kNone) {
      request.context.kind = ChainRead::kFault;
    } else if (IsIndirect(first)) {
      const bool is_good = table.indirect_desc == 1 && HasGoodTable(first);
      request.context.kind = is_good ? ChainRead::kIndirect : ChainRead::kFault;
      request.context.fault = QueueFault::kBadIndirect;
      request.context.count = first.length >> 4;
      request.address = first.address;
      request.length = is_good ? ap_uint<16>(first.length) : ap_uint<16>(0);
    } else if (HasNext(first)) {
      const ap_uint<16> behind = table.size - first.next;
      const bool is_good = first.next < table.size;
      const ap_uint<4> count = behind < kAhead ? ap_uint<4>(behind) : ap_uint<4>(kAhead);
      request.context.kind = is_good ? ChainRead::kNext : ChainRead::kFault;
      request.context.fault = QueueFault::kNextOutOfRange;
      request.context.count = count;
      request.address = table.address + spec::DescriptorOffset(first.next.to_uint());
      request.length = is_good ? ap_uint<16>(ap_uint<16>(count) << 4) : ap_uint<16>(0);
    } else {
      request.context.kind = ChainRead::kWhole;
    }
    return request;
  }

  DescriptorTable tables_[kQueues];
  HeadContext context_ = {};  // `position` and `head` are those of the next descriptor
  Line descriptors_;          // not yet looked at, the next one lowest
  ap_uint<3> left_ = 0;       // how many
  bool is_first_ = true;      // the next line begins a request
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_HEAD_PARSE_H_
