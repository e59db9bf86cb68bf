// SPDX-License-Identifier: Apache-2.0
// Units of requests.
#ifndef VIREO_TESTS_HW_PCIE_COSIM_READ_MEASURE_16_H_
#define VIREO_TESTS_HW_PCIE_COSIM_READ_MEASURE_16_H_

#include "sim/harness/cosim_main.h"
#include "tests/hw/pcie/cosim/requests.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  using Request = ReadRequest<ap_uint<32>>;
  cosim.options.sources["request_in"] = sim::Source<Request>(
      [](sim::Random& random, Request& request) { request = RandomRequest(random); });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_PCIE_COSIM_READ_MEASURE_16_H_
