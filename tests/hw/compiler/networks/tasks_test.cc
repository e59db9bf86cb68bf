// SPDX-License-Identifier: Apache-2.0
// A network of hls::task: its Verilog gives what its tasks give natively, whatever stalls.

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "Vtask_network.h"
#include "sim/harness/random.h"
#include "task_network_cosim.h"
#include "tests/hw/compiler/networks/tasks.h"

namespace vireo::testing {
namespace {

constexpr size_t kIn = 0, kOut = 1;
constexpr size_t kTokens = 400;

// What the tasks make of them, each on a thread of its own. Their streams live as long as they do.
std::vector<uint64_t> Native(const std::vector<uint32_t>& tokens) {
  thread_local hls::stream<ap_uint<16>> in("in");
  thread_local hls::stream<ap_int<34>> out("out");
  Tasks(in, out);
  std::vector<uint64_t> results;
  for (const uint32_t token : tokens) in.write(token);
  for (size_t i = 0; i < tokens.size(); ++i) results.push_back(ap_uint<34>(out.read()).to_uint64());
  return results;
}

// What leaves the Verilog, whose ports stall in so many of 100 clocks.
std::vector<uint64_t> Lowered(const std::vector<uint32_t>& tokens, unsigned stalls_in,
                              unsigned stalls_out) {
  cosim::task_network dut;
  sim::Random random(1, "stalls");
  std::vector<uint64_t> results;
  size_t next = 0;
  bool offered = false;
  dut.SetReset(true);
  for (uint64_t clock = 0; clock < 100 * kTokens && results.size() < tokens.size(); ++clock) {
    const bool in_reset = clock < 4;
    dut.SetReset(in_reset);
    offered = !in_reset && next < tokens.size() && (offered || !random.Percent(stalls_in));
    const bool has_room = !in_reset && !random.Percent(stalls_out);
    const uint32_t token = offered ? tokens[next] : 0xdead;
    dut.SetInput(kIn, offered, &token);
    dut.SetOutputReady(kOut, has_room);
    dut.SetClock(false);
    dut.Eval();
    uint32_t words[2] = {};
    if (has_room && dut.OutputValid(kOut)) {
      dut.GetOutput(kOut, words);
      results.push_back(words[0] | (words[1] & 3ULL) << 32);
    }
    if (offered && dut.InputReady(kIn)) {
      ++next;
      offered = false;
    }
    dut.SetClock(true);
    dut.Eval();
  }
  return results;
}

TEST(Tasks, GiveNativelyAndAsVerilogTheSameTokens) {
  sim::Random random(1, "tokens");
  std::vector<uint32_t> tokens;
  for (size_t i = 0; i < kTokens; ++i) tokens.push_back(random.Next() & 0xffff);
  const std::vector<uint64_t> native = Native(tokens);
  ASSERT_EQ(native.size(), kTokens);
  EXPECT_EQ(Lowered(tokens, 0, 0), native);
  EXPECT_EQ(Lowered(tokens, 90, 0), native);
  EXPECT_EQ(Lowered(tokens, 0, 90), native);
  EXPECT_EQ(Lowered(tokens, 50, 50), native);
}

}  // namespace
}  // namespace vireo::testing
