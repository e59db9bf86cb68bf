// SPDX-License-Identifier: Apache-2.0
// Frames to one function or to several, most of them short.
#ifndef VIREO_TESTS_HW_NET_COSIM_SWITCH_ORDER_H_
#define VIREO_TESTS_HW_NET_COSIM_SWITCH_ORDER_H_

#include "hw/net/switch_order.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/net/cosim/draw.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  for (const char* port : {"wire_in", "function_in"}) {
    cosim.options.sources[port] =
        sim::Source<StoredFrame<Directed>>([](sim::Random& random, StoredFrame<Directed>& frame) {
          const FunctionSet set = random.Next();
          frame.origin.has_several = random.Percent(60) && (set & (set - 1)) != 0;
          frame.origin.receivers =
              frame.origin.has_several == 1 ? set : FunctionSet(1) << random.Below(kFunctions);
          frame.origin.sender = random.Next();
          frame.bytes = random.Between(14, random.Percent(80) ? 200 : kMaxFrame);
        });
  }
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_NET_COSIM_SWITCH_ORDER_H_
