// SPDX-License-Identifier: Apache-2.0
// Events of the kinds that there are.
#ifndef VIREO_TESTS_HW_VIRTIO_COSIM_INTERRUPT_MAP_H_
#define VIREO_TESTS_HW_VIRTIO_COSIM_INTERRUPT_MAP_H_

#include "hw/virtio/interrupt_map.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["event_in"] =
      sim::Source<InterruptEvent>([](sim::Random& random, InterruptEvent& event) {
        event.kind = static_cast<InterruptEventKind>(random.Percent(70) ? 0 : random.Below(3));
        event.function = random.Next();
        event.queue = random.Next();
        event.is_live = random.Percent(70);
        event.vector = random.Next();
        event.is_flr = random.Next();
      });
  cosim.options.sources["card_in"] =
      sim::Source<Interrupt>([](sim::Random& random, Interrupt& interrupt) {
        interrupt.kind = InterruptKind::kQueue;
        interrupt.function = random.Next();
        interrupt.vector = random.Next();
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_VIRTIO_COSIM_INTERRUPT_MAP_H_
