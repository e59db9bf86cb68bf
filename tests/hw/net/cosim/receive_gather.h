// SPDX-License-Identifier: Apache-2.0
// Chains that are taken one by one or tried in a row.
#ifndef VIREO_TESTS_HW_NET_COSIM_RECEIVE_GATHER_H_
#define VIREO_TESTS_HW_NET_COSIM_RECEIVE_GATHER_H_

#include "hw/net/receive_gather.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/net/cosim/draw.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["taken_in"] =
      sim::Source<ReceiveTaken>([](sim::Random& random, ReceiveTaken& taken) {
        taken.kind = static_cast<ReceiveTakeKind>(random.Below(6));
        if (random.Percent(40)) taken.kind = ReceiveTakeKind::kMore;
        taken.reason = spec::Reason::kDropNoBuffer;
        taken.frame = DrawFrame(random);
        taken.chain = DrawChain(random);
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_NET_COSIM_RECEIVE_GATHER_H_
