// SPDX-License-Identifier: Apache-2.0
// Packed frames to the wire, to functions, or to both.
#ifndef VIREO_TESTS_HW_NET_COSIM_SWITCH_SEND_H_
#define VIREO_TESTS_HW_NET_COSIM_SWITCH_SEND_H_

#include "hw/net/switch_send.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/net/cosim/draw.h"
#include "tests/hw/primitives/cosim/packets.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  SendPackets<64>(cosim, "beat_in");
  cosim.options.sources["direction_in"] =
      sim::Source<SentDirection>([](sim::Random& random, SentDirection& direction) {
        direction.functions.receivers = random.Percent(40) ? 0 : random.Next();
        direction.functions.has_several = random.Next();
        direction.functions.sender = DrawQueue(random);
        direction.to_wire = random.Next();
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_NET_COSIM_SWITCH_SEND_H_
