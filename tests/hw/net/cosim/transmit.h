// SPDX-License-Identifier: Apache-2.0
// Segments of good and bad chains, and lines of units that need not be theirs.
#ifndef VIREO_TESTS_HW_NET_COSIM_TRANSMIT_H_
#define VIREO_TESTS_HW_NET_COSIM_TRANSMIT_H_

#include "hw/net/transmit.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/net/cosim/draw.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["segment_in"] =
      sim::Source<NetSegment>([](sim::Random& random, NetSegment& segment) {
        segment = DrawSegment(random, QueueKind::kTransmit);
      });
  cosim.options.sources["line_in"] = sim::Source<ReadLine<TransmitContext>>(
      [](sim::Random& random, ReadLine<TransmitContext>& line) { line = DrawReadLine(random); });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_NET_COSIM_TRANSMIT_H_
