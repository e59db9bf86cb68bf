// SPDX-License-Identifier: Apache-2.0
// Lines from every lane to every place.
#ifndef VIREO_TESTS_HW_NET_COSIM_RECEIVE_PLACE_H_
#define VIREO_TESTS_HW_NET_COSIM_RECEIVE_PLACE_H_

#include "hw/net/receive_place.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/net/cosim/draw.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["line_in"] =
      sim::Source<ReceiveLine>([](sim::Random& random, ReceiveLine& line) {
        line = {};
        line.piece.is_dropped = random.Percent(10);
        line.piece.ends = random.Percent(30);
        line.piece.chains = random.Below(kReceiveWindow + 1);
        line.piece.queue = random.Next();
        line.piece.function = random.Next();
        line.piece.address = random.Next();
        line.piece.length = DrawLength(random);
        line.starts = random.Percent(30);
        line.needs_next = line.piece.is_dropped | ap_uint<1>(random.Percent(70));
        line.lane = 1 + random.Below(64);
        line.distance = random.Next();
        line.last = random.Percent(40);
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_NET_COSIM_RECEIVE_PLACE_H_
