// SPDX-License-Identifier: Apache-2.0
// Frames to a few addresses, which functions have and lose.
#ifndef VIREO_TESTS_HW_NET_COSIM_MAC_TABLE_H_
#define VIREO_TESTS_HW_NET_COSIM_MAC_TABLE_H_

#include "hw/net/mac_table.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/net/cosim/draw.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["address_in"] =
      sim::Source<FunctionAddress>([](sim::Random& random, FunctionAddress& address) {
        address.function = random.Next();
        address.mac = 2 * random.Below(8);
        address.has_mac = random.Percent(70);
        address.pairs = random.Below(kPairs + 1);
      });
  cosim.options.sources["frame_in"] =
      sim::Source<ParsedFrame>([](sim::Random& random, ParsedFrame& frame) {
        frame.destination = random.Below(16);
        frame.bytes = random.Next();
        frame.hash = random.Next();
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_NET_COSIM_MAC_TABLE_H_
