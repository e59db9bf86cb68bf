// SPDX-License-Identifier: Apache-2.0
// That the model asks for no memory while DMA flows: every operator new of this program is counted.
#include <cstdlib>
#include <memory>
#include <new>

#include <gtest/gtest.h>

#include "tests/sim/pcie/mock_card.h"

namespace {
uint64_t allocations = 0;
}  // namespace

void* operator new(size_t bytes) {
  ++allocations;
  void* memory = std::malloc(bytes == 0 ? 1 : bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace vireo::sim::pcie {
namespace {

constexpr uint64_t kBase = 0x1'0000'0000;

TEST(Allocation, TheCounterCounts) {
  const uint64_t before = allocations;
  const auto memory = std::make_unique<std::vector<int>>(100);
  EXPECT_GE(allocations, before + 2);
}

TEST(Allocation, NoneWhileDmaFlows) {
  HardBlockConfig config;
  config.reorder_percent = 30;
  config.jitter_ns = 200;
  config.split = Split::kRandom;
  config.stalls = {20, 20, 20, 20, 20};
  Bench bench(config);
  std::vector<uint8_t> ram(0x10000), data(64);
  ASSERT_TRUE(bench.memory.Map(0, {kBase, ram.size(), ram.data()}));
  bench.Enable(0);
  Ring<uint8_t> free;
  for (uint32_t tag = 0; tag < kTags; ++tag) free.push_back(static_cast<uint8_t>(tag));
  uint64_t reads = 0;
  bench.card.on_rc = [&](const Tlp& tlp) {
    if (!tlp.request_completed) return;
    free.push_back(tlp.tag);
    ++reads;
  };
  bench.card.on_clock = [&] {
    if (bench.card.rq.size() > 4) return;
    bench.card.Write(0, kBase, data);
    bench.card.Write(0, 0xfee00000, {data.data(), 4});
    if (!free.empty()) bench.card.Read(0, free.pop_front(), kBase, 256);
    bench.interrupts.clear();
  };
  bench.Run(30'000);
  const uint64_t before = allocations, reads_before = reads;
  bench.Run(30'000);
  EXPECT_EQ(allocations, before);
  EXPECT_GT(reads, reads_before + 1000);
}

}  // namespace
}  // namespace vireo::sim::pcie
