// SPDX-License-Identifier: Apache-2.0
// Used indices of queues that are live.
#ifndef VIREO_TESTS_HW_VIRTQUEUE_COSIM_EVENT_READ_H_
#define VIREO_TESTS_HW_VIRTQUEUE_COSIM_EVENT_READ_H_

#include "hw/virtqueue/used_event.h"
#include "tests/hw/virtqueue/cosim/live_queues.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  const LiveQueues queues(cosim);
  cosim.options.sources["published_in"] =
      queues.Source<UsedPublished>([](sim::Random& random, QueueIndex queue, UsedPublished& token) {
        token.queue = queue;
        token.is_stop = random.Percent(5);
        token.before = random.Next();
        token.index = random.Next();
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_VIRTQUEUE_COSIM_EVENT_READ_H_
