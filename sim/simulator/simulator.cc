// SPDX-License-Identifier: Apache-2.0
#include "sim/simulator/simulator.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "hw/virtio/functions.h"
#include "sim/simulator/counters_report.h"
#include "sim/simulator/function_settings.h"

namespace vireo::sim {

tl::expected<std::unique_ptr<Simulator>, std::string> Simulator::Open(Dut& dut, Options options) {
  std::unique_ptr<Simulator> simulator(new Simulator(dut, std::move(options)));
  if (const auto started = simulator->Start(); !started) return tl::unexpected(started.error());
  return simulator;
}

tl::expected<void, std::string> Simulator::Start() {
  CardConfig& config = options_.card;
  if (const auto complete = CompleteSettings(config); !complete) return complete;
  auto card = Card::Make(pins_, config.block, DiskBytes(config));
  if (!card) return tl::unexpected(card.error());
  card_ = std::move(*card);
  if (!options_.waves.empty() &&
      !card_->RecordWaves(options_.waves.c_str(), options_.waves_from, options_.waves_to)) {
    return tl::unexpected<std::string>("--waves: this program has none; run vireo-sim-waves");
  }
  if (const auto applied = ApplySettings(config, *card_); !applied) return applied;
  card_->block().OnCardError([](const pcie::CardError& error) {
    fmt::print(stderr, "card_error clock={} what=\"{}\"\n", error.clock, error.what);
  });
  auto wire = Wire::Open(config.ports, *card_);
  if (!wire) return tl::unexpected(wire.error());
  wire_ = std::move(*wire);
  if (!options_.trace.empty()) {
    auto trace = Trace::Open(options_.trace);
    if (!trace) return tl::unexpected(trace.error());
    trace_ = std::move(*trace);
    card_->block().OnTraffic([this](const pcie::Traffic& traffic) { trace_->Add(traffic); });
    wire_->OnFrame([this](std::span<const uint8_t> frame, bool to_card) {
      trace_->AddFrame(to_card, frame.size(), card_->clock());
    });
  }
  return Listen();
}

tl::expected<void, std::string> Simulator::Listen() {
  for (unsigned number = 0; number < kVirtualEnd; ++number) {
    if (!IsVirtio(number) && number != kManagementFunction) continue;
    const std::string name = FunctionName(number);
    auto function = FunctionPort::Listen(
        *card_, static_cast<pcie::Function>(number),
        fmt::format("{}/{}.sock", options_.sockets, name),
        [name](const std::string& line) { fmt::print(stderr, "function={} {}\n", name, line); });
    if (!function) return tl::unexpected(function.error());
    (*function)->OnRemapping([this] { AwaitMaps(); });
    functions_.push_back(std::move(*function));
  }
  card_->block().OnInterrupt([this](const pcie::Interrupt& interrupt) {
    for (const auto& function : functions_) {
      if (function->function() == interrupt.function) function->Raise(interrupt);
    }
  });
  return {};
}

int Simulator::Run(int signals) {
  begin_ = std::chrono::steady_clock::now();
  std::vector<pollfd> wait = {{signals, POLLIN, 0}};
  for (const auto& function : functions_) {
    wait.push_back({function->server().poll_fd(), POLLIN, 0});
  }
  for (const int fd : wire_->poll_fds()) wait.push_back({fd, POLLIN, 0});
  unsigned quiet = 0;  // rounds in which nothing was under way
  for (;;) {
    const bool is_at_rest = quiet >= kQuietRounds;
    const uint64_t next_frame = wire_->NextFrame();
    const bool sleeps = is_at_rest && next_frame == UINT64_MAX;
    const int events = poll(wait.data(), wait.size(), sleeps ? -1 : 0);
    if (wait[0].revents != 0) {
      if (IsEnd(signals)) return 0;
      continue;  // a card at rest does not move because it was asked
    }
    bool is_busy = !card_->idle();
    for (size_t i = 0; i < functions_.size(); ++i) {
      if (wait[i + 1].revents == 0) continue;
      functions_[i]->server().Poll();
      is_busy = true;
    }
    // Nobody can tell what did not happen in the time between.
    if (is_at_rest && events == 0) card_->SkipTo(std::max(card_->clock(), next_frame));
    is_busy = wire_->Move() || is_busy;
    quiet = is_busy ? 0 : quiet + 1;
    for (int i = 0; i < kClocksOfRound; ++i) card_->Step();
    if (Watch()) return 1;
  }
}

void Simulator::AwaitMaps() {
  // All of them: a client changes the maps of its functions one after the other.
  std::vector<pollfd> wait;
  for (const auto& function : functions_) wait.push_back({function->server().poll_fd(), POLLIN, 0});
  poll(wait.data(), wait.size(), kPatienceMs);
  for (const auto& function : functions_) function->server().PollMaps();
}

bool Simulator::Watch() {
  const bool stands = !card_->idle() && pins_.still() >= kClocksOfRound;
  waited_ = stands ? waited_ + kClocksOfRound : 0;
  const uint64_t limit = options_.watchdog == 0 ? kStill : options_.watchdog;
  const uint64_t rounds = (limit + kClocksOfRound - 1) / kClocksOfRound;
  if (waited_ != rounds * kClocksOfRound) return false;
  fmt::print(stderr, "watchdog clock={} still={}\n{}", card_->clock(), waited_, pins_.Waiting());
  for (const auto& function : functions_) {
    const uint32_t reads = card_->block().reads_in_flight(function->function());
    if (reads == 0) continue;
    fmt::print(stderr, "  {}: {} reads in flight\n", FunctionName(function->function()), reads);
  }
  return options_.watchdog != 0;
}

bool Simulator::IsEnd(int signals) const {
  signalfd_siginfo signal = {};
  if (read(signals, &signal, sizeof signal) != sizeof signal || signal.ssi_signo != SIGUSR1) {
    return true;
  }
  fmt::print("{}\n", Report() ? "reported" : "not reported");
  std::fflush(stdout);
  return false;
}

bool Simulator::Report() const {
  if (options_.report.empty()) return true;
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin_;
  std::FILE* file = std::fopen(options_.report.c_str(), "we");
  if (file == nullptr) {
    std::perror(("vireo-sim: write " + options_.report).c_str());
    return false;
  }
  fmt::print(file, "{}", CountersReport(*card_, seconds.count()));
  return std::fclose(file) == 0;
}

bool Simulator::Finish() {
  bool is_good = Report();
  if (const auto saved = SaveDisks(options_.card, *card_); !saved) {
    fmt::print(stderr, "vireo-sim: {}\n", saved.error());
    is_good = false;
  }
  pins_.CloseWaves();
  return is_good;
}

}  // namespace vireo::sim
