// SPDX-License-Identifier: Apache-2.0
// How many slots of the command table a function can have.

#include <gtest/gtest.h>

#include "hw/blk/admit.h"
#include "tests/hw/primitives/bench.h"

namespace vireo::test {
namespace {

class AdmitTest : public ::testing::Test {
 protected:
  AdmitTest() { Run(2 * kFunctions); }

  void Run(int clocks) {
    for (int i = 0; i < clocks; ++i) admit_->Step(segments, admitted, freed, free);
  }
  // Chains of two segments.
  void Add(unsigned function, int chains) {
    for (int i = 0; i < 2 * chains; ++i) {
      BlkSegment segment = {};
      segment.owner.function = function;
      segment.last = i % 2;
      segments.write(segment);
    }
  }
  size_t Admitted() {
    Run(200);
    return admitted.size();
  }

  hls::stream<BlkSegment> segments, admitted;
  hls::stream<BlkFreed> freed;
  hls::stream<BlkSlot> free;

 private:
  PoweredOn<BlkAdmit> admit_;
};

TEST_F(AdmitTest, AFunctionAloneLeavesAFifth) {
  Add(1, 2 * kBlockCommands);
  EXPECT_EQ(Admitted(), 2U * (kBlockCommands - kBlockCommands / 5));
}

TEST_F(AdmitTest, WhatOneLeavesIsForTheOthers) {
  const int most = kBlockCommands - kBlockCommands / 5;
  Add(1, most);
  Add(4, 1);
  EXPECT_EQ(Admitted(), 2U * (static_cast<unsigned>(most) + 1));
}

TEST_F(AdmitTest, AFreedSlotLetsTheNextOneIn) {
  Add(1, 2 * kBlockCommands);
  const size_t before = Admitted();
  freed.write({7, 1});
  EXPECT_EQ(Admitted(), before + 2);
  EXPECT_EQ(free.read(), 7);
}

TEST_F(AdmitTest, AStopTakesASlotToo) {
  Add(1, kBlockCommands - kBlockCommands / 5 - 1);
  for (int i = 0; i < 2; ++i) {
    BlkSegment stop = {};
    stop.owner.function = 1;
    stop.is_stop = 1;
    segments.write(stop);
  }
  EXPECT_EQ(Admitted(), 2U * (kBlockCommands - kBlockCommands / 5) - 1);
}

}  // namespace
}  // namespace vireo::test
