// SPDX-License-Identifier: Apache-2.0
// What the demo shows, step by step: a stock guest uses the card.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "sim/demonstration/card_counters.h"
#include "sim/demonstration/report.h"
#include "sim/demonstration/sandbox.h"
#include "sim/guest/http_server.h"
#include "sim/guest/machine.h"
#include "sim/guest/network.h"
#include "sim/guest/simulated_card.h"

namespace vireo::demonstration {

struct Options {
  bool is_batch = false;  // no shell at the end
  std::string json;       // a file
  uint64_t seed = 1;
  int cpus = 2;
  bool has_msi = true;
};

// Each step throws guest::Failure if it does not go as it should; the next is then not tried.
class Demonstration {
 public:
  Demonstration(const Options& options, const Sandbox& sandbox, Report& report);

  void Picture() const;
  void Start();
  void Functions();
  void Network();
  void Disk();
  void SecondBoot();
  void CompareCounters();
  // Gives the guest to the person at the terminal.
  void Shell();

 private:
  // The guest's network interface up, with its address.
  void Up();
  // What lspci says of a function, which must be `id` and bound to `driver`.
  std::string Function(const std::string& place, const std::string& id, const std::string& driver);
  // Both sides' counters, when nothing is under way any more; the wire is then down.
  struct Counters {
    nlohmann::json of_simulator;
    std::map<std::string, uint64_t> card, guest;
    std::map<spec::Reason, uint64_t> reasons;  // of both functions
  };
  Counters ReadCounters();
  // From here to there the two are compared: what firmware does is the card's business alone.
  void BeginCount();
  void EndCount();
  std::string Guest(const std::string& command) { return guest_->RunWell(command); }

  const Options& options_;
  const Sandbox& sandbox_;
  Report& report_;
  guest::MachineOptions machine_;
  std::string file_, hash_;  // what goes over the network and onto the disk, and its SHA-256
  std::string on_disk_;      // the hashes of what is there
  std::optional<guest::Wire> wire_;
  std::optional<guest::SimulatedCard> card_;
  std::optional<CardCounters> card_counters_;
  std::optional<guest::HttpServer> server_;
  std::optional<guest::Machine> guest_;
  Counters begin_;    // of a count
  Counters counted_;  // in all of them
};

}  // namespace vireo::demonstration
