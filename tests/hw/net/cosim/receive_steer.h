// SPDX-License-Identifier: Apache-2.0
// Frames to a few addresses, which functions have and lose.
#ifndef VIREO_TESTS_HW_NET_COSIM_RECEIVE_STEER_H_
#define VIREO_TESTS_HW_NET_COSIM_RECEIVE_STEER_H_

#include "hw/net/receive_steer.h"
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
  cosim.options.sources["live_in"] =
      sim::Source<ReceiveLive>([](sim::Random& random, ReceiveLive& live) {
        live.owner = DrawOwner(random);
        live.owner.function = random.Next();
        live.is_live = random.Percent(70);
      });
  cosim.options.sources["line_in"] =
      sim::Source<FrameLine>([](sim::Random& random, FrameLine& line) {
        line.data = DrawData(random);
        line.data.range(47, 0) = random.Below(16);
        if (random.Percent(40)) line.data.range(111, 96) = AsOnWire(0x0800);
        if (random.Percent(30)) line.data.range(111, 96) = AsOnWire(0x86DD);
        if (random.Percent(10)) line.data.range(111, 96) = AsOnWire(0x8100);
        line.last = random.Percent(50);
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_NET_COSIM_RECEIVE_STEER_H_
