// SPDX-License-Identifier: Apache-2.0
// Plans of all kinds, and chains for them.
#ifndef VIREO_TESTS_HW_NET_COSIM_RECEIVE_CUT_H_
#define VIREO_TESTS_HW_NET_COSIM_RECEIVE_CUT_H_

#include "hw/net/receive_cut.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/net/cosim/draw.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["plan_in"] =
      sim::Source<ReceivePlan>([](sim::Random& random, ReceivePlan& plan) {
        plan.kind = static_cast<ReceivePlanKind>(random.Below(3));
        plan.reason = spec::Reason::kDropNoBuffer;
        plan.frame = DrawFrame(random);
        plan.chains = random.Below(4);
      });
  cosim.options.sources["chain_in"] = sim::Source<ReceiveChain>(
      [](sim::Random& random, ReceiveChain& chain) { chain = DrawChain(random); });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_NET_COSIM_RECEIVE_CUT_H_
