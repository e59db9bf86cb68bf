// SPDX-License-Identifier: Apache-2.0
// Queues that are set up once, one after the other, and what comes for those that are live.
#ifndef VIREO_TESTS_HW_VIRTQUEUE_COSIM_LIVE_QUEUES_H_
#define VIREO_TESTS_HW_VIRTQUEUE_COSIM_LIVE_QUEUES_H_

#include <cstring>
#include <functional>
#include <memory>

#include "hw/virtqueue/token.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

// As the transport does it, tokens of a queue come well behind its setup: a queue is live when
// kBehind others have been set up after it.
class LiveQueues {
 public:
  explicit LiveQueues(sim::Cosim& cosim) {
    cosim.options.on_reset = [drawn = drawn_] { *drawn = 0; };
    cosim.options.sources["setup_in"] = [drawn = drawn_](sim::Random& random, std::byte* bytes) {
      if (*drawn == kQueues) return false;
      QueueSetup setup = {};
      setup.queue = (*drawn)++;
      setup.function = random.Next();
      setup.kind = static_cast<QueueKind>(random.Below(5));
      setup.size = uint64_t{1} << random.Below(16);
      setup.desc = random.Next() << 4;
      setup.driver = random.Next() << 1;
      setup.device = random.Next() << 2;
      setup.event_idx = random.Next();
      setup.indirect_desc = random.Next();
      std::memcpy(bytes, &setup, sizeof setup);
      return true;
    };
  }

  // Tokens for a queue that is live, and none while there is no such queue.
  template <class T>
  std::function<bool(sim::Random&, std::byte*)> Source(
      std::function<void(sim::Random&, QueueIndex, T&)> draw) const {
    return [drawn = drawn_, draw = std::move(draw)](sim::Random& random, std::byte* bytes) {
      if (*drawn <= kBehind) return false;
      T token = {};
      draw(random, random.Below(static_cast<uint64_t>(*drawn - kBehind)), token);
      std::memcpy(bytes, &token, sizeof token);
      return true;
    };
  }

 private:
  static constexpr int kBehind = 8;

  std::shared_ptr<int> drawn_ = std::make_shared<int>(0);  // setups
};

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_VIRTQUEUE_COSIM_LIVE_QUEUES_H_
