// SPDX-License-Identifier: Apache-2.0
// Commands, and acks for those that need them.
#ifndef VIREO_TESTS_HW_BLK_COSIM_BLK_USED_H_
#define VIREO_TESTS_HW_BLK_COSIM_BLK_USED_H_

#include <memory>

#include "hw/blk/post.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  const auto open = std::make_shared<int>(0);  // commands without their ack
  cosim.options.on_reset = [open] { *open = 0; };
  cosim.options.sources["posted_in"] =
      sim::Source<BlkStatus>([open](sim::Random& random, BlkStatus& status) {
        status.slot = random.Next();
        status.owner.queue = random.Next();
        status.head = random.Next();
        status.op = static_cast<BlkOp>(random.Below(7));
        status.bytes = random.Next();
        if (status.op != BlkOp::kStop && status.op != BlkOp::kVoid) ++*open;
      });
  cosim.options.sources["ack_in"] = [open](sim::Random&, std::byte*) {
    if (*open == 0) return false;
    --*open;
    return true;
  };
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_BLK_COSIM_BLK_USED_H_
