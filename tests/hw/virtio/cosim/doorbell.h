// SPDX-License-Identifier: Apache-2.0
// Notifications, most of queues that there are.
#ifndef VIREO_TESTS_HW_VIRTIO_COSIM_DOORBELL_H_
#define VIREO_TESTS_HW_VIRTIO_COSIM_DOORBELL_H_

#include "hw/virtio/queue_starter.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/virtio/cosim/accesses.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["notify_in"] =
      sim::Source<RegisterAccess>([](sim::Random& random, RegisterAccess& access) {
        access = RandomAccess(random, spec::function_bar::kNotifyCfg);
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_VIRTIO_COSIM_DOORBELL_H_
