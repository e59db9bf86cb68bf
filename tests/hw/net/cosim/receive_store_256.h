// SPDX-License-Identifier: Apache-2.0
// Frames of all lengths, some longer than a frame may be.
#ifndef VIREO_TESTS_HW_NET_COSIM_RECEIVE_STORE_256_H_
#define VIREO_TESTS_HW_NET_COSIM_RECEIVE_STORE_256_H_

#include <memory>

#include "hw/net/receive_store.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/net/cosim/draw.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  const auto left = std::make_shared<uint64_t>(0);
  cosim.options.on_reset = [left] { *left = 0; };
  cosim.options.sources["beat_in"] =
      sim::Source<ArrivedBeat<Directed>>([left](sim::Random& random, ArrivedBeat<Directed>& beat) {
        if (*left == 0) *left = 1 + random.Below(random.Percent(90) ? 5 : 200);
        --*left;
        beat.data = DrawData(random);
        beat.last = *left == 0;
        beat.bytes = beat.last == 1 ? random.Below(65) : 64;
        beat.error = random.Percent(10);
        beat.origin.receivers = random.Next();
        beat.origin.has_several = random.Next();
        beat.origin.sender = random.Next();
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_NET_COSIM_RECEIVE_STORE_256_H_
