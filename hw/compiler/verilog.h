// SPDX-License-Identifier: Apache-2.0
// Verilog of a lowered network: a full top with FIFOs behind all outputs, or a bare process.
#pragma once

#include <string>
#include <vector>

#include "hw/compiler/ir.h"
#include "hw/compiler/schedule.h"

namespace vireo::compiler {

struct EmitOptions {
  bool core = false;           // one process as it is, named after the network
  std::string source_comment;  // what the file was made from
};

// `schedules`: one for each of the network's processes.
std::string EmitVerilog(const Network& network, const std::vector<Schedule>& schedules,
                        const EmitOptions& options);

// Words of the FIFO behind an output: what the source asked for, and for a process that pushes
// late room for what is on its way.
uint32_t FifoDepth(const Channel& channel, const OutputSchedule& producer);

}  // namespace vireo::compiler
