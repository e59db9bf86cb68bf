// SPDX-License-Identifier: Apache-2.0
// Used elements of queues that are live.
#ifndef VIREO_TESTS_HW_VIRTQUEUE_COSIM_USED_PLACE_H_
#define VIREO_TESTS_HW_VIRTQUEUE_COSIM_USED_PLACE_H_

#include "hw/virtqueue/used_write.h"
#include "tests/hw/virtqueue/cosim/live_queues.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  const LiveQueues queues(cosim);
  cosim.options.sources["result_in"] =
      queues.Source<UsedResult>([](sim::Random& random, QueueIndex queue, UsedResult& token) {
        token.key = queue;
        token.is_stop = random.Percent(5);
        token.wants_timer = random.Next();
        token.publishes = random.Next();
        token.first = random.Next();
        token.count = random.Below(9);
        token.before = random.Next();
        token.index = random.Next();
        for (UsedElement& element : token.elements) {
          element.id = random.Next();
          element.length = random.Next();
        }
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_VIRTQUEUE_COSIM_USED_PLACE_H_
