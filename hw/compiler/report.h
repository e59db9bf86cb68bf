// SPDX-License-Identifier: Apache-2.0
// The report of a lowering, for people and for the tools that tabulate it.
#pragma once

#include <string>
#include <vector>

#include "hw/compiler/ir.h"
#include "hw/compiler/schedule.h"
#include "hw/compiler/verilog.h"

namespace vireo::compiler {

// JSON: top ports with their payloads, each process (latency, II, estimated period and where it is,
// registers, memories, streams, violations), FIFOs. Times are of the delay proxy.
std::string EmitReport(const Network& network, const std::vector<Schedule>& schedules,
                       const EmitOptions& options);

}  // namespace vireo::compiler
