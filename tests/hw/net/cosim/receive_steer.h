// SPDX-License-Identifier: Apache-2.0
// Flows of functions whose queues come and go.
#ifndef VIREO_TESTS_HW_NET_COSIM_RECEIVE_STEER_H_
#define VIREO_TESTS_HW_NET_COSIM_RECEIVE_STEER_H_

#include "hw/net/receive_steer.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/net/cosim/draw.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["pairs_in"] =
      sim::Source<FunctionPairs>([](sim::Random& random, FunctionPairs& pairs) {
        pairs.function = random.Next();
        pairs.pairs = 1 + random.Below(kPairs);
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_NET_COSIM_RECEIVE_STEER_H_
