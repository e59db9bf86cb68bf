// SPDX-License-Identifier: Apache-2.0
// Each mutated expression E becomes (mutant_ == 3 ? (E3) : mutant_ == 1 ? (E1) : (E)).
#include "tests/hw/mutants/switched_module.h"

#include <fmt/format.h>

#include <map>
#include <stdexcept>

#include "tests/hw/mutants/verilog_module.h"

namespace vireo::testing {
namespace {

constexpr std::string_view kSwitch =
    "\n  import \"DPI-C\" function int vireo_mutant();\n"
    "  reg [31:0] mutant_;\n"
    "  initial mutant_ = vireo_mutant();\n";

// Where the ports of the module end.
size_t EndOfPorts(const VerilogModule& parsed, const std::string& module) {
  const auto& tokens = parsed.tokens;
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i].text != "module" || tokens[i + 1].text != module) continue;
    while (tokens[i].text != ";") ++i;
    return tokens[i].end;
  }
  throw std::runtime_error(fmt::format("no module {} in the file", module));
}

}  // namespace

std::string SwitchedModule(std::string_view verilog, const std::string& module,
                           std::span<const Mutation> mutations) {
  const VerilogModule parsed = ParseVerilogModule(verilog, module);
  const auto text = [&](size_t begin, size_t end) {
    return std::string(verilog.substr(begin, end - begin));
  };
  struct Place {
    size_t end;
    std::string expression;
  };
  std::map<size_t, Place> places;  // by their first byte
  const size_t ports = EndOfPorts(parsed, module);
  places[ports] = {ports, std::string(kSwitch)};
  for (size_t i = 0; i < mutations.size(); ++i) {
    const Mutation& mutation = mutations[i];
    const TokenRange range = parsed.statements.at(mutation.statement).expression;
    const size_t begin = parsed.tokens[range.begin].begin;
    const size_t end = parsed.tokens[range.end - 1].end;
    // In place of all of E stands something as wide as the target; an unsigned one would make a
    // signed E unsigned too.
    const bool is_whole = mutation.begin == begin && mutation.end == end;
    const std::string mutant =
        is_whole ? fmt::format("$signed({})", mutation.text)
                 : text(begin, mutation.begin) + mutation.text + text(mutation.end, end);
    auto [place, is_new] = places.try_emplace(begin, end, fmt::format("({})", text(begin, end)));
    std::string& expression = place->second.expression;
    expression = fmt::format("mutant_ == 32'd{} ? ({}) : {}", i + 1, mutant, expression);
  }
  std::string switched;
  size_t at = 0;
  for (const auto& [begin, place] : places) {
    switched += text(at, begin) + place.expression;
    at = place.end;
  }
  return switched + text(at, verilog.size());
}

}  // namespace vireo::testing
