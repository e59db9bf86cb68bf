// SPDX-License-Identifier: Apache-2.0
// Chains and frames of a few queues, which come and go.
#ifndef VIREO_TESTS_HW_NET_COSIM_RECEIVE_TAKE_H_
#define VIREO_TESTS_HW_NET_COSIM_RECEIVE_TAKE_H_

#include "hw/net/receive_take.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/net/cosim/draw.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["post_in"] =
      sim::Source<ReceivePost>([](sim::Random& random, ReceivePost& post) {
        post.kind = ReceivePostKind::kChain;
        if (random.Percent(20)) post.kind = static_cast<ReceivePostKind>(random.Below(4));
        post.owner = DrawOwner(random);
        post.chain = DrawChain(random);
      });
  cosim.options.sources["frame_in"] = sim::Source<SteeredFrame>(
      [](sim::Random& random, SteeredFrame& frame) { frame = DrawFrame(random); });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_NET_COSIM_RECEIVE_TAKE_H_
