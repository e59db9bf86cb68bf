// SPDX-License-Identifier: Apache-2.0
// Chains whose header is divided, and now and then a wrong one.
#ifndef VIREO_TESTS_HW_BLK_COSIM_BLK_COLLECT_H_
#define VIREO_TESTS_HW_BLK_COSIM_BLK_COLLECT_H_

#include "hw/blk/collect.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["segment_in"] =
      sim::Source<BlkSegment>([](sim::Random& random, BlkSegment& segment) {
        segment.owner.queue = random.Next();
        segment.owner.function = random.Next();
        segment.is_stop = random.Percent(5);
        segment.head = random.Next();
        segment.address = random.Next();
        if (random.Percent(10)) segment.address = ~random.Below(100);
        segment.length = random.Below(random.Percent(50) ? 17 : 10000);
        if (random.Percent(5)) segment.length = random.Next();
        segment.writable = random.Percent(30);
        segment.last = random.Percent(20);
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_BLK_COSIM_BLK_COLLECT_H_
