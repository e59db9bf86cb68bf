// SPDX-License-Identifier: Apache-2.0
// Vectors that there are, most of the time, and functions that change their masks.
#ifndef VIREO_TESTS_HW_VIRTIO_COSIM_MSIX_H_
#define VIREO_TESTS_HW_VIRTIO_COSIM_MSIX_H_

#include "hw/virtio/msix.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/virtio/cosim/accesses.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["interrupt_in"] =
      sim::Source<Interrupt>([](sim::Random& random, Interrupt& interrupt) {
        interrupt.kind = random.Percent(70)   ? InterruptKind::kQueue
                         : random.Percent(90) ? InterruptKind::kConfig
                                              : InterruptKind::kReset;
        interrupt.function = random.Below(2);
        interrupt.vector = random.Percent(90) ? random.Below(kQueuesOfPhysical + 2) : random.Next();
        interrupt.is_flr = random.Percent(20);
      });
  cosim.options.sources["access_in"] =
      sim::Source<RegisterAccess>([](sim::Random& random, RegisterAccess& access) {
        namespace bar = spec::function_bar;
        static constexpr uint32_t kPages[] = {bar::kIsrCfg, bar::kPendingBits, bar::kMsixTable,
                                              bar::kMsixTable};
        access = RandomAccess(random, kPages[random.Below(std::size(kPages))]);
      });
  cosim.options.sources["state_in"] = sim::Source<pcie4c::FunctionState>(
      [](sim::Random& random, pcie4c::FunctionState& state) { state = RandomState(random); });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_VIRTIO_COSIM_MSIX_H_
