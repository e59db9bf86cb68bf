// SPDX-License-Identifier: Apache-2.0
// Runs one module, or many that share a clock, through episodes: reset, traffic, the end of
// traffic.
#ifndef VIREO_SIM_HARNESS_BENCH_H_
#define VIREO_SIM_HARNESS_BENCH_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/harness/session.h"

namespace vireo::sim {

// Where in a run to dump waves: from first to last, in clocks since the bench was made.
struct WaveWindow {
  std::string path;
  uint64_t first = 0, last = 0;
};

class Bench {
 public:
  // `clock` carries clock, reset and Eval() for all sessions.
  explicit Bench(Dut& clock) : clock_(clock) {}

  void Add(Session& session) { sessions_.push_back(&session); }
  void SetWaves(WaveWindow window) { window_ = std::move(window); }

  // One episode of `cycles` clocks of traffic. False: a session failed; the others went on.
  bool RunEpisode(uint64_t seed, uint8_t fill, uint64_t cycles);

  // Clocks since the bench was made.
  uint64_t time() const { return time_; }

 private:
  void Clock(bool in_reset);
  bool AllFailed() const;

  Dut& clock_;
  std::vector<Session*> sessions_;
  WaveWindow window_;
  bool waves_open_ = false;
  uint64_t time_ = 0;
};

// A process to compare, and how.
struct Cosim {
  std::string name;
  std::function<std::unique_ptr<Dut>(uint64_t seed)>
      make_dut;  // registers come up in a way chosen by the seed
  std::function<std::unique_ptr<Native>(std::span<const StreamPort>)> make_native;
  SessionOptions options;
  std::vector<std::string> may_stay_idle;  // ports that no token needs to pass
};

struct RunPlan {
  uint64_t seed = 1;  // of the first run; the next ones count up
  uint64_t runs = 6;
  uint64_t episodes = 4;   // resets in a run
  uint64_t cycles = 3000;  // of an episode
  std::string waves;       // a file for the waves of the last clocks before a failure
};

// Runs the plan, prints what was shown or the failure with the command that repeats it, and returns
// the exit code: 0 equal, 1 different.
int RunCosim(const Cosim& cosim, const RunPlan& plan, const std::string& program);

// Runs all of them, with the plan from the command line: --only NAME --seed N --runs N --episodes N
// --cycles N
// --waves FILE. The environment variable VIREO_SEED gives the first seed too.
int CosimMain(std::span<const Cosim> cosims, int argc, char** argv);

}  // namespace vireo::sim

#endif  // VIREO_SIM_HARNESS_BENCH_H_
