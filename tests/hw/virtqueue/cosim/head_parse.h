// SPDX-License-Identifier: Apache-2.0
// Lines of first descriptors, of queues that are live.
#ifndef VIREO_TESTS_HW_VIRTQUEUE_COSIM_HEAD_PARSE_H_
#define VIREO_TESTS_HW_VIRTQUEUE_COSIM_HEAD_PARSE_H_

#include "hw/virtqueue/head_parse.h"
#include "tests/hw/virtqueue/cosim/live_queues.h"

namespace vireo::testing {

// Flags as drivers set them, most of the time.
inline void DrawDescriptors(sim::Random& random, Line& line) {
  for (int i = 0; i < 4; ++i) {
    line.range(128 * i + 63, 128 * i) = random.Next();
    line.range(128 * i + 95, 128 * i + 64) =
        random.Percent(50) ? 16 * random.Below(300) : random.Next();
    line.range(128 * i + 111, 128 * i + 96) = random.Percent(90) ? random.Below(8) : random.Next();
    line.range(128 * i + 127, 128 * i + 112) = random.Next() >> random.Below(64);
  }
}

inline void ConfigureCosim(sim::Cosim& cosim) {
  const LiveQueues queues(cosim);
  cosim.options.sources["line_in"] = queues.Source<ReadLine<HeadContext>>(
      [](sim::Random& random, QueueIndex queue, ReadLine<HeadContext>& token) {
        DrawDescriptors(random, token.data);
        const uint64_t place = random.Below(4);
        token.context.queue = queue;
        token.context.kind = random.Percent(90) ? RingRead::kEntries : RingRead::kStop;
        token.context.position = random.Next();
        token.context.head = random.Next();
        token.offset = 16 * place;
        token.bytes =
            token.context.kind == RingRead::kStop ? 0 : 16 * (1 + random.Below(4 - place));
        token.last_of_request = random.Next();
        token.last_of_unit = token.last_of_request;
        token.error = random.Percent(5);
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_VIRTQUEUE_COSIM_HEAD_PARSE_H_
