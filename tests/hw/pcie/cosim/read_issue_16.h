// SPDX-License-Identifier: Apache-2.0
// Requests of a few pieces.
#ifndef VIREO_TESTS_HW_PCIE_COSIM_READ_ISSUE_16_H_
#define VIREO_TESTS_HW_PCIE_COSIM_READ_ISSUE_16_H_

#include "sim/harness/cosim_main.h"
#include "tests/hw/pcie/cosim/requests.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  using Measured = MeasuredRead<ap_uint<32>>;
  cosim.options.sources["request_in"] =
      sim::Source<Measured>([](sim::Random& random, Measured& measured) {
        measured.request = RandomRequest(random);
        measured.error = random.Percent(5);
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_PCIE_COSIM_READ_ISSUE_16_H_
