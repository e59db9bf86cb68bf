// SPDX-License-Identifier: Apache-2.0
// Drivers that break the rules of a split ring: their queue stops with a reason, others go on, and
// it works again when it was stopped and set up anew.

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/hw/virtqueue/rings_bench.h"

namespace vireo::testing {
namespace {

constexpr unsigned kBad = 3, kGood = 5;
constexpr uint32_t kSize = 64;

spec::virtq_desc Load(RingsBench& bench, const SplitQueue& queue, uint16_t index) {
  return bench.memory.Load<spec::virtq_desc>(queue.desc() + spec::DescriptorOffset(index));
}
void Store(RingsBench& bench, const SplitQueue& queue, uint16_t index,
           const spec::virtq_desc& desc) {
  bench.memory.Store(queue.desc() + spec::DescriptorOffset(index), desc);
}

struct Attack {
  const char* name;
  QueueFault fault;
  std::function<void(RingsBench&, SplitQueue&)> act;  // before the available index moves
};

void PrintTo(const Attack& attack, std::ostream* out) { *out << attack.name; }

const std::vector<Buffer> kTwo = {{0x1000, 100, false}, {0x2000, 200, false}};

// Adds a chain of two and changes the descriptor at `place` in it.
std::function<void(RingsBench&, SplitQueue&)> Change(
    ChainForm form, unsigned place, const std::function<void(spec::virtq_desc&)>& change) {
  return [=](RingsBench& bench, SplitQueue& queue) {
    const uint16_t head = *queue.Add(kTwo, form);
    uint64_t at = queue.desc() + spec::DescriptorOffset(head);
    if (place == 1 && form == ChainForm::kDirect) {
      at = queue.desc() + spec::DescriptorOffset(Load(bench, queue, head).next);
    } else if (place == 1) {
      at = Load(bench, queue, head).addr;  // the table's first
    }
    auto desc = bench.memory.Load<spec::virtq_desc>(at);
    change(desc);
    bench.memory.Store(at, desc);
  };
}

const std::vector<Attack>& Attacks() {
  using Desc = spec::virtq_desc;
  static const std::vector<Attack> attacks = {
      {"IndexTooFar", QueueFault::kIndexTooFar,
       [](RingsBench&, SplitQueue& queue) {
         for (uint32_t i = 0; i <= kSize; ++i) queue.Offer(0);
       }},
      {"HeadOutOfRange", QueueFault::kHeadOutOfRange,
       [](RingsBench&, SplitQueue& queue) { queue.Offer(kSize); }},
      {"HeadFarOutOfRange", QueueFault::kHeadOutOfRange,
       [](RingsBench&, SplitQueue& queue) { queue.Offer(0xffff); }},
      {"NextOfHeadOutOfRange", QueueFault::kNextOutOfRange,
       Change(ChainForm::kDirect, 0, [](Desc& desc) { desc.next = kSize; })},
      {"NextOutOfRange", QueueFault::kNextOutOfRange,
       Change(ChainForm::kDirect, 1,
              [](Desc& desc) {
                desc.flags |= spec::VIRTQ_DESC_F_NEXT;
                desc.next = 0xfff0;
              })},
      {"Loop", QueueFault::kChainTooLong,
       [](RingsBench& bench, SplitQueue& queue) {
         const uint16_t head = *queue.Add(kTwo, ChainForm::kDirect);
         const uint16_t second = Load(bench, queue, head).next;
         Store(bench, queue, second, {0x2000, 200, spec::VIRTQ_DESC_F_NEXT, head});
       }},
      {"SelfLoop", QueueFault::kChainTooLong,
       [](RingsBench& bench, SplitQueue& queue) {
         const uint16_t head = *queue.Add({kTwo[0]}, ChainForm::kDirect);
         Store(bench, queue, head, {0x1000, 100, spec::VIRTQ_DESC_F_NEXT, head});
       }},
      {"WritableBeforeReadable", QueueFault::kWrongDirection,
       Change(ChainForm::kDirect, 0, [](Desc& desc) { desc.flags |= spec::VIRTQ_DESC_F_WRITE; })},
      {"EmptyTable", QueueFault::kBadIndirect,
       Change(ChainForm::kIndirect, 0, [](Desc& desc) { desc.len = 0; })},
      {"TableOfOddLength", QueueFault::kBadIndirect,
       Change(ChainForm::kIndirect, 0, [](Desc& desc) { desc.len = 24; })},
      {"HugeTable", QueueFault::kBadIndirect,
       Change(ChainForm::kIndirect, 0, [](Desc& desc) { desc.len = 0xffff'fff0; })},
      {"MisalignedTable", QueueFault::kBadIndirect,
       Change(ChainForm::kIndirect, 0, [](Desc& desc) { desc.addr += 4; })},
      {"TableWithNext", QueueFault::kBadIndirect,
       Change(ChainForm::kIndirect, 0, [](Desc& desc) { desc.flags |= spec::VIRTQ_DESC_F_NEXT; })},
      {"TableInTable", QueueFault::kBadIndirect,
       Change(ChainForm::kIndirect, 1,
              [](Desc& desc) { desc.flags = spec::VIRTQ_DESC_F_INDIRECT; })},
      {"NextOutsideOfTable", QueueFault::kNextOutOfRange,
       Change(ChainForm::kIndirect, 1, [](Desc& desc) { desc.next = 2; })},
      {"LoopInTable", QueueFault::kChainTooLong,
       Change(ChainForm::kIndirect, 1, [](Desc& desc) { desc.next = 0; })},
      {"TableOutsideOfMemory", QueueFault::kReadFailed,
       Change(ChainForm::kIndirect, 0, [](Desc& desc) { desc.addr = 0x10; })},
  };
  return attacks;
}

class HostileRings : public ::testing::TestWithParam<Attack> {
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
  GetParam().act(bench_, bad);
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

INSTANTIATE_TEST_SUITE_P(Attacks, HostileRings, ::testing::ValuesIn(Attacks()),
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
