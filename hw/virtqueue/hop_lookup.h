// SPDX-License-Identifier: Apache-2.0
// Adds its queue's table to a chain that has to be hopped.
#ifndef VIREO_HW_VIRTQUEUE_HOP_LOOKUP_H_
#define VIREO_HW_VIRTQUEUE_HOP_LOOKUP_H_

#include <hls_stream.h>

#include "hw/virtqueue/chain_walk.h"
#include "hw/virtqueue/head_read.h"

namespace vireo {

struct HopRequest {
  HopJob job;
  DescriptorTable table;
};

class HopLookup {
 public:
  void Step(hls::stream<QueueSetup>& setup_in, hls::stream<HopJob>& job_in,
            hls::stream<HopRequest>& request_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = tables_ type = ram_2p impl = bram latency = 2
#pragma HLS DEPENDENCE variable = tables_ inter false
    if (!setup_in.empty()) {
      const QueueSetup setup = setup_in.read();
      tables_[setup.queue] = TableOf(setup);
    }
    if (job_in.empty() || request_out.full()) return;
    HopRequest request;
    request.job = job_in.read();
    request.table = tables_[request.job.start.queue];
    request_out.write(request);
  }

 private:
  DescriptorTable tables_[kQueues];
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_HOP_LOOKUP_H_
