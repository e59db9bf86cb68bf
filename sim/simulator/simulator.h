// SPDX-License-Identifier: Apache-2.0
// A card with its sockets and its wire, run until it is told to end.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "sim/simulator/card.h"
#include "sim/simulator/function_port.h"
#include "sim/simulator/options.h"
#include "sim/simulator/pin_watch.h"
#include "sim/simulator/trace.h"
#include "sim/simulator/wire.h"

namespace vireo::sim {

class Simulator {
 public:
  // `dut` must outlive the simulator.
  static tl::expected<std::unique_ptr<Simulator>, std::string> Open(Dut& dut, Options options);

  // Until `signals`, a signalfd, has one that ends, or the watchdog bites: the exit code.
  int Run(int signals);

  // Writes what is written at the end; whether it could be.
  bool Finish();

 private:
  static constexpr int kClocksOfRound = 64;
  // As long as the slowest thing that the card does by itself: reads, and used buffers that wait.
  static constexpr unsigned kQuietRounds = 64;
  static constexpr int kPatienceMs = 250;
  static constexpr uint64_t kStill =
      1'000'000;  // clocks, after which it is told that nothing moves

  Simulator(Dut& dut, Options options) : options_(std::move(options)), pins_(dut) {}

  tl::expected<void, std::string> Start();
  tl::expected<void, std::string> Listen();
  // Serves what clients change of their maps, once it comes or kPatienceMs have passed.
  void AwaitMaps();
  // A signal for a report is no end.
  bool IsEnd(int signals) const;
  bool Report() const;
  // Whether the watchdog ends the run.
  bool Watch();

  Options options_;
  PinWatch pins_;
  std::unique_ptr<Card> card_;
  std::unique_ptr<Trace> trace_;
  std::unique_ptr<Wire> wire_;
  std::vector<std::unique_ptr<FunctionPort>> functions_;
  std::chrono::steady_clock::time_point begin_;
  uint64_t waited_ = 0;  // clocks since something was under way and moved
};

}  // namespace vireo::sim
