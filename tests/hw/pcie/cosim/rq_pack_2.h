// SPDX-License-Identifier: Apache-2.0
// Reads, and writes as WriteCut makes them.
#ifndef VIREO_TESTS_HW_PCIE_COSIM_RQ_PACK_2_H_
#define VIREO_TESTS_HW_PCIE_COSIM_RQ_PACK_2_H_

#include <memory>

#include "hw/pcie/rq_pack.h"
#include "hw/pcie/write_cut.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/pcie/cosim/writes.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  struct State {
    RandomWrites writes;
    WriteCut cut;
    bool in_write = false;
    ap_uint<1> refused = 0;
  };
  const auto state = std::make_shared<State>();
  cosim.options.on_reset = [state] { *state = {}; };
  cosim.options.sources["request_in"] =
      sim::Source<RequestLine>([state](sim::Random& random, RequestLine& request) {
        if (!state->in_write && random.Percent(40)) {
          request.first = 1;
          request.last = 1;
          request.address = random.Next();
          request.dwords = 1 + random.Below(128);
          request.first_be = random.Next();
          request.last_be = random.Next();
          request.tag = random.Next();
          return;
        }
        hls::stream<WriteLine> line;
        hls::stream<RequestLine> cut;
        hls::stream<WholeWrite> whole;
        line.write(state->writes.Next(random));
        state->cut.Step(line, cut, whole);
        request = cut.read();
        if (request.first == 1) state->refused = random.Percent(10);
        request.refused = state->refused;
        request.writer = request.address.to_uint() / 1024 % 2;
        state->in_write = request.last == 0;
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_PCIE_COSIM_RQ_PACK_2_H_
