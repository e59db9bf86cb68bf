// SPDX-License-Identifier: Apache-2.0
// As many tags come back as pieces were let through.
#ifndef VIREO_TESTS_HW_PCIE_COSIM_READ_ADMIT_16_H_
#define VIREO_TESTS_HW_PCIE_COSIM_READ_ADMIT_16_H_

#include <cstring>
#include <memory>
#include <vector>

#include "sim/harness/cosim_main.h"
#include "tests/hw/pcie/cosim/requests.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  using Measured = MeasuredRead<ap_uint<32>>;
  const auto held = std::make_shared<std::vector<FunctionIndex>>();  // of each piece
  const auto first = std::make_shared<bool>(true);
  cosim.options.on_reset = [held, first] {
    held->clear();
    *first = true;
  };
  cosim.options.sources["request_in"] = [first](sim::Random& random, std::byte* bytes) {
    Measured measured;
    measured.request = RandomRequest(random);
    if (random.Percent(70)) measured.request.function = 0;
    measured.pieces = 1 + random.Below(3);
    measured.first = *first;
    measured.error = random.Percent(5);
    *first = measured.request.last == 1;
    std::memcpy(bytes, &measured, sizeof measured);
    return true;
  };
  cosim.options.observers["request_out"] = [held](const std::byte* bytes) {
    Measured measured;
    std::memcpy(&measured, bytes, sizeof measured);
    held->insert(held->end(), measured.pieces.to_uint(), measured.request.function);
  };
  cosim.options.sources["freed_in"] = [held](sim::Random& random, std::byte* bytes) {
    if (held->empty()) return false;
    const size_t pick = random.Below(held->size());
    FreedTag<16> freed;
    freed.tag = random.Next();
    freed.function = (*held)[pick];
    held->erase(held->begin() + static_cast<ptrdiff_t>(pick));
    std::memcpy(bytes, &freed, sizeof freed);
    return true;
  };
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_PCIE_COSIM_READ_ADMIT_16_H_
