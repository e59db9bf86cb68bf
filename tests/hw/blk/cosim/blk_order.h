// SPDX-License-Identifier: Apache-2.0
// Commands of few disks that often overlap, and slots that come free.
#ifndef VIREO_TESTS_HW_BLK_COSIM_BLK_ORDER_H_
#define VIREO_TESTS_HW_BLK_COSIM_BLK_ORDER_H_

#include "hw/blk/order.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["command_in"] =
      sim::Source<BlkCommand>([](sim::Random& random, BlkCommand& command) {
        command.slot = random.Next();
        command.owner.queue = random.Below(4);
        command.owner.function = random.Below(2);
        command.op = static_cast<BlkOp>(random.Below(7));
        command.first = random.Below(64);
        command.end = command.first + random.Below(16);
        command.address = random.Next();
        command.bytes = random.Next();
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_BLK_COSIM_BLK_ORDER_H_
