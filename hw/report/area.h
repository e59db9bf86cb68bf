// SPDX-License-Identifier: Apache-2.0
// Cells of a Yosys netlist for UltraScale+, summed into what a data sheet of the device counts.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "hw/report/result.h"

namespace vireo::report {

// Number of cells by type: "LUT6" -> 120.
using CellCounts = std::map<std::string, uint64_t>;

// From `stat -json` of a flat design. An error says what is not as in Yosys 0.23.
Result<CellCounts> ParseStat(std::string_view json);

struct Area {
  uint64_t luts = 0;  // as logic: LUT1..LUT6 and INV, two small ones never packed into one
  uint64_t flip_flops = 0;
  uint64_t memory_luts = 0;  // LUTs of RAM and shift-register cells
  uint64_t half_brams = 0;   // a RAMB18E2 is one, a RAMB36E2 two
  uint64_t urams = 0;
  uint64_t carry4s = 0;  // Yosys 0.23 emits these for xcup, though the device has CARRY8
  uint64_t carry8s = 0;
  uint64_t dsps = 0;
  CellCounts others;  // latches, wide multiplexers, and what is not known here

  Area& operator+=(const Area& other);
  bool operator==(const Area&) const = default;
};

Area AreaOf(const CellCounts& cells);

}  // namespace vireo::report
