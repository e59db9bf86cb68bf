// SPDX-License-Identifier: Apache-2.0
// The C++ header that lets sim/harness drive the Verilated module of a network.
#pragma once

#include <string>
#include <vector>

#include "hw/compiler/ir.h"
#include "hw/compiler/schedule.h"
#include "hw/compiler/verilog.h"

namespace vireo::compiler {

// vireo::cosim::NAME, a vireo::sim::Dut over Verilator's class VNAME.
std::string EmitCosimHeader(const Network& network, const std::vector<Schedule>& schedules,
                            const EmitOptions& options);

}  // namespace vireo::compiler
