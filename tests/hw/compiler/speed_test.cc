// SPDX-License-Identifier: Apache-2.0
// How long lowering the library takes, and how fast a lowered 512-bit process runs, in processor
// time, which other work on the machine hardly changes. Prints both; fails where a goal is missed.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "Vchecksum_512_core.h"
#include "tests/hw/compiler/verilog_bench.h"

namespace vireo::compiler {
namespace {

double Seconds(int who) {
  rusage usage{};
  getrusage(who, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Printed, and kept for the end of tests/run hls.
void Tell(const std::string& line) {
  fmt::print("{}\n", line);
  static std::ofstream file = [] {
    std::filesystem::create_directories(VIREO_REPORTS);
    return std::ofstream(VIREO_REPORTS "/hls-speed.txt");
  }();
  file << line << '\n' << std::flush;
}

TEST(Speed, TheLibraryIsLoweredInHalfAMinute) {
  constexpr double kGoal = 30;
  const Scratch scratch;
  std::ifstream list(VIREO_SOURCE_DIR "/hw/primitives/processes.tsv");
  int modules = 0;
  const double start = Seconds(RUSAGE_CHILDREN);
  for (std::string line; std::getline(list, line);) {
    std::istringstream rest(line);
    std::vector<std::string> columns;
    for (std::string column; std::getline(rest, column, '\t');) columns.push_back(column);
    if (columns.size() != 4 || columns[0].starts_with('#')) continue;
    const CommandResult result = RunCommand(
        "cd " VIREO_SOURCE_DIR " && " VIREO_HLS " '" + columns[2] + "' " + columns[3] + " --name " +
        columns[0] + " -I . -I hw/hls -o " + scratch.path() + "/" + columns[0] + ".v");
    ASSERT_EQ(result.exit_code, 0) << columns[0] << ": " << result.output;
    ++modules;
  }
  const double seconds = Seconds(RUSAGE_CHILDREN) - start;
  Tell(fmt::format("lowering the library, {} modules: {:.1f} s of processor time (goal: under {})",
                   modules, seconds, kGoal));
  EXPECT_GT(modules, 10);
  EXPECT_LT(seconds, kGoal);
}

TEST(Speed, A512BitProcessRunsAtMillionsOfCyclesASecond) {
  constexpr double kGoal = 2e6;
  constexpr int kCycles = 1'000'000;
  Vchecksum_512_core model;
  uint32_t noise = 1;
  uint64_t packets = 0;
  const double start = Seconds(RUSAGE_SELF);
  for (int cycle = 0; cycle < kCycles; ++cycle) {
    model.rst = cycle < 4;
    model.clk = 0;
    model.in_valid = 1;
    // A new word of the beat in every clock: a bench would cost more than the model.
    noise = noise * 1664525 + 1013904223;
    model.in_data[static_cast<size_t>(cycle) % 18] = noise;
    model.in_data[18] = noise >> 31;  // the last beat of a packet, or not
    model.out_ready = 1;
    model.eval();
    packets += model.out_valid;
    model.clk = 1;
    model.eval();
  }
  const double rate = kCycles / (Seconds(RUSAGE_SELF) - start);
  model.final();
  Tell(fmt::format("checksum_512 under Verilator: {:.1f} Mcycles/s (goal: over {})", rate * 1e-6,
                   kGoal * 1e-6));
  EXPECT_GT(packets, 0U);
  EXPECT_GT(rate, kGoal);
}

}  // namespace
}  // namespace vireo::compiler
