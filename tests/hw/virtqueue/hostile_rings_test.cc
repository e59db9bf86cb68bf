// SPDX-License-Identifier: Apache-2.0
// Drivers that break the rules of a split ring: their queue stops with a reason, others go on, and
// it works again when it was stopped and set up anew.

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/driver/ring_attacks.h"
#include "tests/hw/virtqueue/rings_bench.h"

namespace vireo::testing {
namespace {

constexpr unsigned kBad = 3, kGood = 5;
constexpr uint32_t kSize = 64;

const std::vector<Buffer> kTwo = {{0x1000, 100, false}, {0x2000, 200, false}};

class HostileRings : public ::testing::TestWithParam<RingAttack> {
 protected:
  // Runs until `done`; chains that come of the good queue go back at once.
  bool Run(const std::function<bool()>& done) {
    for (int clocks = 0; clocks < 100'000; ++clocks) {
      if (done()) return true;
      bench_.Step();
      for (; !bench_.chains[kGood].empty(); bench_.chains[kGood].pop_front()) {
        bench_.Use(kGood, bench_.chains[kGood].front().head, 0);
      }
    }
    return false;
  }
  // The good queue's buffers go around.
  void ExpectGood(SplitQueue& queue) {
    for (int i = 0; i < 20; ++i) {
      ASSERT_TRUE(queue.Add(kTwo, i % 2 == 0 ? ChainForm::kDirect : ChainForm::kIndirect));
      if (queue.Publish()) bench_.Notify(kGood);
      ASSERT_TRUE(Run([&] { return queue.HasUsed(); })) << "the other queue stands still";
      queue.Take();
    }
  }

  RingsBench bench_ = RingsBench(1);
};

TEST_P(HostileRings, StopTheirQueueAndNoOther) {
  SplitQueue& bad = bench_.AddQueue(kBad, kSize, true, true);
  SplitQueue& good = bench_.AddQueue(kGood, kSize, false, true);
  GetParam().act(bench_.memory, bad);
  bad.Add(kTwo, ChainForm::kDirect);  // behind the fault: must not come
  bad.Publish();
  bench_.Notify(kBad);
  ASSERT_TRUE(Run([&] { return !bench_.faults[kBad].empty(); })) << "nothing was found wrong";
  EXPECT_EQ(bench_.faults[kBad], std::vector<QueueFault>{GetParam().fault});
  ASSERT_NO_FATAL_FAILURE(ExpectGood(good));
  EXPECT_TRUE(bench_.chains[kBad].empty()) << "a chain came through";
  EXPECT_EQ(bench_.faults[kBad].size(), 1u);

  bench_.Stop(kBad);
  ASSERT_TRUE(Run([&] { return bench_.stopped[kBad] == 1; })) << "the queue does not stop";
  SplitQueue& again = bench_.AddQueue(kBad, kSize, true, true);
  ASSERT_TRUE(again.Add(kTwo, ChainForm::kIndirect));
  if (again.Publish()) bench_.Notify(kBad);
  ASSERT_TRUE(Run([&] { return !bench_.chains[kBad].empty(); })) << "the queue does not come back";
  EXPECT_EQ(bench_.chains[kBad].front().buffers, kTwo);
}

INSTANTIATE_TEST_SUITE_P(Attacks, HostileRings, ::testing::ValuesIn(RingAttacks()),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(RingsOutsideOfMemory, StopTheirQueue) {
  RingsBench bench(1);
  bench.AddQueueAt(kBad, kSize, 0x1000);
  bench.Notify(kBad);
  for (int i = 0; i < 20'000 && bench.faults[kBad].empty(); ++i) bench.Step();
  EXPECT_EQ(bench.faults[kBad], std::vector<QueueFault>{QueueFault::kReadFailed});
}

}  // namespace
}  // namespace vireo::testing
