// SPDX-License-Identifier: Apache-2.0
// The clock, the episodes, and what is said about a failure.
#include "sim/harness/bench.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <map>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <unistd.h>

namespace vireo::sim {
namespace {

// Clocks before and after a failure that its waves show.
constexpr uint64_t kWavesBefore = 200, kWavesAfter = 10;
constexpr uint64_t kDrainLimit = 100'000;

// Printed when an assertion of the process or of the module ends the program.
std::string last_words;

void PrintLastWords(int) {
  const ssize_t written = write(STDERR_FILENO, last_words.data(), last_words.size());
  static_cast<void>(written);
}

struct RunResult {
  std::optional<Failure> failure;
  uint64_t episode = 0, time = 0, total = 0;
  std::vector<uint64_t> moved;
};

RunResult RunOne(const Cosim& cosim, const RunPlan& plan, uint64_t seed, const WaveWindow& window) {
  RunResult result;
  const auto dut = cosim.make_dut(seed);
  const auto native = cosim.make_native(dut->ports());
  const auto session = MakeSession(cosim.name, *dut, *native, cosim.options);
  Bench bench(*dut);
  bench.Add(*session);
  bench.SetWaves(window);
  for (uint64_t e = 0; e < plan.episodes && !result.failure; ++e) {
    const uint8_t fill = (seed + e) % 2 == 0 ? 0x00 : 0xff;
    bench.RunEpisode(seed * 1000 + e, fill, plan.cycles);
    result = {session->failure(), e, bench.time(), bench.time(), session->moved()};
  }
  return result;
}

std::string Repeat(const Cosim& cosim, const std::string& program, const RunPlan& plan,
                   uint64_t seed) {
  return fmt::format("{} --only {} --seed {} --runs 1 --episodes {} --cycles {}", program,
                     cosim.name, seed, plan.episodes, plan.cycles);
}

void Report(const Cosim& cosim, const RunPlan& plan, const std::string& program, uint64_t seed,
            const RunResult& result) {
  const std::string repeat = Repeat(cosim, program, plan, seed);
  fmt::print(stderr, "{}: the RTL and the process differ\n", cosim.name);
  fmt::print(stderr, "seed {}, episode {}, cycle {}{}{}: {}\n", seed, result.episode,
             result.failure->cycle, result.failure->port.empty() ? "" : ", port ",
             result.failure->port, result.failure->text);
  fmt::print(stderr, "repeat: {}\n", repeat);
  const std::string path = plan.waves.empty() ? cosim.name + ".fst" : plan.waves;
  if (!cosim.make_dut(seed)->OpenWaves(path.c_str())) {
    fmt::print(stderr, "waves: configure with -DVIREO_WAVES=ON, build, and repeat\n");
    return;
  }
  const uint64_t first = result.time > kWavesBefore ? result.time - kWavesBefore : 0;
  RunOne(cosim, plan, seed, {path, first, result.time + kWavesAfter});
  fmt::print(stderr, "waves: {} (clocks {} to {})\n", path, first, result.time);
}

}  // namespace

void Bench::Clock(bool in_reset) {
  const bool shown = !window_.path.empty() && time_ >= window_.first && time_ <= window_.last;
  if (shown && !waves_open_) waves_open_ = clock_.OpenWaves(window_.path.c_str());
  clock_.SetClock(false);
  for (Session* session : sessions_) session->Drive();
  clock_.Eval();
  if (shown) clock_.DumpWaves(time_ * 2);
  if (!in_reset) {
    for (Session* session : sessions_) session->Check();
  }
  clock_.SetClock(true);
  clock_.Eval();
  if (shown) clock_.DumpWaves(time_ * 2 + 1);
  ++time_;
}

bool Bench::AllFailed() const {
  return std::ranges::all_of(sessions_, [](const Session* s) { return s->failure().has_value(); });
}

bool Bench::RunEpisode(uint64_t seed, uint8_t fill, uint64_t cycles) {
  for (Session* session : sessions_) session->Begin(seed, fill);
  clock_.SetReset(true);
  const uint64_t reset_clocks = 1 + Random(seed, "reset").Below(4);
  for (uint64_t i = 0; i < reset_clocks; ++i) Clock(true);
  clock_.SetReset(false);
  for (uint64_t i = 0; i < cycles && !AllFailed(); ++i) Clock(false);
  for (Session* session : sessions_) session->StopInputs();
  const auto drained = [](Session* s) { return s->failure().has_value() || s->Drained(); };
  for (uint64_t i = 0; i < kDrainLimit && !std::ranges::all_of(sessions_, drained); i += 64) {
    for (int j = 0; j < 64 && !AllFailed(); ++j) Clock(false);
  }
  for (Session* session : sessions_) session->End();
  if (waves_open_) clock_.CloseWaves();
  waves_open_ = false;
  return std::ranges::none_of(sessions_, [](const Session* s) { return s->failure().has_value(); });
}

int RunCosim(const Cosim& cosim, const RunPlan& plan, const std::string& program) {
  std::signal(SIGABRT, PrintLastWords);
  std::vector<uint64_t> moved;
  uint64_t clocks = 0;
  for (uint64_t seed = plan.seed; seed < plan.seed + plan.runs; ++seed) {
    last_words = fmt::format("{}: ended in seed {}\nrepeat: {}\n", cosim.name, seed,
                             Repeat(cosim, program, plan, seed));
    const RunResult result = RunOne(cosim, plan, seed, {});
    if (result.failure) {
      Report(cosim, plan, program, seed, result);
      return 1;
    }
    clocks += result.total;
    moved.resize(result.moved.size());
    for (size_t p = 0; p < moved.size(); ++p) moved[p] += result.moved[p];
  }
  const auto dut = cosim.make_dut(plan.seed);
  std::string tokens;
  int code = 0;
  for (size_t p = 0; p < moved.size(); ++p) {
    const std::string name = dut->ports()[p].name;
    tokens += fmt::format("{}{} {}", p == 0 ? "" : ", ", name, moved[p]);
    if (moved[p] != 0 || std::ranges::count(cosim.may_stay_idle, name) != 0) continue;
    fmt::print(stderr, "{}: no token ever passed {}: give its inputs a source that leads there\n",
               cosim.name, name);
    code = 1;
  }
  fmt::print("{}: equal over {} clocks, seeds {}..{}, {}; tokens: {}\n", cosim.name, clocks,
             plan.seed, plan.seed + plan.runs - 1,
             !dut->is_core() ? "in order of tokens"
             : dut->latency() == 0
                 ? "cycle by cycle"
                 : fmt::format("cycle by cycle in stage 0, {} stages behind", dut->latency()),
             tokens);
  return code;
}

int CosimMain(std::span<const Cosim> cosims, int argc, char** argv) {
  RunPlan plan;
  std::string only;
  if (const char* seed = std::getenv("VIREO_SEED")) plan.seed = std::strtoull(seed, nullptr, 10);
  const std::map<std::string_view, uint64_t*> numbers = {{"--seed", &plan.seed},
                                                         {"--runs", &plan.runs},
                                                         {"--episodes", &plan.episodes},
                                                         {"--cycles", &plan.cycles}};
  const std::map<std::string_view, std::string*> texts = {{"--waves", &plan.waves},
                                                          {"--only", &only}};
  for (int i = 1; i < argc; i += 2) {
    const auto number = numbers.find(argv[i]);
    const auto text = texts.find(argv[i]);
    if (i + 1 == argc || (number == numbers.end() && text == texts.end())) {
      fmt::print(stderr,
                 "usage: {} [--only NAME] [--seed N] [--runs N] [--episodes N] [--cycles N] "
                 "[--waves FILE]\n",
                 argv[0]);
      return 2;
    }
    if (number != numbers.end()) *number->second = std::strtoull(argv[i + 1], nullptr, 10);
    if (text != texts.end()) *text->second = argv[i + 1];
  }
  int code = 0;
  for (const Cosim& cosim : cosims) {
    if (only.empty() || only == cosim.name) code |= RunCosim(cosim, plan, argv[0]);
  }
  return code;
}

}  // namespace vireo::sim
