// SPDX-License-Identifier: Apache-2.0
// Names and widths of the pins of emitted modules, shared by all that connects to them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hw/compiler/ir.h"
#include "hw/compiler/schedule.h"
#include "hw/compiler/verilog_text.h"

namespace vireo::compiler {

struct StreamPorts {
  std::string data;
  std::string valid;
  std::string ready;
  std::string reserve;  // outputs that push in a later stage
  std::string cancel;
};

// Of a process module.
struct ProcessPorts {
  std::vector<StreamPorts> inputs;
  std::vector<StreamPorts> outputs;
  std::vector<std::string> scalar_inputs;
  std::vector<std::string> scalar_outputs;
};

ProcessPorts NamePorts(const Process& process, const Schedule& schedule, NameTable& names);
ProcessPorts NamePorts(const Process& process, const Schedule& schedule);

// One AXI4-Stream signal of a full top and the payload's bits in it. TDATA is widened to bytes.
struct AxisSignal {
  std::string suffix;  // "TDATA", "TKEEP", ...
  uint32_t low = 0;    // in the payload
  uint32_t width = 0;  // payload bits
  uint32_t pins = 0;   // of the signal
};

std::vector<AxisSignal> AxisSignals(const Payload& payload);

// A stream that is a pin of the top.
struct TopStream {
  const Channel* channel = nullptr;
  std::string name;
  bool is_input = false;
};

// Inputs and outputs of the top in the order of its channels.
std::vector<TopStream> TopStreams(const Network& network);

// The module's name of each process of a full top.
std::vector<std::string> ProcessModuleNames(const Network& network);

}  // namespace vireo::compiler
