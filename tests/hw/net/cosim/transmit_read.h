// SPDX-License-Identifier: Apache-2.0
// Segments of good and bad chains.
#ifndef VIREO_TESTS_HW_NET_COSIM_TRANSMIT_READ_H_
#define VIREO_TESTS_HW_NET_COSIM_TRANSMIT_READ_H_

#include "hw/net/transmit_read.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/net/cosim/draw.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["segment_in"] =
      sim::Source<NetSegment>([](sim::Random& random, NetSegment& segment) {
        segment = DrawSegment(random, QueueKind::kTransmit);
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_NET_COSIM_TRANSMIT_READ_H_
