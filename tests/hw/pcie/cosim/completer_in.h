// SPDX-License-Identifier: Apache-2.0
// Packets of the host, of all kinds and lengths, to functions of which most are on.
#ifndef VIREO_TESTS_HW_PCIE_COSIM_COMPLETER_IN_H_
#define VIREO_TESTS_HW_PCIE_COSIM_COMPLETER_IN_H_

#include <memory>

#include "hw/pcie/completer_in.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/virtio/cosim/accesses.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  const auto left = std::make_shared<unsigned>(0);  // beats of the packet behind this one
  cosim.options.on_reset = [left] { *left = 0; };
  cosim.options.sources["state_in"] = sim::Source<pcie4c::FunctionState>(
      [](sim::Random& random, pcie4c::FunctionState& state) { state = RandomState(random); });
  cosim.options.sources["cq_in"] =
      sim::Source<pcie4c::CqBeat>([left](sim::Random& random, pcie4c::CqBeat& beat) {
        for (int i = 0; i < 8; ++i) beat.data.range(64 * i + 63, 64 * i) = random.Next();
        beat.keep = ~ap_uint<64>(0);
        beat.strb = 0;
        beat.user = 0;
        if (*left == 0) {
          static constexpr unsigned kTypes[] = {0, 0, 0, 1, 1, 1, 1, 2, 4, 12, 13};
          pcie4c::CqDescriptor request;
          request.address = random.Next();
          request.dword_count = 1 + random.Below(random.Percent(70) ? 3 : 40);
          request.request_type = kTypes[random.Below(std::size(kTypes))];
          request.requester_id = random.Next();
          request.tag = random.Next();
          request.target_function = random.Below(kFunctions + 1);
          request.bar_id = random.Percent(90) ? 0 : random.Next();
          beat.data.range(127, 0) = pcie4c::Pack(request);
          pcie4c::CqUser user;
          user.first_be = random.Next();
          user.last_be = random.Next();
          user.is_sop = 1;
          user.discontinue = random.Percent(5);
          beat.user = pcie4c::Pack(user);
          const bool has_payload = request.request_type == 1 || request.request_type >= 4;
          if (has_payload) *left = (request.dword_count.to_uint() + 3) / 16 + 1;
          if (!has_payload) *left = 1;
        }
        --*left;
        beat.last = *left == 0;
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_PCIE_COSIM_COMPLETER_IN_H_
