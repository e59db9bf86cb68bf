// SPDX-License-Identifier: Apache-2.0
// Clocks that a request takes with enough of them in flight.

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "hw/blk/check.h"
#include "tests/hw/blk/blk_bench.h"
#include "tests/hw/blk/driver.h"

namespace vireo::test {
namespace {

enum class Kinds { kReads, kWrites, kBoth };

// For each kind, as many in flight as the table takes, without stalls around.
double ClocksOfARequest(Kinds kinds, uint32_t bytes, bool odd = false) {
  BlkBench bench(31);
  bench.host_percent = bench.card_percent = 100;
  bench.stall_percent = 0;
  BlkDriver driver(bench, 3, kBlkFunction, 1);
  driver.odd = odd;
  bench.Run(100);
  const unsigned count = kinds == Kinds::kBoth ? 400 : 200;
  unsigned added = 0, taken = 0;
  const uint64_t start = bench.clock;
  while (taken < count) {
    for (; added < count && added - taken < 2 * kBlockCommands; ++added) {
      const uint64_t sector = uint64_t{bytes} / 512 * added;
      if (kinds == Kinds::kWrites || (kinds == Kinds::kBoth && added % 2 == 0)) {
        driver.Out(sector, std::vector<uint8_t>(bytes));
      } else {
        driver.In(sector, bytes);
      }
    }
    bench.Step();
    for (; !bench.used.empty(); bench.used.pop_front(), ++taken) driver.Take(bench.used.front());
  }
  const double clocks = static_cast<double>(bench.clock - start) / 200;
  constexpr const char* kNames[] = {"IN", "OUT", "IN and OUT together"};
  std::printf("%s of %u bytes%s: %.1f clocks\n", kNames[static_cast<int>(kinds)], bytes,
              odd ? ", odd" : "", clocks);
  return clocks;
}

TEST(BlkSpeedTest, ReadsOf4KibTakeALineAClock) {
  EXPECT_LE(ClocksOfARequest(Kinds::kReads, 4096), 64 + 2 + 1);
}
TEST(BlkSpeedTest, WritesOf4KibTakeALineAClock) {
  EXPECT_LE(ClocksOfARequest(Kinds::kWrites, 4096), 64 + 2 + 1);
}
TEST(BlkSpeedTest, ReadsAndWritesDoNotSlowEachOther) {
  EXPECT_LE(ClocksOfARequest(Kinds::kBoth, 4096), 64 + 2 + 8);  // of each
}
TEST(BlkSpeedTest, AnyAlignmentCostsAClockOrTwo) {
  EXPECT_LE(ClocksOfARequest(Kinds::kReads, 4096, true), 64 + 2 + 2 + 1);
  EXPECT_LE(ClocksOfARequest(Kinds::kWrites, 4096, true), 64 + 2 + 2 + 1);
}
TEST(BlkSpeedTest, ReadsOfASectorTakeItsLinesAndTwoMore) {
  EXPECT_LE(ClocksOfARequest(Kinds::kReads, 512), 8 + 2 + 1);
}
TEST(BlkSpeedTest, WritesOfASectorTakeItsLinesAndTwoMore) {
  EXPECT_LE(ClocksOfARequest(Kinds::kWrites, 512), 8 + 2 + 1);
}

}  // namespace
}  // namespace vireo::test
