// SPDX-License-Identifier: Apache-2.0
// Runs of heads of queues that are live.
#ifndef VIREO_TESTS_HW_VIRTQUEUE_COSIM_HEAD_READ_H_
#define VIREO_TESTS_HW_VIRTQUEUE_COSIM_HEAD_READ_H_

#include "hw/virtqueue/head_read.h"
#include "tests/hw/virtqueue/cosim/live_queues.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  const LiveQueues queues(cosim);
  cosim.options.sources["run_in"] =
      queues.Source<HeadRun>([](sim::Random& random, QueueIndex queue, HeadRun& token) {
        token.queue = queue;
        token.kind = random.Percent(80) ? RingRead::kEntries : RingRead::kStop;
        token.is_broken = random.Percent(5);
        token.position = random.Next();
        token.head = random.Next();
        token.count = token.kind == RingRead::kStop ? 0 : 1 + random.Below(32);
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_VIRTQUEUE_COSIM_HEAD_READ_H_
