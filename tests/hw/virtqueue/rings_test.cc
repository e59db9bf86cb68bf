// SPDX-License-Identifier: Apache-2.0
// Split rings with drivers that follow the spec: every buffer comes once, in order, and goes back.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/harness/random.h"
#include "tests/hw/virtqueue/rings_bench.h"

namespace vireo::testing {
namespace {

constexpr uint64_t kClockLimit = 2'000'000;

// A driver that notifies only if it is asked to, and looks at the used ring only if interrupted.
class Driver {
 public:
  Driver(RingsBench& bench, unsigned queue, uint32_t size, bool event_idx, bool indirect,
         uint64_t seed)
      : bench_(bench),
        queue_(queue),
        indirect_(indirect),
        random_(seed, "driver" + std::to_string(queue)),
        ring_(bench.AddQueue(queue, size, event_idx, indirect)) {}

  // One clock. Adds chains until `total` have been.
  void Step(unsigned total) {
    if (added_ < total && random_.Percent(busy)) Add(total);
    if (bench_.interrupts[queue_] != seen_) {
      seen_ = bench_.interrupts[queue_];
      is_awake_ = true;
    }
    if (!is_awake_) return;
    while (const auto used = ring_.Take()) {
      const auto found = std::find_if(back_.begin(), back_.end(),
                                      [&](const auto& pair) { return pair.first == used->id; });
      ASSERT_NE(found, back_.end()) << "id " << used->id << " came back and was not used";
      EXPECT_EQ(found->second, used->len);
      back_.erase(found);
      ++returned_;
    }
    ring_.WantInterrupt(true);
    is_awake_ = ring_.HasUsed();  // between the last look and the wish
  }

  // The device's side: what came is what was added, in order; goes back in any order.
  void Serve() {
    std::deque<Chain>& chains = bench_.chains[queue_];
    while (!chains.empty()) {
      ASSERT_FALSE(expected_.empty()) << "a chain that was never added";
      EXPECT_EQ(chains.front().head, expected_.front().head);
      EXPECT_EQ(chains.front().buffers, expected_.front().buffers);
      expected_.pop_front();
      held_.push_back(chains.front().head);
      chains.pop_front();
    }
    if (held_.empty() || !random_.Percent(30)) return;
    const size_t pick = random_.Below(held_.size());
    const auto length = static_cast<uint32_t>(random_.Next());
    back_.emplace_back(held_[pick], length);
    bench_.Use(queue_, held_[pick], length);
    held_.erase(held_.begin() + static_cast<ptrdiff_t>(pick));
  }

  unsigned returned() const { return returned_; }
  unsigned busy = 30;  // percent of clocks with a new batch

 private:
  void Add(unsigned total) {
    const uint64_t batch = 1 + random_.Below(8);
    bool any = false;
    for (uint64_t i = 0; i < batch && added_ < total; ++i) {
      if (random_.Percent(20)) Shuffle();
      const uint64_t longest = random_.Percent(70) ? 1 : random_.Percent(90) ? 12 : 60;
      std::vector<Buffer> buffers(1 + random_.Below(longest));
      const size_t writable_from = random_.Below(buffers.size() + 1);
      for (size_t b = 0; b < buffers.size(); ++b) {
        buffers[b] = {random_.Next(), static_cast<uint32_t>(random_.Next()), b >= writable_from};
      }
      const ChainForm forms[] = {ChainForm::kDirect, ChainForm::kIndirect,
                                 ChainForm::kDirectThenIndirect};
      const ChainForm form = forms[indirect_ ? random_.Below(3) : 0];
      const auto head = ring_.Add(buffers, form);
      if (!head) break;
      expected_.push_back({*head, buffers});
      ++added_;
      any = true;
    }
    if (any && ring_.Publish()) bench_.Notify(queue_);
  }

  void Shuffle() {
    std::vector<uint16_t>& free = ring_.free_list();
    for (size_t i = free.size(); i > 1; --i) std::swap(free[i - 1], free[random_.Below(i)]);
  }

  RingsBench& bench_;
  unsigned queue_;
  bool indirect_;
  sim::Random random_;
  SplitQueue& ring_;
  std::deque<Chain> expected_;
  std::vector<uint16_t> held_;                       // by the device
  std::vector<std::pair<uint32_t, uint32_t>> back_;  // id and length, on the way back
  unsigned added_ = 0, returned_ = 0, seen_ = 0;
  bool is_awake_ = false;
};

using Parameters =
    std::tuple<uint32_t, bool, bool, unsigned>;  // size, event_idx, indirect, percent

class SplitRings : public ::testing::TestWithParam<Parameters> {};

TEST_P(SplitRings, BringEveryChainOnceInOrderAndTakeItBack) {
  const auto [size, event_idx, indirect, percent] = GetParam();
  const uint64_t seed = 1;
  RecordProperty("seed", std::to_string(seed));
  RingsBench bench(seed);
  bench.percent = percent;
  constexpr unsigned kTotal = 1000;
  std::vector<Driver> drivers;
  drivers.reserve(3);
  for (const unsigned queue : {0U, 7U, 31U}) {
    drivers.emplace_back(bench, queue, size, event_idx, indirect, seed);
  }
  drivers[2].busy = 1;
  bool is_done = false;
  while (!is_done && bench.clock < kClockLimit) {
    bench.Step();
    is_done = true;
    for (Driver& driver : drivers) {
      ASSERT_NO_FATAL_FAILURE(driver.Serve());
      ASSERT_NO_FATAL_FAILURE(driver.Step(kTotal));
      is_done = is_done && driver.returned() == kTotal;
    }
  }
  for (const auto& [queue, faults] : bench.faults) {
    EXPECT_TRUE(faults.empty()) << "fault " << static_cast<int>(faults[0]) << " of queue " << queue;
  }
  for (Driver& driver : drivers) EXPECT_EQ(driver.returned(), kTotal) << "at clock " << bench.clock;
}

INSTANTIATE_TEST_SUITE_P(Sizes, SplitRings,
                         ::testing::Combine(::testing::Values(1U, 2U, 4U, 8U, 32U, 256U, 4096U),
                                            ::testing::Bool(), ::testing::Bool(),
                                            ::testing::Values(10U, 90U)));

// One chain in the order of its table, longer than what is read ahead.
class ChainInTableOrder : public ::testing::Test {
 protected:
  static constexpr uint32_t kSize = 512;

  void Offer(const std::vector<Buffer>& buffers) {
    std::ranges::reverse(ring_.free_list());
    ring_.Add(buffers, ChainForm::kDirect);
    ring_.Publish();
    bench_.Notify(0);
  }
  static std::vector<Buffer> Buffers(unsigned count) {
    std::vector<Buffer> buffers(count);
    for (unsigned i = 0; i < count; ++i) buffers[i] = {i, 1, false};
    return buffers;
  }
  // Whatever is under way comes.
  void Settle() {
    for (const uint64_t end = bench_.clock + 5'000; bench_.clock < end;) bench_.Step();
  }

  RingsBench bench_{1};
  SplitQueue& ring_ = bench_.AddQueue(0, kSize, true, false);
};

// A round trip for each descriptor would make a long chain take thousands of clocks.
TEST_F(ChainInTableOrder, IsReadBlockByBlock) {
  constexpr unsigned kDescriptors = 128, kInABlock = 8, kOfRings = 8;
  Offer(Buffers(kDescriptors));
  while (bench_.chains[0].empty() && bench_.clock < kClockLimit) bench_.Step();
  ASSERT_FALSE(bench_.chains[0].empty());
  EXPECT_EQ(bench_.chains[0].front().buffers, Buffers(kDescriptors));
  EXPECT_LE(bench_.reads(), kDescriptors / kInABlock + kOfRings);
}

// `next` counts only with the flag.
TEST_F(ChainInTableOrder, EndsInTheMiddleOfABlock) {
  constexpr unsigned kLast = 18;
  Offer(Buffers(kLast + 1));
  const uint64_t at = ring_.desc() + spec::DescriptorOffset(kLast);
  auto last = bench_.memory.Load<spec::virtq_desc>(at);
  last.next = kLast + 1;
  bench_.memory.Store(at, last);
  Settle();
  ASSERT_EQ(bench_.chains[0].size(), 1U);
  EXPECT_EQ(bench_.chains[0].front().buffers, Buffers(kLast + 1));
}

TEST_F(ChainInTableOrder, IsOneFaultWhateverStandsBehindIt) {
  std::vector<Buffer> buffers = Buffers(24);
  buffers[16].writable = true;  // and those behind it are not
  Offer(buffers);
  Settle();
  EXPECT_EQ(bench_.faults[0], std::vector{QueueFault::kWrongDirection});
  EXPECT_TRUE(bench_.chains[0].empty());
}

TEST_F(ChainInTableOrder, IsOneFaultIfItIsTooLong) {
  bench_.percent = 100;
  Offer(Buffers(kMaxSegments + 6));
  Settle();
  EXPECT_EQ(bench_.faults[0], std::vector{QueueFault::kChainTooLong});
  EXPECT_TRUE(bench_.chains[0].empty());
}

}  // namespace
}  // namespace vireo::testing
