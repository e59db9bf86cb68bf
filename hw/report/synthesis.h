// SPDX-License-Identifier: Apache-2.0
// Synthesis of modules for UltraScale+ by Yosys, a module again only when it has changed.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "hw/report/area.h"
#include "hw/report/result.h"

namespace vireo::report {

// The options of the one recipe. Without -nowidelut the netlist floods with MUXF cells.
inline constexpr const char* kSynthesis =
    "synth_xilinx -family xcup -flatten -noiopad -noclkbuf -nowidelut";

// The commands for one module; they print its statistics. Equal inverters are merged ahead of the
// LUT mapping: Yosys 0.23 makes one for each flip-flop with an active-low reset.
std::string Script(const std::string& module, const std::filesystem::path& verilog);

// Without // comments (of which the places in the source change most) and the blanks before them;
// those in string literals stay.
std::string WithoutComments(std::string_view verilog);

// Of what decides the netlist: the tool, the recipe, the module's name and text. Hexadecimal.
std::string CacheKey(const std::string& module, std::string_view verilog,
                     std::string_view yosys_version);

struct SynthesisOptions {
  std::string yosys = "yosys";
  std::filesystem::path cache;  // results and logs, by CacheKey; made if absent
  size_t jobs = 2;              // how many Yosys run at a time
};

struct SynthesisModule {
  std::string name;
  std::filesystem::path verilog;
};

// The line of `yosys -V`: "Yosys 0.23 (git sha1 ...)".
Result<std::string> YosysVersion(const SynthesisOptions& options);

// Cells of each module, in their order. `progress` gets a line when a module has been synthesised;
// it is never called by two threads at a time.
std::vector<Result<CellCounts>> Synthesise(const std::vector<SynthesisModule>& modules,
                                           const std::string& yosys_version,
                                           const SynthesisOptions& options,
                                           const std::function<void(const std::string&)>& progress);

}  // namespace vireo::report
