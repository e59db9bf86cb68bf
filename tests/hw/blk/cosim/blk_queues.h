// SPDX-License-Identifier: Apache-2.0
// Segments of block queues.
#ifndef VIREO_TESTS_HW_BLK_COSIM_BLK_QUEUES_H_
#define VIREO_TESTS_HW_BLK_COSIM_BLK_QUEUES_H_

#include "hw/blk/queues.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["segment_in"] =
      sim::Source<Segment>([](sim::Random& random, Segment& segment) {
        segment.queue = random.Next();
        segment.kind = QueueKind::kBlock;
        segment.is_stop = random.Percent(10);
        segment.head = random.Next();
        segment.address = random.Next();
        segment.length = random.Next();
        segment.writable = random.Next();
        segment.last = random.Next();
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_BLK_COSIM_BLK_QUEUES_H_
