// SPDX-License-Identifier: Apache-2.0
// Runs all programs of a batch side by side on one model, and names those that differ.
#ifndef VIREO_TESTS_HW_COMPILER_RANDOM_BATCH_BENCH_H_
#define VIREO_TESTS_HW_COMPILER_RANDOM_BATCH_BENCH_H_

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "Vbatch.h"
#include "sim/harness/bench.h"
#include "sim/harness/waves.h"
#include "tests/hw/compiler/random/flat_native.h"

namespace vireo::testing {

inline void Put(CData& port, const uint32_t* words) { port = static_cast<CData>(words[0]); }
inline void Put(SData& port, const uint32_t* words) { port = static_cast<SData>(words[0]); }
inline void Put(IData& port, const uint32_t* words) { port = words[0]; }
inline void Put(QData& port, const uint32_t* words) {
  port = words[0] | static_cast<uint64_t>(words[1]) << 32;
}
template <size_t N>
void Put(VlWide<N>& port, const uint32_t* words) {
  for (size_t i = 0; i < N; ++i) port[i] = words[i];
}

inline void Get(CData port, uint32_t* words) { words[0] = port; }
inline void Get(SData port, uint32_t* words) { words[0] = port; }
inline void Get(IData port, uint32_t* words) { words[0] = port; }
inline void Get(QData port, uint32_t* words) {
  words[0] = static_cast<uint32_t>(port);
  words[1] = static_cast<uint32_t>(port >> 32);
}
template <size_t N>
void Get(const VlWide<N>& port, uint32_t* words) {
  for (size_t i = 0; i < N; ++i) words[i] = port[i];
}

// One core of the batch; the clock is common.
struct BatchDut : sim::Dut {
  explicit BatchDut(Vbatch& m) : model(m) {}
  void SetClock(bool high) override { model.clk = high; }
  void SetReset(bool asserted) override { model.rst = asserted; }
  void Eval() override { model.eval(); }
  Vbatch& model;
};

struct BatchEntry {
  const char* name;
  sim::Dut* (*make_dut)(Vbatch&);
  sim::Native* (*make_native)();
};

// For networks: firings that none is as long as, and clocks in which a token moves in each.
inline sim::SessionOptions Options() {
  sim::SessionOptions options;
  options.rest = 100;
  options.quiet = 150;
  options.watchdog = 200;
  options.may_hold_inputs = true;
  return options;
}

// argv: number of runs, clocks of an episode. Prints a line for each: "EQUAL name", "SILENT name"
// (no token left it) or "DIFFER name ...", and gives 1 if any differs.
inline int RunBatch(std::span<const BatchEntry> entries, int argc, char** argv) {
  const uint64_t runs = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 3;
  const uint64_t cycles = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1000;
  std::vector<bool> differs(entries.size()), speaks(entries.size());
  int code = 0;
  for (uint64_t seed = 1; seed <= runs; ++seed) {
    sim::VerilatedRandomReset(seed);
    Vbatch model;
    const std::unique_ptr<sim::Dut> clock(entries[0].make_dut(model));
    sim::Bench bench(*clock);
    std::vector<std::unique_ptr<sim::Dut>> duts;
    std::vector<std::unique_ptr<sim::Native>> natives;
    std::vector<std::unique_ptr<sim::Session>> sessions;
    for (const BatchEntry& entry : entries) {
      duts.emplace_back(entry.make_dut(model));
      natives.emplace_back(entry.make_native());
      sessions.push_back(sim::MakeSession(entry.name, *duts.back(), *natives.back(), Options()));
      bench.Add(*sessions.back());
    }
    for (uint64_t episode = 0; episode < 2; ++episode) {
      bench.RunEpisode(seed * 1000 + episode, (seed + episode) % 2 == 0 ? 0x00 : 0xff, cycles);
      for (size_t i = 0; i < sessions.size(); ++i) {
        const auto& ports = duts[i]->ports();
        for (size_t p = 0; p < ports.size(); ++p) {
          if (!ports[p].is_input && sessions[i]->moved()[p] > 0) speaks[i] = true;
        }
        const auto& failure = sessions[i]->failure();
        if (!failure || differs[i]) continue;
        differs[i] = true;
        code = 1;
        std::printf("DIFFER %s seed %llu episode %llu cycle %llu port %s: %s\n", entries[i].name,
                    static_cast<unsigned long long>(seed), static_cast<unsigned long long>(episode),
                    static_cast<unsigned long long>(failure->cycle), failure->port.c_str(),
                    failure->text.c_str());
      }
    }
  }
  for (size_t i = 0; i < entries.size(); ++i) {
    if (!differs[i]) std::printf("%s %s\n", speaks[i] ? "EQUAL" : "SILENT", entries[i].name);
  }
  return code;
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_COMPILER_RANDOM_BATCH_BENCH_H_
