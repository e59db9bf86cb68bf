// SPDX-License-Identifier: Apache-2.0
// Segments of good and bad chains, setups and stops.
#ifndef VIREO_TESTS_HW_NET_COSIM_RECEIVE_COLLECT_H_
#define VIREO_TESTS_HW_NET_COSIM_RECEIVE_COLLECT_H_

#include "hw/net/receive_collect.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/net/cosim/draw.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["segment_in"] =
      sim::Source<NetSegment>([](sim::Random& random, NetSegment& segment) {
        segment = DrawSegment(random, QueueKind::kReceive);
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_NET_COSIM_RECEIVE_COLLECT_H_
