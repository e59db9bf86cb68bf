// SPDX-License-Identifier: Apache-2.0
// Frames both ways to a few addresses, which functions have and lose, and to groups.
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
  cosim.options.sources["live_in"] =
      sim::Source<ReceiveLive>([](sim::Random& random, ReceiveLive& live) {
        live.owner = DrawOwner(random);
        live.owner.pair = random.Below(2);
        live.is_live = random.Percent(50);
      });
  cosim.options.sources["arrived_in"] =
      sim::Source<StoredFrame<Undirected>>([](sim::Random& random, StoredFrame<Undirected>& frame) {
        frame.origin.destination = random.Below(16);
        frame.bytes = random.Next();
      });
  cosim.options.sources["sent_in"] =
      sim::Source<SentFrame>([](sim::Random& random, SentFrame& frame) {
        frame.destination = random.Below(16);
        frame.sender = DrawQueue(random);
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_NET_COSIM_MAC_TABLE_H_
