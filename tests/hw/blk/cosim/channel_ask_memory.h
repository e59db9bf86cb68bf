// SPDX-License-Identifier: Apache-2.0
// Reads of up to a slot, and of completions.
#ifndef VIREO_TESTS_HW_BLK_COSIM_CHANNEL_ASK_MEMORY_H_
#define VIREO_TESTS_HW_BLK_COSIM_CHANNEL_ASK_MEMORY_H_

#include <cstring>
#include <memory>
#include <vector>

#include "hw/blk/channel_fetch.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["data_in"] =
      sim::Source<ChannelFetch>([](sim::Random& random, ChannelFetch& fetch) {
        const uint64_t first = random.Below(64);
        fetch.address = (random.Next() << 12) | (first << 6);
        fetch.lines = 1 + random.Below(64 - first);
        fetch.slot = random.Next();
        fetch.resumes = random.Next();
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_BLK_COSIM_CHANNEL_ASK_MEMORY_H_
