// SPDX-License-Identifier: Apache-2.0
// Lines of lawful writes.
#ifndef VIREO_TESTS_HW_PCIE_COSIM_WRITE_CUT_H_
#define VIREO_TESTS_HW_PCIE_COSIM_WRITE_CUT_H_

#include <memory>

#include "hw/pcie/write_cut.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/pcie/cosim/writes.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  const auto writes = std::make_shared<RandomWrites>();
  cosim.options.on_reset = [writes] { *writes = {}; };
  cosim.options.sources["line_in"] = sim::Source<WriteLine>(
      [writes](sim::Random& random, WriteLine& line) { line = writes->Next(random); });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_PCIE_COSIM_WRITE_CUT_H_
