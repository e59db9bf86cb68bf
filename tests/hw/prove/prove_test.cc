// SPDX-License-Identifier: Apache-2.0
// Pairs of C++ and hand-written Verilog: equal ones are proved, every mutant of the Verilog is
// refuted.
#include "hw/prove/compare.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace vireo::prove {
namespace {

std::string Slurp(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// A change that the Verilog names in its own comment: "// mutant: OLD => NEW".
struct Mutant {
  std::string from;
  std::string to;
};

std::vector<Mutant> MutantsOf(const std::string& verilog) {
  std::vector<Mutant> mutants;
  std::istringstream lines(verilog);
  const std::string mark = "// mutant: ";
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(mark)) continue;
    const size_t arrow = line.find(" => ");
    mutants.push_back({line.substr(mark.size(), arrow - mark.size()), line.substr(arrow + 4)});
  }
  return mutants;
}

class Pair : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    for (char& c : name) c = c == '/' ? '_' : c;
    folder_ = std::filesystem::temp_directory_path() /
              fmt::format("vireo-prove-test-{}-{}", getpid(), name);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static std::string Verilog(const std::string& name) {
    return Slurp(fmt::format("{}/{}.v", VIREO_PAIRS, name));
  }

  SourceIr Compile(const std::string& name, const std::string& options = "") const {
    const std::string bitcode = folder_ / "source.bc";
    const std::string command = fmt::format(
        "{} -std=c++20 -D__SYNTHESIS__ -D__VIREO_HLS__ -fno-exceptions -fno-rtti -O2 -Xclang "
        "-disable-llvm-passes "
        "-fno-discard-value-names -fno-threadsafe-statics -g -w -I{} -emit-llvm -c -o {} {} "
        "{}/{}.cc",
        VIREO_CLANG, VIREO_HLS_HEADERS, bitcode, options, VIREO_PAIRS, name);
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    return ReadSource(bitcode);
  }

  Report Check(const SourceIr& ir, const std::string& verilog) const {
    const std::string path = folder_ / "top.v";
    std::ofstream(path) << verilog;
    return Compare(ir, ReadVerilog(path, "Top"),
                   {.goal_seconds = 120, .stop_at_first_difference = true});
  }

  std::filesystem::path folder_;
};

class PairTest : public Pair, public testing::WithParamInterface<std::string> {};

std::string Explain(const Report& report) {
  std::string text;
  for (const GoalResult& goal : report.goals) text += goal.counterexample;
  return text;
}

TEST_P(PairTest, EqualIsProved) {
  const Report report = Check(Compile(GetParam()), Verilog(GetParam()));
  EXPECT_EQ(report.outcome(), Outcome::kProved) << Explain(report);
}

TEST_P(PairTest, EveryMutantDiffersAndIsExplained) {
  const SourceIr ir = Compile(GetParam());
  const std::string verilog = Verilog(GetParam());
  const size_t body = verilog.find("\nmodule ");
  const std::vector<Mutant> mutants = MutantsOf(verilog);
  ASSERT_FALSE(mutants.empty());
  for (const Mutant& mutant : mutants) {
    SCOPED_TRACE(fmt::format("{} => {}", mutant.from, mutant.to));
    std::string changed = verilog;
    const size_t at = changed.find(mutant.from, body);
    ASSERT_NE(at, std::string::npos) << "the mutant's text does not stand in the Verilog";
    changed.replace(at, mutant.from.size(), mutant.to);
    const Report report = Check(ir, changed);
    EXPECT_EQ(report.outcome(), Outcome::kDiffers);
    EXPECT_NE(Explain(report), "");
  }
}

INSTANTIATE_TEST_SUITE_P(Pairs, PairTest,
                         testing::Values("after_reset", "banks", "counter_table", "crc", "function",
                                         "pipeline", "undefined"),
                         [](const auto& info) { return info.param; });

// Without the promise, or with another: what the source promises and what the Verilog needs differ.
TEST_F(Pair, AReadAheadOfAWriteNeedsThePromiseOfTheSource) {
  const std::string needs =
      "stages: table_ is read in stage 0 and written in stage 1: that needs firings that meet an "
      "element to be 2 or more apart, and the source promises nothing; if that holds, say so: "
      "#pragma HLS DEPENDENCE variable=table_ inter RAW distance=2 true";
  for (const char* promise : {"PIPELINE II=1", "DEPENDENCE variable=table_ inter RAW true",
                              "DEPENDENCE variable=table_ inter WAR distance=2 true",
                              "DEPENDENCE variable=table_ intra false"}) {
    SCOPED_TRACE(promise);
    const SourceIr ir = Compile("pipeline", fmt::format("'-DPROMISE=\"{}\"'", promise));
    const Report report = Check(ir, Verilog("pipeline"));
    EXPECT_EQ(report.outcome(), Outcome::kDiffers);
    EXPECT_THAT(Explain(report), testing::HasSubstr(needs));
  }
  for (const char* promise : {"dependence variable = table_ inter raw distance = 3 true",
                              "DEPENDENCE variable=table_ type=inter dependent=false"}) {
    SCOPED_TRACE(promise);
    const SourceIr ir = Compile("pipeline", fmt::format("'-DPROMISE=\"{}\"'", promise));
    EXPECT_EQ(Check(ir, Verilog("pipeline")).outcome(), Outcome::kProved);
  }
}

}  // namespace
}  // namespace vireo::prove
