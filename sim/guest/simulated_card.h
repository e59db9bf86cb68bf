// SPDX-License-Identifier: Apache-2.0
// A vireo-sim that runs: the card behind vfio-user sockets.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/guest/alarms.h"
#include "sim/guest/process.h"

namespace vireo::guest {

struct SimulatedCardOptions {
  std::string program;    // vireo-sim
  std::string folder;     // of its sockets and its report
  std::string interface;  // the TAP at the end of its wire
  uint64_t seed = 1;
  bool has_log = false;  // FOLDER/vireo-sim.log
};

class SimulatedCard {
 public:
  // Waits until it is ready. Its end is one of `alarms`, which must outlive it.
  SimulatedCard(const SimulatedCardOptions& options, Alarms& alarms);
  ~SimulatedCard();

  // The socket of a function such as net or blk_vf0; it need not be there.
  std::string Socket(const std::string& function) const {
    return options_.folder + "/" + function + ".sock";
  }
  // The card's counters now: vireo-sim --report.
  nlohmann::json Counters();

 private:
  void AwaitLine(const std::string& line);

  SimulatedCardOptions options_;
  Alarms& alarms_;
  Process process_;
};

}  // namespace vireo::guest
