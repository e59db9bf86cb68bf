// SPDX-License-Identifier: Apache-2.0
// Accesses to all pages of the BAR.
#ifndef VIREO_TESTS_HW_VIRTIO_COSIM_ACCESS_ROUTER_H_
#define VIREO_TESTS_HW_VIRTIO_COSIM_ACCESS_ROUTER_H_

#include "hw/spec/management_bar.h"
#include "hw/virtio/access_router.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/virtio/cosim/accesses.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  for (const char* port : {"access_in", "window_in"}) {
    cosim.options.sources[port] =
        sim::Source<RegisterAccess>([](sim::Random& random, RegisterAccess& access) {
          access = RandomAccess(random, 0x1000 * static_cast<uint32_t>(random.Below(16)));
          if (random.Percent(80)) return;
          access.function = kManagementFunction;
          access.dword = (spec::management_bar::kFunctionCounters.At(
                              static_cast<uint32_t>(random.Below(kFunctions))) +
                          8 * static_cast<uint32_t>(random.Below(256))) /
                         4;
        });
  }
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_VIRTIO_COSIM_ACCESS_ROUTER_H_
