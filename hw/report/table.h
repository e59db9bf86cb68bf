// SPDX-License-Identifier: Apache-2.0
// The table of the library, as text and as JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hw/report/area.h"
#include "hw/report/library.h"
#include "hw/report/lowering.h"

namespace vireo::report {

struct Row {
  LibraryEntry entry;
  std::optional<Lowering> lowering;  // absent when it could not be read: see errors
  std::optional<CellCounts> cells;
  std::vector<std::string> errors;
};

// No error in any row, and each process within its clock.
bool AllWell(const std::vector<Row>& rows);

// A header that says where the numbers come from, a line for each process (of a network one for
// the whole and one for each of its processes), totals, and a sentence for each that misses.
std::string TableText(const std::vector<Row>& rows, const std::string& yosys_version);

// The same with the counts of all cell types.
std::string TableJson(const std::vector<Row>& rows, const std::string& yosys_version);

}  // namespace vireo::report
