// SPDX-License-Identifier: Apache-2.0
// Moves between any two alignments.
#ifndef VIREO_TESTS_HW_BLK_COSIM_BLK_ALIGN_H_
#define VIREO_TESTS_HW_BLK_COSIM_BLK_ALIGN_H_

#include "hw/blk/align.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["move_in"] = sim::Source<BlkAlign>([](sim::Random& random, BlkAlign& move) {
    move.slot = random.Next();
    move.guest = random.Next();
    move.card = random.Next();
    move.from = random.Next();
    move.to = random.Percent(30) ? static_cast<uint64_t>(move.from) : random.Next();
    move.bytes = 1 + random.Below(random.Percent(70) ? 300 : kMoveBytes);
  });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_BLK_COSIM_BLK_ALIGN_H_
