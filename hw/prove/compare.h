// SPDX-License-Identifier: Apache-2.0
// The claim: a firing of the Verilog equals a firing of the source, output by output and bit by
// bit.
#pragma once

#include <string>
#include <vector>

#include "hw/prove/btor.h"
#include "hw/prove/source_ir.h"

namespace vireo::prove {

enum class Outcome { kProved, kDiffers, kUnknown };

struct GoalResult {
  std::string name;  // "out_data.key", "next count", "reset state"
  Outcome outcome = Outcome::kUnknown;
  std::string method{};                // how it was decided
  std::vector<std::string> assumed{};  // what the proof needs beside the definition of the source
  std::string counterexample{};
  double seconds = 0;
};

struct Report {
  bool pipelined = false;
  std::vector<GoalResult> goals;
  std::vector<std::string> notes;
  Outcome outcome() const;
};

struct CompareOptions {
  double goal_seconds = 60;
  bool stop_at_first_difference = false;
};

Report Compare(const SourceIr& ir, const Btor& btor, const CompareOptions& options);

}  // namespace vireo::prove
