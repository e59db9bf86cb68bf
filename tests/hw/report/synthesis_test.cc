// SPDX-License-Identifier: Apache-2.0
// When Yosys is run again and when not, with a script in its place.

#include "hw/report/synthesis.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "hw/report/command.h"

namespace vireo::report {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(WithoutComments, DropsCommentsAndTheBlanksBeforeThem) {
  EXPECT_EQ(WithoutComments("wire a;  // a.h:3\n// whole\nassign b = c / d;\n"),
            "wire a;\n\nassign b = c / d;\n");
  EXPECT_EQ(WithoutComments("end // no newline"), "end");
}

TEST(WithoutComments, KeepsStringLiterals) {
  EXPECT_EQ(WithoutComments(R"($error("http://a \" // b"); // c)"),
            R"($error("http://a \" // b");)");
}

TEST(CacheKey, ChangesWithAllThatDecidesTheNetlist) {
  const std::string key = CacheKey("m", "module m;", "Yosys 0.23");
  EXPECT_EQ(key.size(), 64);
  EXPECT_EQ(key, CacheKey("m", "module m; // a.h:3", "Yosys 0.23"));
  EXPECT_NE(key, CacheKey("n", "module m;", "Yosys 0.23"));
  EXPECT_NE(key, CacheKey("m", "module m2;", "Yosys 0.23"));
  EXPECT_NE(key, CacheKey("m", "module m;", "Yosys 0.24"));
}

// A folder with modules and with a `yosys` that notes its runs, and prints one LUT for a module
// that does not hold the word "broken".
class Synthesis : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) / fmt::format("vireo synthesis {}", getpid());
    fs::create_directories(folder_);
    const fs::path yosys = folder_ / "yosys";
    Write(yosys, fmt::format(R"sh(#!/bin/sh
if [ "$1" = -V ]; then echo "Yosys 0.0"; exit 0; fi
echo run >>"{0}/runs"
verilog=$(echo "$3" | sed 's/^[^"]*"\([^"]*\)".*/\1/')
if grep -q broken "$verilog"; then echo "ERROR: syntax error, line 1" >&2; exit 1; fi
if grep -q empty "$verilog"; then exec echo "{{}}"; fi
echo '{{"modules": {{"m": {{"num_cells_by_type": {{"LUT6": 1}}}}}}}}'
)sh",
                             folder_.string()));
    fs::permissions(yosys, fs::perms::owner_all);
    options_ = {.yosys = yosys.string(), .cache = folder_ / "cache", .jobs = 2};
  }
  void TearDown() override { fs::remove_all(folder_); }

  static void Write(const fs::path& path, const std::string& text) {
    ASSERT_TRUE(WriteFile(path, text));
  }
  SynthesisModule Module(const std::string& name, const std::string& text) {
    Write(folder_ / (name + ".v"), text);
    return {.name = name, .verilog = folder_ / (name + ".v")};
  }
  std::vector<Result<CellCounts>> RunAll(const std::vector<SynthesisModule>& modules) {
    const Result<std::string> version = YosysVersion(options_);
    EXPECT_TRUE(version) << version.error();
    EXPECT_EQ(*version, "Yosys 0.0");
    return Synthesise(modules, *version, options_,
                      [&](const std::string& line) { progress_.push_back(line); });
  }
  ptrdiff_t Runs() const {
    const std::string runs = ReadFile(folder_ / "runs").value_or("");
    return std::ranges::count(runs, '\n');
  }

  fs::path folder_;
  SynthesisOptions options_;
  std::vector<std::string> progress_;
};

TEST_F(Synthesis, RunsAModuleOnceUntilItChanges) {
  const std::vector<SynthesisModule> modules = {Module("a", "module a;"), Module("b", "module b;"),
                                                Module("c", "module c;")};
  for (int repeat = 0; repeat < 2; ++repeat) {
    for (const Result<CellCounts>& cells : RunAll(modules)) {
      ASSERT_TRUE(cells) << cells.error();
      EXPECT_EQ(cells->at("LUT6"), 1);
    }
    EXPECT_EQ(Runs(), 3);
  }
  EXPECT_EQ(progress_.size(), 3);
  EXPECT_THAT(progress_[0], HasSubstr("[1/3] yosys "));

  Module("b", "module b; // only a comment");
  RunAll(modules);
  EXPECT_EQ(Runs(), 3);
  Module("b", "module b; wire x;");
  RunAll(modules);
  EXPECT_EQ(Runs(), 4);
}

TEST_F(Synthesis, SaysWhatYosysSaidAndGoesOnWithTheOthers) {
  const std::vector<SynthesisModule> modules = {Module("a", "broken"), Module("b", "module b;")};
  for (int repeat = 1; repeat <= 2; ++repeat) {
    const auto results = RunAll(modules);
    ASSERT_FALSE(results[0]);
    EXPECT_THAT(results[0].error(),
                AllOf(HasSubstr("failed with exit code 1"), HasSubstr("syntax error, line 1")));
    EXPECT_TRUE(results[1]);
    EXPECT_EQ(Runs(), 1 + repeat) << "a failure is not kept";
  }
}

TEST_F(Synthesis, KeepsNoResultThatCannotBeRead) {
  const std::vector<SynthesisModule> modules = {Module("a", "empty")};
  for (int repeat = 1; repeat <= 2; ++repeat) {
    EXPECT_FALSE(RunAll(modules)[0]);
    EXPECT_EQ(Runs(), repeat);
  }
}

TEST_F(Synthesis, SaysWhichFileIsMissing) {
  const auto results = RunAll({{.name = "a", .verilog = folder_ / "a.v"}});
  ASSERT_FALSE(results[0]);
  EXPECT_EQ(results[0].error(),
            fmt::format("read {}/a.v: No such file or directory", folder_.string()));
  EXPECT_EQ(Runs(), 0);
}

TEST_F(Synthesis, SaysThatYosysIsMissing) {
  options_.yosys = "no-such-yosys";
  EXPECT_EQ(YosysVersion(options_).error(), "start no-such-yosys: No such file or directory");
}

}  // namespace
}  // namespace vireo::report
