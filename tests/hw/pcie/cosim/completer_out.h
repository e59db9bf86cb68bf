// SPDX-License-Identifier: Apache-2.0
// Requests of up to 16 DWords, or of any length and not supported.
#ifndef VIREO_TESTS_HW_PCIE_COSIM_COMPLETER_OUT_H_
#define VIREO_TESTS_HW_PCIE_COSIM_COMPLETER_OUT_H_

#include "hw/pcie/completer_out.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["head_in"] =
      sim::Source<CompletionHead>([](sim::Random& random, CompletionHead& head) {
        pcie4c::CqDescriptor request;
        head.unsupported = random.Percent(20);
        request.address = random.Next();
        request.dword_count = 1 + random.Below(head.unsupported == 1 ? 1024
                                               : random.Percent(50)  ? 2
                                                                     : 16);
        request.request_type = 0;
        request.requester_id = random.Next();
        request.tag = random.Next();
        request.target_function = random.Next();
        request.traffic_class = random.Next();
        request.attributes = random.Next();
        head.request = pcie4c::Pack(request);
        head.first_be = random.Next();
        head.last_be = random.Next();
        head.tph_present = random.Next();
        head.tph_type = random.Next();
        head.tph_tag = random.Next();
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_PCIE_COSIM_COMPLETER_OUT_H_
