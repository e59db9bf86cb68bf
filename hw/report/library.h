// SPDX-License-Identifier: Apache-2.0
// The list of what is lowered of the library: hw/primitives/processes.tsv.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hw/report/result.h"

namespace vireo::report {

struct LibraryEntry {
  std::string module;  // of build/rtl/MODULE.v
  bool is_network = false;
};

// Lines of four columns between tabs: module, "process" or "network", top, sources. Lines that
// begin with # are comments. An error names the line.
Result<std::vector<LibraryEntry>> ParseLibrary(std::string_view text);

}  // namespace vireo::report
