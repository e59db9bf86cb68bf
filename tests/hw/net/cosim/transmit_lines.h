// SPDX-License-Identifier: Apache-2.0
// Lines of units, some with an error or a fault.
#ifndef VIREO_TESTS_HW_NET_COSIM_TRANSMIT_LINES_H_
#define VIREO_TESTS_HW_NET_COSIM_TRANSMIT_LINES_H_

#include "hw/net/transmit_lines.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/net/cosim/draw.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["line_in"] = sim::Source<ReadLine<TransmitContext>>(
      [](sim::Random& random, ReadLine<TransmitContext>& line) { line = DrawReadLine(random); });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_NET_COSIM_TRANSMIT_LINES_H_
