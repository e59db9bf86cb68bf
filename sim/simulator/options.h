// SPDX-License-Identifier: Apache-2.0
// vireo-sim's command line.
#pragma once

#include <cstdint>
#include <string>

#include <tl/expected.hpp>

#include "sim/simulator/card_config.h"

namespace vireo::sim {

struct Options {
  std::string sockets, report, trace, waves;
  uint64_t waves_from = 0, waves_to = UINT64_MAX;  // clocks
  uint64_t watchdog = 0;  // clocks without a move that end the program; 0: it says so and goes on
  CardConfig card;
};

// The error is the program's exit code; what is to be said has been said. The configuration file is
// read first, whatever the order of the options, so that they overrule it.
tl::expected<Options, int> ParseOptions(int argc, char** argv);

}  // namespace vireo::sim
