// SPDX-License-Identifier: Apache-2.0
// No more acks than frames.
#ifndef VIREO_TESTS_HW_NET_COSIM_RECEIVE_USED_256_H_
#define VIREO_TESTS_HW_NET_COSIM_RECEIVE_USED_256_H_

#include <cstring>
#include <memory>

#include "hw/net/receive_used.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/net/cosim/draw.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  const auto frames = std::make_shared<int>(0);
  cosim.options.on_reset = [frames] { *frames = 1; };  // one may have been drawn before
  cosim.options.sources["used_in"] =
      sim::Source<UsedBuffer>([frames](sim::Random& random, UsedBuffer& used) {
        used.queue = random.Next();
        used.is_stop = random.Percent(10);
        used.id = random.Next();
        used.length = random.Next();
        used.gathers = random.Percent(40);
        if (used.is_stop == 0 && used.gathers == 0) ++*frames;
      });
  cosim.options.sources["ack_in"] = [frames](sim::Random& random, std::byte* bytes) {
    if (*frames == 0) return false;
    --*frames;
    const WriteAck ack = {random.Below(kQueues)};
    std::memcpy(bytes, &ack, sizeof ack);
    return true;
  };
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_NET_COSIM_RECEIVE_USED_256_H_
