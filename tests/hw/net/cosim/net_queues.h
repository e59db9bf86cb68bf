// SPDX-License-Identifier: Apache-2.0
// Even queues receive and odd ones transmit; setups and segments of a few of them.
#ifndef VIREO_TESTS_HW_NET_COSIM_NET_QUEUES_H_
#define VIREO_TESTS_HW_NET_COSIM_NET_QUEUES_H_

#include "hw/net/net_queues.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/net/cosim/draw.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  const auto kind = [](unsigned queue) {
    return queue % 2 == 0 ? QueueKind::kReceive : QueueKind::kTransmit;
  };
  cosim.options.sources["setup_in"] =
      sim::Source<QueueSetup>([kind](sim::Random& random, QueueSetup& setup) {
        setup.queue = DrawQueue(random);
        setup.function = random.Next();
        setup.kind = kind(setup.queue.to_uint());
        setup.mergeable = random.Next();
        setup.number = random.Next();
      });
  cosim.options.sources["segment_in"] =
      sim::Source<Segment>([kind](sim::Random& random, Segment& segment) {
        segment.queue = DrawQueue(random);
        segment.kind = kind(segment.queue.to_uint());
        segment.is_stop = random.Percent(10);
        segment.head = random.Next();
        segment.address = random.Next();
        segment.length = random.Next();
        segment.writable = random.Next();
        segment.last = random.Next();
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_NET_COSIM_NET_QUEUES_H_
