// SPDX-License-Identifier: Apache-2.0
// Pipelined modules run clock by clock from reset beside their one-stage form, all inputs free.
#include "hw/prove/over_time.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace vireo::prove {
namespace {

constexpr double kGoalSeconds = 60;

// The Verilog of a file, with a change.
Btor ReadChanged(const std::string& path, const std::string& module, const std::string& from,
                 const std::string& to) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  std::string changed = text.str();
  const size_t at = changed.rfind(from);
  EXPECT_NE(at, std::string::npos) << from << " does not stand in " << path;
  if (at != std::string::npos) changed.replace(at, from.size(), to);
  const std::filesystem::path copy =
      std::filesystem::temp_directory_path() / fmt::format("vireo-over-time-test-{}.v", getpid());
  std::ofstream(copy) << changed;
  Btor btor = ReadVerilog(copy, module);
  std::filesystem::remove(copy);
  return btor;
}

// A lowered module, as cycle or core.
Btor ReadForm(const std::string& module, const std::string& form, const std::string& from = "",
              const std::string& to = "") {
  const std::string name = fmt::format("{}_{}", module, form);
  return ReadChanged(fmt::format("{}/{}.v", VIREO_RTL, name), name, from, to);
}

// pipeline.v, with a change, beside itself in one stage.
TimeResult ComparePair(const std::string& from, const std::string& to) {
  const Btor one_stage = ReadVerilog(fmt::format("{}/pipeline_one_stage.v", VIREO_PAIRS), "Top");
  const Btor pipelined = ReadChanged(fmt::format("{}/pipeline.v", VIREO_PAIRS), "Top", from, to);
  return CompareOverTime(one_stage, pipelined, 6, kGoalSeconds);
}

struct Run {
  std::string module;  // of which both forms are in the folder of lowered modules
  int clocks;          // some more than the pipeline is long
};

class OverTime : public testing::TestWithParam<Run> {};

TEST_P(OverTime, ThePipelinePushesWhatOneStagePushes) {
  const auto& [module, clocks] = GetParam();
  const TimeResult result =
      CompareOverTime(ReadForm(module, "cycle"), ReadForm(module, "core"), clocks, kGoalSeconds);
  EXPECT_EQ(result.verdict, Verdict::kImpossible) << result.what;
  EXPECT_GT(result.goals, static_cast<size_t>(clocks));
}

INSTANTIATE_TEST_SUITE_P(Modules, OverTime,
                         testing::Values(Run{"state_table_2", 10}, Run{"checksum_512", 6},
                                         Run{"crc32_64", 7}),
                         [](const auto& info) { return info.param.module; });

// What makes the state table keep its promise: without it, in both forms, an event meets another
// one's write on its way.
TEST(OverTimeBroken, AScoreboardThatForgetsShows) {
  const std::string from = "scoreboard__is_used__0 <= writes;";
  const std::string to = "scoreboard__is_used__0 <= 1'b0;";
  const TimeResult result =
      CompareOverTime(ReadForm("state_table_2", "cycle", from, to),
                      ReadForm("state_table_2", "core", from, to), 10, kGoalSeconds);
  EXPECT_EQ(result.verdict, Verdict::kPossible);
  EXPECT_THAT(result.what, testing::StartsWith("out_data in clock "));
}

// Its read does not see the write of the firing just before: what its source promises away.
TEST(OverTimeBroken, APromiseThatInputsBreakShows) {
  const TimeResult result = ComparePair("", "");
  EXPECT_EQ(result.verdict, Verdict::kPossible);
  EXPECT_THAT(result.what, testing::StartsWith("out_data in clock 4"));
  EXPECT_THAT(result.what, testing::HasSubstr("in_data in clock 2 = "));
}

TEST(OverTimePair, AForwardedWriteKeepsThePromise) {
  const TimeResult result =
      ComparePair("always @(posedge clk) table_q <= table_[in_data[3:0]];",
                  "always @(posedge clk)\n"
                  "    table_q <= v1 && p1_key == in_data[3:0] ? sum : table_[in_data[3:0]];");
  EXPECT_EQ(result.verdict, Verdict::kImpossible) << result.what;
}

TEST(OverTimeBroken, APushInTheWrongClockShows) {
  const TimeResult result = ComparePair("out_valid = v2 & p2_answer", "out_valid = v2 & p1_answer");
  EXPECT_EQ(result.verdict, Verdict::kPossible);
  EXPECT_THAT(result.what, testing::StartsWith("out_valid in clock 3"));
}

}  // namespace
}  // namespace vireo::prove
