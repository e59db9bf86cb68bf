// SPDX-License-Identifier: Apache-2.0
// Pairs of C++ and hand-written Verilog: equal ones are proved, every mutant of the Verilog is
// refuted.
#include "hw/prove/compare.h"

#include <fmt/format.h>
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

class PairTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    for (char& c : name) c = c == '/' ? '_' : c;
    folder_ = std::filesystem::temp_directory_path() /
              fmt::format("vireo-prove-test-{}-{}", getpid(), name);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Source() const { return fmt::format("{}/{}.cc", VIREO_PAIRS, GetParam()); }
  std::string Verilog() const { return Slurp(fmt::format("{}/{}.v", VIREO_PAIRS, GetParam())); }

  SourceIr Compile() const {
    const std::string bitcode = folder_ / "source.bc";
    const std::string command = fmt::format(
        "{} -std=c++20 -D__SYNTHESIS__ -D__VIREO_HLS__ -fno-exceptions -fno-rtti -O2 -Xclang "
        "-disable-llvm-passes "
        "-fno-discard-value-names -fno-threadsafe-statics -g -w -I{} -emit-llvm -c -o {} {}",
        VIREO_CLANG, VIREO_HLS_HEADERS, bitcode, Source());
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

std::string Explain(const Report& report) {
  std::string text;
  for (const GoalResult& goal : report.goals) text += goal.counterexample;
  return text;
}

TEST_P(PairTest, EqualIsProved) {
  const Report report = Check(Compile(), Verilog());
  EXPECT_EQ(report.outcome(), Outcome::kProved) << Explain(report);
}

TEST_P(PairTest, EveryMutantDiffersAndIsExplained) {
  const SourceIr ir = Compile();
  const std::string verilog = Verilog();
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
                         testing::Values("banks", "counter_table", "crc", "function", "pipeline",
                                         "undefined"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace vireo::prove
