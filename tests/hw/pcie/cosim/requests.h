// SPDX-License-Identifier: Apache-2.0
// Read requests of which most are short, and units of a few.
#ifndef VIREO_TESTS_HW_PCIE_COSIM_REQUESTS_H_
#define VIREO_TESTS_HW_PCIE_COSIM_REQUESTS_H_

#include <ap_int.h>

#include "hw/pcie/dma_token.h"
#include "sim/harness/random.h"

namespace vireo::testing {

inline ReadRequest<ap_uint<32>> RandomRequest(sim::Random& random) {
  ReadRequest<ap_uint<32>> request;
  request.key = random.Next();
  request.function = random.Next();
  request.address = random.Next();
  if (random.Percent(30)) request.address |= 511;
  request.length = random.Below(random.Percent(60) ? 200 : 3000);
  if (random.Percent(1)) request.length = random.Next();
  if (random.Percent(10)) request.length = 0;
  request.last = random.Percent(60);
  request.context = random.Next();
  return request;
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_PCIE_COSIM_REQUESTS_H_
