// SPDX-License-Identifier: Apache-2.0
// What back-pressure does in a cycle of processes, as hw/README.md states it.

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "Vcounted_loop_top.h"
#include "Vcrowded_loop.h"
#include "counted_loop_top_cosim.h"
#include "crowded_loop_cosim.h"
#include "tests/hw/compiler/networks/loops.h"

namespace vireo::testing {
namespace {

constexpr uint32_t kClocks = 4000;
constexpr size_t kIn = 0, kOut = 1;

// What leaves in so many clocks while tokens 0, 1, 2... are always there to enter.
template <class Dut>
std::vector<uint32_t> Leaving() {
  Dut dut;
  std::vector<uint32_t> tokens;
  uint32_t next = 0;
  dut.SetReset(true);
  for (uint32_t clock = 0; clock < kClocks; ++clock) {
    if (clock == 4) dut.SetReset(false);
    dut.SetInput(kIn, clock > 4, &next);
    dut.SetOutputReady(kOut, true);
    dut.SetClock(false);
    dut.Eval();
    if (clock > 4) {
      if (dut.OutputValid(kOut)) dut.GetOutput(kOut, &tokens.emplace_back());
      if (dut.InputReady(kIn)) ++next;
    }
    dut.SetClock(true);
    dut.Eval();
  }
  return tokens;
}

TEST(Loops, AWriteThatIsDecidedLateCanWaitForRoomForEver) {
  // As C++ it goes on: what comes back leaves.
  CrowdedLoop native;
  hls::stream<ap_uint<32>> in, out;
  for (uint32_t i = 0; i < kClocks; ++i) {
    if (i % 2 == 0) in.write(i);
    native.Step(in, out);
  }
  EXPECT_GT(out.size(), kClocks / 4);
  // As hardware the cycle is full before anything that came back can show that it leaves.
  EXPECT_LT(Leaving<cosim::crowded_loop>().size(), 16U);
}

TEST(Loops, APlaceForEveryTokenKeepsThemGoing) {
  const std::vector<uint32_t> tokens = Leaving<cosim::counted_loop_top>();
  ASSERT_GT(tokens.size(), kClocks / 8);
  for (uint32_t i = 0; i < tokens.size(); ++i) EXPECT_EQ(tokens[i], i);
}

TEST(Loops, TheReportSaysWhichWritesHoldRoom) {
  std::ifstream file(VIREO_RTL_DIR "/crowded_loop.json");
  const std::string report(std::istreambuf_iterator<char>(file), {});
  EXPECT_NE(report.find("\"exact_wait\": false"), std::string::npos);
  EXPECT_NE(report.find("\"exact_wait\": true"), std::string::npos);
}

}  // namespace
}  // namespace vireo::testing
