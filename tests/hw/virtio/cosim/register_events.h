// SPDX-License-Identifier: Apache-2.0
// Tokens as the hard block and the transport make them.
#ifndef VIREO_TESTS_HW_VIRTIO_COSIM_REGISTER_EVENTS_H_
#define VIREO_TESTS_HW_VIRTIO_COSIM_REGISTER_EVENTS_H_

#include "hw/virtio/register_events.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/virtio/cosim/accesses.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["state_in"] = sim::Source<pcie4c::FunctionState>(
      [](sim::Random& random, pcie4c::FunctionState& state) { state = RandomState(random); });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_VIRTIO_COSIM_REGISTER_EVENTS_H_
