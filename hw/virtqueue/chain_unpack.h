// SPDX-License-Identifier: Apache-2.0
// Takes the descriptors of a chain out of the lines that were read, and judges each by itself.
// VIRTIO 1.4, 2.7.5 "The Virtqueue Descriptor Table", 2.7.5.3 "Indirect Descriptors".
#ifndef VIREO_HW_VIRTQUEUE_CHAIN_UNPACK_H_
#define VIREO_HW_VIRTQUEUE_CHAIN_UNPACK_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/virtqueue/descriptor.h"
#include "hw/virtqueue/ring_token.h"

namespace vireo {

// Where a chain begins: with it HopFollow can follow the chain by itself.
struct ChainStart {
  QueueIndex queue;
  QueueKind kind;
  ap_uint<16> position;  // in the available ring
  ap_uint<16> head;
  Descriptor first;
};

// A descriptor of a chain, or a mark.
struct ChainStep {
  ChainStart start;
  ChainRead kind;
  Iova address;
  ap_uint<32> length;
  ap_uint<1> writable;
  ap_uint<1> begins;  // the chain's first
  ap_uint<1> ends;    // the chain's last
  ap_uint<1> hops;    // the chain goes on where nothing was read
  QueueFault fault;
};

// A descriptor a clock, also those that the unit has behind the end of its chain.
class ChainUnpack {
 public:
  void Step(hls::stream<ReadLine<ChainContext>>& line_in, hls::stream<ChainStep>& step_out) {
#pragma HLS PIPELINE II = 1
    if (step_out.full()) return;
    ReadLine<ChainContext> line = line_;
    const bool arrives = left_ == 0;
    const bool begins = arrives && is_first_;
    if (arrives) {
      if (line_in.empty()) return;
      line = line_in.read();
      line.data = line.data >> (ap_uint<9>(line.offset.range(5, 4)) << 7);
      is_first_ = line.last_of_unit == 1;
    }
    const ChainContext& chain = line.context;
    const bool is_alone = begins && chain.kind != ChainRead::kIndirect;  // `first`, not a line's
    const ap_uint<9> place = begins ? ap_uint<9>(0) : place_;
    const ap_uint<3> left = arrives ? ap_uint<3>(line.bytes >> 4) : left_;

    const Descriptor descriptor = is_alone ? chain.first : DescriptorOf(line.data.range(127, 0));
    step_out.write(StepOf(line, descriptor, place, begins, is_alone));

    if (!is_alone) line.data = line.data >> 128;
    line_ = line;
    left_ = is_alone || left == 0 ? left : ap_uint<3>(left - 1);
    place_ = is_alone ? place : ap_uint<9>(place + 1);
  }

 private:
  static ChainStep StepOf(const ReadLine<ChainContext>& line, const Descriptor& descriptor,
                          const ap_uint<9>& place, bool begins, bool is_alone) {
    const ChainContext& chain = line.context;
    const bool is_table = chain.kind == ChainRead::kIndirect;
    const bool is_next = chain.kind == ChainRead::kNext;
    const bool has_next = HasNext(descriptor) && (is_table || is_next);
    const ap_uint<9> behind = place + 1;
    const ap_uint<16> expected =
        is_table ? ap_uint<16>(behind) : ap_uint<16>(chain.first.next + behind);
    const bool follows = is_alone || (descriptor.next == expected && behind != chain.count);
    const bool is_nested = is_table && IsIndirect(descriptor);
    const bool is_outside = is_table && has_next && descriptor.next >= chain.count;

    ChainStep step;
    step.start.queue = chain.queue;
    step.start.kind = chain.queue_kind;
    step.start.position = chain.position;
    step.start.head = chain.head;
    step.start.first = chain.first;
    step.kind = chain.kind;
    step.address = descriptor.address;
    step.length = descriptor.length;
    step.writable = IsWritable(descriptor);
    step.begins = begins;
    step.hops = (has_next && !follows) || (is_next && IsIndirect(descriptor));
    step.ends = !has_next;
    step.fault = QueueFault::kNone;
    if (line.error == 1) {
      step.fault = QueueFault::kReadFailed;
    } else if (chain.kind == ChainRead::kFault) {
      step.fault = chain.fault;
    } else if (is_nested) {
      step.fault = QueueFault::kBadIndirect;
    } else if (is_outside) {
      step.fault = QueueFault::kNextOutOfRange;
    }
    return step;
  }

  ReadLine<ChainContext> line_ = {};  // the next descriptor lowest in `data`
  ap_uint<3> left_ = 0;               // descriptors in it
  ap_uint<9> place_ = 0;              // of the next one among those read
  bool is_first_ = true;              // the next line begins a unit
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_CHAIN_UNPACK_H_
