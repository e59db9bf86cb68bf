// SPDX-License-Identifier: Apache-2.0
// Cuts a process into pipeline stages for a clock, with one firing a clock (II = 1).
//
// What decides whether and which streams are read stands in stage 0. A register is read and written
// in one stage, with all that lies between; so are a memory's reads and its write unless the source
// promises a distance. Everything else goes as early as its operands and the delay proxy allow.
// Stages march without a global enable: a process stalls in stage 0 alone, where it reserves room
// in its outputs for what it may push later.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hw/compiler/delay.h"
#include "hw/compiler/ir.h"

namespace vireo::compiler {

struct ScheduleOptions {
  double clock_ns = 4.0;
  bool pipeline = true;  // false: all in stage 0, memories read asynchronously
};

// One step of a path through a stage: a value and when it is there.
struct PathStep {
  const Node* node = nullptr;
  Picoseconds arrival = 0;
};

struct Path {
  std::vector<PathStep> steps;  // from a register (or a stream, or a memory's port) to the end
  std::string end;              // what the path ends in: "register count_", "reading of stream in"
  Picoseconds period = 0;       // with setup and uncertainty
  uint32_t stage = 0;
  SourceLocation location;  // of what it ends in
};

struct Violation {
  enum class Kind : uint8_t {
    kTiming,      // a path within a stage is longer than the clock: slower, yet right
    kDependence,  // a memory's accesses do not fit their promises: nothing may be emitted
  };
  Kind kind = Kind::kTiming;
  SourceLocation location;
  std::string message;  // one sentence or two, with what to change
  Path path;            // kTiming
  Picoseconds slack = 0;
};

struct OutputSchedule {
  uint32_t stage = 0;         // where the token is pushed
  Node* reserve = nullptr;    // in stage 0: true whenever the firing may push
  Node* wait = nullptr;       // in stage 0: true whenever the output's own wait is
  bool exact_reserve = true;  // reserve equals push: nothing is ever given back
  bool exact_wait = true;     // false: the process stalls also where it would not have pushed
};

struct Schedule {
  bool pipelined = false;
  Picoseconds clock = 0;
  // Of each node, by id: the stage in which its value is there, and when in that stage.
  std::vector<uint32_t> stage;
  std::vector<Picoseconds> arrival;
  std::vector<bool> live;
  std::vector<uint32_t> register_stage;
  std::vector<uint32_t> memory_stage;             // of the write
  std::vector<std::vector<uint32_t>> read_stage;  // of the address, by memory and read
  std::vector<uint32_t> memory_latency;           // 0 where reads became asynchronous
  std::vector<OutputSchedule> outputs;
  std::vector<uint32_t> assertion_stage;
  std::vector<Node*> waits;      // the firing happens when none of these is true
  Node* active = nullptr;        // in stage 0: a firing in which it is false changes nothing
  uint32_t stages = 1;           // including those that only assertions need
  uint32_t latency = 0;          // of the latest push, or change of state
  std::vector<Path> stage_path;  // the longest path of each stage
  std::vector<Violation> violations;

  const Path& critical_path() const;
  Picoseconds slack() const { return clock - critical_path().period; }
  bool has_errors() const;
};

// May add nodes to the process' graph (weakened conditions for stage 0).
Schedule ScheduleProcess(Process& process, const ScheduleOptions& options);

// A path for people: one line a step, "  0.53 ns  file:line  name (op)".
std::string FormatPath(const Path& path);

}  // namespace vireo::compiler
