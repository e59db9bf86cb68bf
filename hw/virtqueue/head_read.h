// SPDX-License-Identifier: Apache-2.0
// Asks for the descriptors of heads that the queue's table has.
// VIRTIO 1.4, 2.7.5 "The Virtqueue Descriptor Table".
#ifndef VIREO_HW_VIRTQUEUE_HEAD_READ_H_
#define VIREO_HW_VIRTQUEUE_HEAD_READ_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/spec/split_ring.h"
#include "hw/virtqueue/ring_parse.h"
#include "hw/virtqueue/ring_token.h"

namespace vireo {

// What the table of a queue's descriptors needs.
struct DescriptorTable {
  FunctionIndex function;
  QueueKind kind;
  Iova address;
  ap_uint<16> size;
  ap_uint<1> indirect_desc;
};

inline DescriptorTable TableOf(const QueueSetup& setup) {
  DescriptorTable table;
  table.function = setup.function;
  table.kind = setup.kind;
  table.address = setup.desc;
  table.size = setup.size;
  table.indirect_desc = setup.indirect_desc;
  return table;
}

class HeadRead {
 public:
  void Step(hls::stream<QueueSetup>& setup_in, hls::stream<HeadRun>& run_in,
            hls::stream<ReadRequest<HeadContext>>& request_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = tables_ type = ram_2p impl = bram latency = 2
#pragma HLS DEPENDENCE variable = tables_ inter false
    if (!setup_in.empty()) {
      const QueueSetup setup = setup_in.read();
      tables_[setup.queue] = TableOf(setup);
    }
    if (run_in.empty() || request_out.full()) return;
    const HeadRun run = run_in.read();
    const DescriptorTable table = tables_[run.queue];
    const ap_uint<17> end = ap_uint<17>(run.head) + run.count;

    ReadRequest<HeadContext> request = {};
    request.key = run.queue;
    request.function = table.function;
    request.address = table.address + spec::DescriptorOffset(run.head.to_uint());
    request.last = 1;
    request.context.queue = run.queue;
    request.context.kind = run.kind;
    request.context.position = run.position;
    request.context.head = run.head;
    request.context.fault = QueueFault::kNone;
    if (run.is_broken == 1) {
      request.context.fault = QueueFault::kReadFailed;
    } else if (end > table.size) {
      request.context.fault = QueueFault::kHeadOutOfRange;
    }
    const bool reads = run.count != 0 && request.context.fault == QueueFault::kNone;
    request.length = reads ? ap_uint<16>(ap_uint<16>(run.count) << 4) : ap_uint<16>(0);
    request_out.write(request);
  }

 private:
  DescriptorTable tables_[kQueues];
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_HEAD_READ_H_
