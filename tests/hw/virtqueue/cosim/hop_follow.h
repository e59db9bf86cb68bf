// SPDX-License-Identifier: Apache-2.0
// Descriptors for slots that have had a chain: nothing comes for them before each of them has.
#ifndef VIREO_TESTS_HW_VIRTQUEUE_COSIM_HOP_FOLLOW_H_
#define VIREO_TESTS_HW_VIRTQUEUE_COSIM_HOP_FOLLOW_H_

#include <cstring>
#include <memory>

#include "hw/virtqueue/hop_follow.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline Descriptor RandomDescriptor(sim::Random& random) {
  Descriptor descriptor;
  descriptor.address = random.Next() << (random.Percent(80) ? 4 : 0);
  descriptor.length = random.Percent(80) ? (random.Below(300) << 4) : random.Next();
  descriptor.flags = random.Below(8);
  descriptor.next = random.Below(20);
  return descriptor;
}

inline void ConfigureCosim(sim::Cosim& cosim) {
  auto drawn = std::make_shared<int>(0);  // requests; all but the last of them were taken
  cosim.options.on_reset = [drawn] { *drawn = 0; };
  cosim.options.sources["request_in"] = [drawn](sim::Random& random, std::byte* bytes) {
    HopRequest token = {};
    token.job.start.queue = random.Next();
    token.job.start.kind = static_cast<QueueKind>(random.Below(5));
    token.job.start.position = random.Next();
    token.job.start.head = random.Next();
    token.job.start.first = RandomDescriptor(random);
    token.job.is_stop = *drawn >= kHopSlots && random.Percent(30);
    token.table.function = random.Next();
    token.table.address = random.Next() << 4;
    token.table.size = uint64_t{1} << random.Below(8);
    token.table.indirect_desc = random.Next();
    ++*drawn;
    std::memcpy(bytes, &token, sizeof token);
    return true;
  };
  cosim.options.sources["freed_in"] = [drawn](sim::Random& random, std::byte* bytes) {
    if (*drawn <= kHopSlots) return false;
    const HopSlot token = random.Next();
    std::memcpy(bytes, &token, sizeof token);
    return true;
  };
  cosim.options.sources["read_in"] = [drawn](sim::Random& random, std::byte* bytes) {
    if (*drawn <= kHopSlots) return false;
    HopRead token = {};
    token.slot = random.Next();
    token.begins = random.Percent(30);
    token.ends = random.Percent(30);
    token.error = random.Percent(5);
    token.descriptor = RandomDescriptor(random);
    std::memcpy(bytes, &token, sizeof token);
    return true;
  };
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_VIRTQUEUE_COSIM_HOP_FOLLOW_H_
