// SPDX-License-Identifier: Apache-2.0
// Lines of units of either kind.
#ifndef VIREO_TESTS_HW_BLK_COSIM_BLK_SORT_H_
#define VIREO_TESTS_HW_BLK_COSIM_BLK_SORT_H_

#include <memory>

#include "hw/blk/sort.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  struct State {
    BlkRead kind = BlkRead::kHeader;
    bool begins = true;
    bool to_channel = false;
  };
  const auto state = std::make_shared<State>();
  cosim.options.on_reset = [state] { *state = {}; };
  cosim.options.sources["line_in"] =
      sim::Source<ReadLine<BlkContext>>([state](sim::Random& random, ReadLine<BlkContext>& line) {
        for (int i = 0; i < 8; ++i) line.data.range(64 * i + 63, 64 * i) = random.Next();
        line.offset = random.Next();
        const bool is_short = random.Percent(60);
        line.bytes = random.Below(is_short ? 17 : 65 - static_cast<uint64_t>(line.offset));
        line.last_of_unit = random.Percent(40);
        line.error = random.Percent(10);
        line.context.slot = random.Next();
        line.context.address = random.Next();
        line.context.readable = random.Next();
        line.context.last = random.Next();
        if (state->begins) state->kind = static_cast<BlkRead>(random.Below(4));
        if (state->begins) state->to_channel = random.Percent(50);
        line.context.kind = state->kind;
        line.context.to_channel = state->to_channel;
        state->begins = line.last_of_unit == 1;
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_BLK_COSIM_BLK_SORT_H_
