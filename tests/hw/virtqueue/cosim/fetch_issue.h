// SPDX-License-Identifier: Apache-2.0
// Decisions of the fetch of queues that are live.
#ifndef VIREO_TESTS_HW_VIRTQUEUE_COSIM_FETCH_ISSUE_H_
#define VIREO_TESTS_HW_VIRTQUEUE_COSIM_FETCH_ISSUE_H_

#include "hw/virtqueue/fetch_issue.h"
#include "tests/hw/virtqueue/cosim/live_queues.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  const LiveQueues queues(cosim);
  cosim.options.sources["result_in"] =
      queues.Source<FetchResult>([](sim::Random& random, QueueIndex queue, FetchResult& token) {
        token.key = queue;
        token.action = static_cast<FetchAction>(random.Below(11));
        token.is_turn = random.Next();
        token.position = random.Next();
        token.count = 1 + random.Below(32);
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_VIRTQUEUE_COSIM_FETCH_ISSUE_H_
