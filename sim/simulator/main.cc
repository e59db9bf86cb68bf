// SPDX-License-Identifier: Apache-2.0
// vireo-sim: the Verilated card behind vfio-user sockets, with a TAP interface as its wire.

#include <fmt/format.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "card_cosim.h"
#include "hw/spec/size.h"
#include "hw/virtio/functions.h"
#include "sim/simulator/card.h"
#include "sim/simulator/function_port.h"
#include "sim/simulator/tap.h"

namespace vireo::sim {
namespace {

constexpr std::string_view kUsage = R"(usage: vireo-sim --sockets DIR [OPTION]...
Runs the card's RTL. Each virtio function listens as a vfio-user server on DIR/NAME.sock: net, blk,
and net_vf0, blk_vf0, ... for virtual functions.

  --sockets DIR   where the sockets are made; DIR must exist
  --tap NAME      the card's Ethernet port is this TAP interface; without it, frames are dropped
  --seed N        of everything that is random (1)
  --round-trip N  nanoseconds from a read to its completion, on an idle link (800)
  --report FILE   counters as JSON, written at the end, and on SIGUSR1, which stdout then confirms
  --help
)";

struct Options {
  std::string sockets, tap, report;
  pcie::HardBlockConfig block;
};

// nullopt: an exit code was set.
std::optional<Options> Parse(int argc, char** argv, int& code) {
  const option known[] = {{"sockets", required_argument, nullptr, 's'},
                          {"tap", required_argument, nullptr, 't'},
                          {"seed", required_argument, nullptr, 'e'},
                          {"round-trip", required_argument, nullptr, 'r'},
                          {"report", required_argument, nullptr, 'o'},
                          {"help", no_argument, nullptr, 'h'},
                          {}};
  Options options;
  code = 2;
  uint64_t number = 0;
  const auto take_number = [&](const char* name) {
    const std::string_view text = optarg;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return true;
    fmt::print(stderr, "vireo-sim: --{} '{}' is not a number\n", name, text);
    return false;
  };
  for (int c; (c = getopt_long(argc, argv, "", known, nullptr)) != -1;) {
    switch (c) {
      case 's': options.sockets = optarg; break;
      case 't': options.tap = optarg; break;
      case 'o': options.report = optarg; break;
      case 'e':
        if (!take_number("seed")) return std::nullopt;
        options.block.seed = number;
        break;
      case 'r':
        if (!take_number("round-trip")) return std::nullopt;
        options.block.round_trip_ns = static_cast<double>(number);
        break;
      case 'h':
        fmt::print("{}", kUsage);
        code = 0;
        return std::nullopt;
      default: return std::nullopt;  // getopt has said what is wrong
    }
  }
  if (optind != argc || options.sockets.empty()) {
    fmt::print(stderr, "{}", kUsage);
    return std::nullopt;
  }
  return options;
}

std::string NameOf(unsigned function) {
  if (function == kNetFunction) return "net";
  if (function == kBlkFunction) return "blk";
  if (function < kFirstBlkVirtual) return fmt::format("net_vf{}", function - kFirstNetVirtual);
  return fmt::format("blk_vf{}", function - kFirstBlkVirtual);
}

class Simulator {
 public:
  explicit Simulator(Options options) : options_(std::move(options)) {}

  tl::expected<void, std::string> Open() {
    auto card = Card::Make(dut_, options_.block);
    if (!card) return tl::unexpected(card.error());
    card_ = std::move(*card);
    if (!options_.tap.empty()) {
      auto tap = Tap::Open(options_.tap);
      if (!tap) return tl::unexpected(tap.error());
      tap_.emplace(std::move(*tap));
      card_->mac().OnSend([this](std::span<const uint8_t> frame) { tap_->Write(frame); });
    }
    for (unsigned function = 0; function < kVirtualEnd; ++function) {
      if (!IsVirtio(function)) continue;
      const std::string name = NameOf(function);
      auto port = FunctionPort::Listen(
          *card_, static_cast<pcie::Function>(function),
          fmt::format("{}/{}.sock", options_.sockets, name),
          [name](const std::string& line) { fmt::print(stderr, "function={} {}\n", name, line); });
      if (!port) return tl::unexpected(port.error());
      ports_.push_back(std::move(*port));
    }
    card_->block().OnInterrupt([this](const pcie::Interrupt& interrupt) {
      for (const auto& port : ports_) {
        if (port->function() == interrupt.function) port->Raise(interrupt);
      }
    });
    card_->block().OnCardError([](const pcie::CardError& error) {
      fmt::print(stderr, "card_error clock={} what=\"{}\"\n", error.clock, error.what);
    });
    return {};
  }

  // Until `signals`, a signalfd, has one that ends.
  void Run(int signals) {
    begin_ = std::chrono::steady_clock::now();
    std::vector<pollfd> wait = {{signals, POLLIN, 0}};
    for (const auto& port : ports_) wait.push_back({port->server().poll_fd(), POLLIN, 0});
    if (tap_) wait.push_back({tap_->poll_fd(), POLLIN, 0});
    unsigned quiet = 0;  // rounds in which nothing was under way
    for (;;) {
      poll(wait.data(), wait.size(), quiet < kQuietRounds ? 0 : -1);
      if (wait[0].revents != 0) {
        if (IsEnd(signals)) return;
        continue;  // a card at rest does not move because it was asked
      }
      bool is_busy = !card_->idle();
      for (size_t i = 0; i < ports_.size(); ++i) {
        if (wait[i + 1].revents == 0) continue;
        ports_[i]->server().Poll();
        is_busy = true;
      }
      if (tap_ && wait.back().revents != 0) is_busy = TakeFrames() || is_busy;
      quiet = is_busy ? 0 : quiet + 1;
      for (int i = 0; i < kClocksOfRound; ++i) card_->Step();
    }
  }

  // Counters, on stdout or as a file of JSON.
  bool Report() const {
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin_;
    const pcie::Counters& block = card_->block().counters();
    const MacCounters& mac = card_->mac().counters();
    const CardMemoryCounters& disks = card_->disks().counters();
    const std::string text = fmt::format(
        "{{\"clocks\": {}, \"seconds\": {:.1f}, \"dma_reads\": {}, \"dma_read_bytes\": {}, "
        "\"dma_writes\": {}, \"dma_write_bytes\": {}, \"interrupts\": {}, \"mmio_reads\": {}, "
        "\"mmio_writes\": {}, \"card_errors\": {}, \"frames_sent\": {}, \"bytes_sent\": {}, "
        "\"frames_received\": {}, \"bytes_received\": {}, \"frames_refused\": {}, "
        "\"disk_lines_read\": {}, \"disk_lines_written\": {}, \"disk_bursts_refused\": {}}}\n",
        card_->clock(), seconds.count(), block.reads, block.read_bytes, block.writes,
        block.write_bytes, block.interrupts, block.mmio_reads, block.mmio_writes, block.errors,
        mac.sent, mac.sent_bytes, mac.received, mac.received_bytes, mac.refused, disks.read_lines,
        disks.written_lines, disks.refused);
    if (options_.report.empty()) return true;
    std::FILE* file = std::fopen(options_.report.c_str(), "w");
    if (file == nullptr) {
      std::perror(("vireo-sim: write " + options_.report).c_str());
      return false;
    }
    fmt::print(file, "{}", text);
    return std::fclose(file) == 0;
  }

 private:
  static constexpr int kClocksOfRound = 64;
  // As long as the slowest thing that the card does by itself: reads, and used buffers that wait.
  static constexpr unsigned kQuietRounds = 64;
  static constexpr size_t kLargestFrame = 9216 + 18;

  // A report is no end.
  bool IsEnd(int signals) const {
    signalfd_siginfo signal = {};
    if (read(signals, &signal, sizeof signal) != sizeof signal || signal.ssi_signo != SIGUSR1) {
      return true;
    }
    fmt::print("{}\n", Report() ? "reported" : "not reported");
    std::fflush(stdout);
    return false;
  }

  bool TakeFrames() {
    std::array<uint8_t, kLargestFrame> buffer;
    bool any = false;
    for (int i = 0; i < 16; ++i) {
      const size_t bytes = tap_->Read(buffer);
      if (bytes == 0) break;
      card_->mac().Receive(std::span(buffer).first(bytes));
      any = true;
    }
    return any;
  }

  Options options_;
  cosim::card dut_;
  std::chrono::steady_clock::time_point begin_;
  std::unique_ptr<Card> card_;
  std::vector<std::unique_ptr<FunctionPort>> ports_;
  std::optional<Tap> tap_;
};

}  // namespace
}  // namespace vireo::sim

int main(int argc, char** argv) {
  using namespace vireo::sim;
  int code = 0;
  const std::optional<Options> options = Parse(argc, argv, code);
  if (!options) return code;
  // Before the model makes threads, which would take the signals.
  sigset_t taken;
  sigemptyset(&taken);
  sigaddset(&taken, SIGINT);
  sigaddset(&taken, SIGTERM);
  sigaddset(&taken, SIGUSR1);
  sigprocmask(SIG_BLOCK, &taken, nullptr);
  const vireo::vfio_user::UniqueFd signals(signalfd(-1, &taken, SFD_CLOEXEC));
  VerilatedRandomReset(options->block.seed);
  Simulator simulator(*options);
  if (const auto opened = simulator.Open(); !opened) {
    fmt::print(stderr, "vireo-sim: {}\n", opened.error());
    return 1;
  }
  fmt::print("ready\n");
  std::fflush(stdout);
  simulator.Run(signals.get());
  return simulator.Report() ? 0 : 1;
}
