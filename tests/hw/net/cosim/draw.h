// SPDX-License-Identifier: Apache-2.0
// Tokens of few queues and addresses, so that they meet again.
#ifndef VIREO_TESTS_HW_NET_COSIM_DRAW_H_
#define VIREO_TESTS_HW_NET_COSIM_DRAW_H_

#include "hw/net/token.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline unsigned DrawQueue(sim::Random& random) { return static_cast<unsigned>(random.Below(4)); }

inline Line DrawData(sim::Random& random) {
  Line data;
  for (int low = 0; low < 512; low += 64) data.range(low + 63, low) = random.Next();
  return data;
}

// Mostly of a size that chains have, now and then of any.
inline uint32_t DrawLength(sim::Random& random) {
  if (random.Percent(20)) return static_cast<uint32_t>(random.Next());
  return static_cast<uint32_t>(random.Below(random.Percent(50) ? 40 : 10000));
}

inline NetQueue DrawOwner(sim::Random& random) {
  NetQueue owner;
  owner.queue = DrawQueue(random);
  owner.function = DrawQueue(random);
  owner.pair = random.Next();
  owner.mergeable = random.Next();
  return owner;
}

inline NetSegment DrawSegment(sim::Random& random, QueueKind kind) {
  const bool is_receive = kind == QueueKind::kReceive;
  NetSegment segment;
  segment.owner = DrawOwner(random);
  segment.is_setup = is_receive && random.Percent(8);
  segment.is_stop = segment.is_setup == 0 && random.Percent(8);
  segment.head = random.Next();
  segment.address = random.Next();
  segment.length = DrawLength(random);
  segment.writable = random.Percent(10) != is_receive;
  segment.last = random.Percent(50);
  return segment;
}

inline ReadLine<TransmitContext> DrawReadLine(sim::Random& random) {
  ReadLine<TransmitContext> line;
  line.data = DrawData(random);
  line.offset = random.Percent(50) ? 0 : random.Below(64);
  const uint64_t most = 64 - line.offset.to_uint64();
  line.bytes = random.Percent(50) ? most : random.Below(most + 1);
  line.last_of_request = random.Next();
  line.last_of_unit = random.Percent(40);
  line.error = random.Percent(5);
  line.context.queue = DrawQueue(random);
  line.context.function = random.Next();
  line.context.is_stop = random.Percent(10);
  line.context.head = random.Next();
  line.context.fault = random.Percent(10) ? QueueFault::kTooFewBytes : QueueFault::kNone;
  line.context.bytes = random.Next();
  return line;
}

inline ReceiveChain DrawChain(sim::Random& random) {
  ReceiveChain chain;
  chain.head = random.Next();
  chain.capacity = DrawLength(random);
  const auto used = random.Between(1, kReceiveSegments);
  for (int i = 0; i < kReceiveSegments; ++i) {
    chain.buffers[i].address = random.Next();
    chain.buffers[i].length = i < used ? DrawLength(random) : 0;
  }
  return chain;
}

inline SteeredFrame DrawFrame(sim::Random& random) {
  SteeredFrame frame;
  frame.queue = DrawQueue(random);
  frame.function = random.Next();
  frame.has_queue = random.Percent(90);
  frame.bytes = DrawLength(random);
  return frame;
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_NET_COSIM_DRAW_H_
