// SPDX-License-Identifier: Apache-2.0
// Drivers that start and reset their device, between accesses and events of any kind.
#ifndef VIREO_TESTS_HW_VIRTIO_COSIM_REGISTERS_H_
#define VIREO_TESTS_HW_VIRTIO_COSIM_REGISTERS_H_

#include <deque>
#include <memory>

#include "hw/virtio/registers.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/virtio/cosim/accesses.h"

namespace vireo::testing {

inline RegisterEvent EventOf(RegisterEventKind kind, unsigned virtqueue = 0) {
  RegisterEvent event = {};
  event.kind = kind;
  event.virtqueue = virtqueue;
  return event;
}

inline RegisterEvent WriteOf(const spec::Register& reg, uint32_t value) {
  RegisterEvent event = EventOf(RegisterEventKind::kAccess);
  event.access.dword = reg.offset / 4;
  event.access.write = 1;
  event.access.byte_enables = reg.bytes >= 4 ? 15 : ((1 << reg.bytes) - 1) << reg.offset % 4;
  event.access.data = value << (8 * (reg.offset % 4));
  return event;
}

// From one reset to the next, with queues 0 and 1.
inline std::deque<RegisterEvent> Life(sim::Random& random) {
  namespace cfg = spec::common_cfg;
  using Kind = RegisterEventKind;
  std::deque<RegisterEvent> events = {WriteOf(cfg::kDeviceStatus, 0), EventOf(Kind::kCleared)};
  if (random.Percent(30)) events.push_front(EventOf(Kind::kFlr));
  events.back().is_flr = random.Percent(80);
  events.push_back(WriteOf(cfg::kDriverFeatureSelect, 1));
  events.push_back(WriteOf(cfg::kDriverFeature, 1));
  events.push_back(WriteOf(cfg::kDeviceStatus, 11));
  for (unsigned queue = 0; queue < 2; ++queue) {
    events.push_back(WriteOf(cfg::kQueueSelect, queue));
    events.push_back(WriteOf(cfg::kQueueDesc, 0x1000));
    events.push_back(WriteOf(cfg::kQueueEnable, 1));
  }
  events.push_back(WriteOf(cfg::kDeviceStatus, 15));
  for (unsigned queue = 0; queue < 2; ++queue) events.push_back(EventOf(Kind::kWalk, queue));
  if (random.Percent(30)) events.push_back(EventOf(Kind::kFaulted, 1));
  events.push_back(WriteOf(cfg::kDeviceStatus, 0));
  for (unsigned queue = 0; queue < 2; ++queue) events.push_back(EventOf(Kind::kWalk, queue));
  for (unsigned queue = 0; queue < 2; ++queue) events.push_back(EventOf(Kind::kStopped, queue));
  return events;
}

inline void ConfigureCosim(sim::Cosim& cosim) {
  const auto life = std::make_shared<std::deque<RegisterEvent>>();
  cosim.options.on_reset = [life] { life->clear(); };
  cosim.options.sources["event_in"] =
      sim::Source<RegisterEvent>([life](sim::Random& random, RegisterEvent& event) {
        if (life->empty()) *life = Life(random);
        if (random.Percent(70)) {
          event = life->front();
          life->pop_front();
        } else {
          event = EventOf(static_cast<RegisterEventKind>(random.Below(7)), random.Below(2));
          event.access = RandomAccess(random, random.Percent(80) ? 0 : 0x2000);
          event.function = event.access.function;
          event.is_flr = random.Percent(30);
        }
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
