// SPDX-License-Identifier: Apache-2.0
// Plans for frames of a few lines; what is copied was kept before.
#ifndef VIREO_TESTS_HW_NET_COSIM_SWITCH_LINES_H_
#define VIREO_TESTS_HW_NET_COSIM_SWITCH_LINES_H_

#include <memory>

#include "hw/net/switch_lines.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/net/cosim/draw.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  const auto kept = std::make_shared<uint64_t>(0);  // lines from the first one on
  cosim.options.on_reset = [kept] { *kept = 0; };
  cosim.options.sources["plan_in"] =
      sim::Source<SwitchPlan>([kept](sim::Random& random, SwitchPlan& plan) {
        plan.action = static_cast<SwitchAction>(random.Below(4));
        plan.from_function = random.Next();
        plan.receiver = FunctionSet(1) << random.Below(kFunctions);
        plan.lines = random.Between(1, 5);
        plan.bytes = 64 * plan.lines;
        plan.at = random.Below(*kept + 1);
        const uint64_t end = plan.at.to_uint64() + plan.lines.to_uint64();
        if (plan.action == SwitchAction::kCopy && end > *kept) plan.action = SwitchAction::kKeep;
        if (end > kGroupLines) plan.action = SwitchAction::kPass;
        if (plan.action == SwitchAction::kKeep && end > *kept) *kept = end;
      });
  for (const char* port : {"wire_in", "function_in"}) {
    cosim.options.sources[port] = sim::Source<FrameLine>([](sim::Random& random, FrameLine& line) {
      line.data = DrawData(random);
      line.last = random.Next();
    });
  }
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_NET_COSIM_SWITCH_LINES_H_
