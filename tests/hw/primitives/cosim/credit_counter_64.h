// SPDX-License-Identifier: Apache-2.0
// Credits come back for requests that have left, slower than requests want them, so that they run
// out. A core is also given credits that were never taken, which it drops.
#ifndef VIREO_TESTS_HW_PRIMITIVES_COSIM_CREDIT_COUNTER_64_H_
#define VIREO_TESTS_HW_PRIMITIVES_COSIM_CREDIT_COUNTER_64_H_

#include <algorithm>
#include <cstring>
#include <memory>

#include "hw/primitives/credit/credit.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  using Count = CreditCounter<ap_uint<64>, 64>::Count;
  const auto taken = std::make_shared<unsigned>(0);
  const bool is_core = !cosim.name.ends_with("_top");
  cosim.options.on_reset = [taken] { *taken = 0; };
  cosim.options.observers["out"] = [taken](const std::byte*) { ++*taken; };
  cosim.options.sources["returned"] = [taken, is_core](sim::Random& random, std::byte* bytes) {
    Count count = 0;
    if (is_core && random.Percent(1)) {
      count = random.Below(128);
    } else {
      if (*taken == 0 || !random.Percent(30)) return false;
      count = 1 + random.Below(std::min(*taken, 2U));
      *taken -= count.to_uint();
    }
    std::memcpy(bytes, &count, sizeof count);
    return true;
  };
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_PRIMITIVES_COSIM_CREDIT_COUNTER_64_H_
