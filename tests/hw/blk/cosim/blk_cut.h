// SPDX-License-Identifier: Apache-2.0
// Cursors in segments, some of them at an end.
#ifndef VIREO_TESTS_HW_BLK_COSIM_BLK_CUT_H_
#define VIREO_TESTS_HW_BLK_COSIM_BLK_CUT_H_

#include "hw/blk/cut.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["lookup_in"] =
      sim::Source<BlkLookup>([](sim::Random& random, BlkLookup& lookup) {
        constexpr BlkOp kOps[] = {BlkOp::kIn, BlkOp::kOut, BlkOp::kGetId, BlkOp::kFlush};
        lookup.cursor.slot = random.Next();
        lookup.cursor.op = kOps[random.Below(4)];
        lookup.cursor.to_channel = random.Percent(30);
        lookup.cursor.place = random.Next();
        lookup.cursor.offset = random.Below(5000);
        lookup.cursor.left = random.Percent(20) ? 0 : 1 + random.Below(10000);
        lookup.cursor.address = random.Next();
        lookup.buffer.address = random.Next();
        lookup.buffer.length = lookup.cursor.offset + 1 + random.Below(5000);
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_BLK_COSIM_BLK_CUT_H_
