// SPDX-License-Identifier: Apache-2.0
// Frames of IP and of something else.
#ifndef VIREO_TESTS_HW_NET_COSIM_RECEIVE_PARSE_H_
#define VIREO_TESTS_HW_NET_COSIM_RECEIVE_PARSE_H_

#include "hw/net/receive_parse.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/net/cosim/draw.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["line_in"] =
      sim::Source<FrameLine>([](sim::Random& random, FrameLine& line) {
        line.data = DrawData(random);
        if (random.Percent(40)) line.data.range(111, 96) = AsOnWire(0x0800);
        if (random.Percent(30)) line.data.range(111, 96) = AsOnWire(0x86DD);
        if (random.Percent(10)) line.data.range(111, 96) = AsOnWire(0x8100);
        line.last = random.Percent(50);
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_NET_COSIM_RECEIVE_PARSE_H_
