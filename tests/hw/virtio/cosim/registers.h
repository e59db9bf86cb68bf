// SPDX-License-Identifier: Apache-2.0
// Drivers that get to all states, and events for functions that are in them.
#ifndef VIREO_TESTS_HW_VIRTIO_COSIM_REGISTERS_H_
#define VIREO_TESTS_HW_VIRTIO_COSIM_REGISTERS_H_

#include "hw/virtio/registers.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/virtio/cosim/accesses.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["event_in"] =
      sim::Source<RegisterEvent>([](sim::Random& random, RegisterEvent& event) {
        const bool is_access = random.Percent(75);
        event = {};
        event.kind = is_access ? RegisterEventKind::kAccess
                               : static_cast<RegisterEventKind>(random.Below(7));
        event.access = RandomAccess(random, random.Percent(90) ? 0 : 0x2000);
        event.function = event.access.function;
        event.virtqueue = random.Below(random.Percent(80) ? 2 : kQueuesOfPhysical);
        event.is_flr = random.Percent(30);
        event.update.function = event.function;
        event.update.word = random.Next();
        event.update.data = random.Next();
      });
  cosim.options.sources["queue_in"] =
      sim::Source<QueueConfig>([](sim::Random& random, QueueConfig& queue) {
        queue.size = 1U << random.Below(16);
        queue.msix_vector = random.Below(10);
        queue.desc = random.Next() & ~uint64_t{15};
        queue.driver = random.Next() & ~uint64_t{1};
        queue.device = random.Next() & ~uint64_t{random.Percent(90) ? 3U : 0U};
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_VIRTIO_COSIM_REGISTERS_H_
