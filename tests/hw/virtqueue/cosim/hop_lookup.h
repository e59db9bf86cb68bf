// SPDX-License-Identifier: Apache-2.0
// Scattered chains of queues that are live.
#ifndef VIREO_TESTS_HW_VIRTQUEUE_COSIM_HOP_LOOKUP_H_
#define VIREO_TESTS_HW_VIRTQUEUE_COSIM_HOP_LOOKUP_H_

#include "hw/virtqueue/hop_lookup.h"
#include "tests/hw/virtqueue/cosim/live_queues.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  const LiveQueues queues(cosim);
  cosim.options.sources["job_in"] =
      queues.Source<HopJob>([](sim::Random& random, QueueIndex queue, HopJob& token) {
        token.start.queue = queue;
        token.start.position = random.Next();
        token.start.head = random.Next();
        token.start.first.address = random.Next();
        token.start.first.length = random.Next();
        token.start.first.flags = random.Next();
        token.start.first.next = random.Next();
        token.is_stop = random.Next();
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_VIRTQUEUE_COSIM_HOP_LOOKUP_H_
