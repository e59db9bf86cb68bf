// SPDX-License-Identifier: Apache-2.0
// What vireo-hls reports of a lowered top: the part of NAME.json that the table shows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hw/report/result.h"

namespace vireo::report {

// Something that keeps a process from its clock, with its place in the source ("" if none).
struct Violation {
  std::string at;
  std::string message;
};

struct ProcessTiming {
  std::string name;
  uint32_t ii = 1;
  uint32_t latency = 0;    // clocks from a firing to its push into the FIFO behind an output
  double period_ns = 0.0;  // by the delay model
  std::string period_at;   // the place of the longest path
  std::vector<Violation> violations;
};

struct Lowering {
  double clock_ns = 0.0;
  std::string delay_model;  // its own sentence about its source
  std::vector<ProcessTiming> processes;
};

// False when a process has a violation or a period over the clock.
bool MeetsClock(const ProcessTiming& process, double clock_ns);
bool MeetsClock(const Lowering& lowering);

// An error names the key that is missing or of another type.
Result<Lowering> ParseLowering(std::string_view json);

}  // namespace vireo::report
