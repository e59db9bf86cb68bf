// SPDX-License-Identifier: Apache-2.0
// Lowers random programs and compares their Verilog with their C++, a batch at a time.
//
// A batch is one Verilated model that holds all its modules and one C++ program, since compiling
// those costs more than running them. A program that vireo-hls refuses counts as a failure: all are
// in the accepted subset. The exception is what chance leaves without use (a stream, a memory's
// index): then the seed makes another program.
#ifndef VIREO_TESTS_HW_COMPILER_RANDOM_RUNNER_H_
#define VIREO_TESTS_HW_COMPILER_RANDOM_RUNNER_H_

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "tests/hw/compiler/random/batch.h"

namespace vireo::testing {

// Seeds first .. first + count - 1, so many to a batch, each compared in so many runs of so many
// clocks.
struct Share {
  uint64_t first, count, batch, runs, cycles;
};

struct Plan {
  std::string hls, source, harness, cxx, verilator, verilated, verilator_include;
  std::filesystem::path work;
  Share processes = {1, 2000, 200, 3, 600};
  Share networks = {1, 220, 110, 3, 600};
  uint64_t at_least = 0;  // programs that have to be found equal
  uint64_t jobs = 2;
  bool keep = false;  // the files
};

class Runner {
 public:
  explicit Runner(Plan plan) : plan_(std::move(plan)) {}

  // The exit code: 0 if all were equal, and enough of them.
  int Run();

 private:
  enum class Outcome { kLowered, kUnused, kFailed };

  void RunBatches();
  void RunBatch(uint64_t first, uint64_t count, bool of_networks);
  // Lowers the first program of the seed that uses all it has.
  void LowerSeed(uint64_t seed, bool is_network, const std::filesystem::path& dir,
                 std::vector<Lowered>& batch);
  Outcome Lower(const Program& program, const std::filesystem::path& dir,
                std::vector<Lowered>& batch);
  Outcome Refused(const Program& program, const std::string& log);
  bool Build(const std::vector<Lowered>& batch, const std::filesystem::path& dir);
  void Compare(const std::vector<Lowered>& batch, const std::filesystem::path& dir);
  void Fail(const std::string& text);
  // Runs a command and adds its processor seconds to `sum`.
  int Spend(double& sum, const std::string& command);

  const Plan plan_;
  std::mutex mutex_;
  std::atomic<uint64_t> next_ = 0;
  std::atomic<uint64_t> failures_ = 0;
  uint64_t equal_processes_ = 0, equal_networks_ = 0, pipelined_ = 0, silent_ = 0, made_again_ = 0;
  std::map<std::string, uint64_t> refused_;
  double lower_seconds_ = 0, build_seconds_ = 0, run_seconds_ = 0;
};

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_COMPILER_RANDOM_RUNNER_H_
