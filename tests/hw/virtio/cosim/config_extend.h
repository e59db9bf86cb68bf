// SPDX-License-Identifier: Apache-2.0
// Requests for the registers that there are, and windows that are good half the time.
#ifndef VIREO_TESTS_HW_VIRTIO_COSIM_CONFIG_EXTEND_H_
#define VIREO_TESTS_HW_VIRTIO_COSIM_CONFIG_EXTEND_H_

#include "hw/virtio/config_extend.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/virtio/cosim/accesses.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["state_in"] = sim::Source<pcie4c::FunctionState>(
      [](sim::Random& random, pcie4c::FunctionState& state) { state = RandomState(random); });
  cosim.options.sources["request_in"] =
      sim::Source<pcie4c::ConfigRequest>([](sim::Random& random, pcie4c::ConfigRequest& request) {
        namespace space = spec::config_space;
        static constexpr uint32_t kRegisters[] = {space::kPciCfgBar, space::kPciCfgOffset,
                                                  space::kPciCfgLength, space::kPciCfgData,
                                                  space::kPciCfgData};
        request.register_number = random.Percent(80) ? kRegisters[random.Below(5)] / 4
                                                     : static_cast<uint32_t>(random.Below(80));
        request.function = random.Percent(70) ? random.Below(2) : random.Next();
        request.write = random.Percent(60);
        request.data = random.Percent(90) ? random.Below(6) : random.Next();
        request.byte_enables = random.Percent(80) ? 15 : random.Next();
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_VIRTIO_COSIM_CONFIG_EXTEND_H_
