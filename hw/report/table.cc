// SPDX-License-Identifier: Apache-2.0
// Lays out the table.

#include "hw/report/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "hw/report/synthesis.h"

namespace vireo::report {

namespace {

constexpr const char* kMark = "  MISSES THE CLOCK";

// The columns between name and mark; an empty string is a number that does not exist.
std::string Line(size_t name_width, const std::string& name, const std::vector<std::string>& cells,
                 std::string_view mark = "") {
  constexpr size_t kWidths[] = {4, 8, 10, 7, 8, 8, 8, 7, 6, 7, 6};
  std::string line = fmt::format("{:<{}}", name, name_width);
  for (size_t i = 0; i < cells.size(); ++i) line += fmt::format("{:>{}}", cells[i], kWidths[i]);
  line += mark;
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::vector<std::string> TimingCells(const ProcessTiming& process, double clock_ns) {
  return {std::to_string(process.ii), std::to_string(process.latency),
          fmt::format("{:.2f}", process.period_ns), fmt::format("{:.2f}", clock_ns)};
}

std::vector<std::string> AreaCells(const Area& area) {
  return {std::to_string(area.luts),
          std::to_string(area.flip_flops),
          std::to_string(area.memory_luts),
          fmt::format("{}{}", area.half_brams / 2, area.half_brams % 2 == 1 ? ".5" : ""),
          std::to_string(area.urams),
          std::to_string(area.carry4s + area.carry8s),
          std::to_string(area.dsps)};
}

std::vector<std::string> operator+(std::vector<std::string> left,
                                   const std::vector<std::string>& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

std::vector<std::string> NoCells(size_t count) { return std::vector<std::string>(count, "-"); }

const ProcessTiming& Slowest(const Lowering& lowering) {
  return *std::ranges::max_element(lowering.processes, {}, &ProcessTiming::period_ns);
}

Area TotalOf(const std::vector<Row>& rows) {
  Area total;
  for (const Row& row : rows) {
    if (row.cells) total += AreaOf(*row.cells);
  }
  return total;
}

std::string CarryName(const Area& total) {
  if (total.carry8s == 0) return "CARRY4 cells (a CARRY8 of the device holds two)";
  if (total.carry4s == 0) return "CARRY8 cells";
  return "CARRY4 and CARRY8 cells";
}

// A paragraph in lines of at most 100 characters, those after the first indented.
std::string Paragraph(std::string_view text) {
  constexpr size_t kWidth = 100;
  std::string wrapped;
  for (size_t room = kWidth; text.size() > room; room = kWidth - 2) {
    size_t end = text.rfind(' ', room);
    if (end == std::string_view::npos) end = std::min(text.find(' '), text.size());
    wrapped += fmt::format("{}\n  ", text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return fmt::format("{}{}\n", wrapped, text);
}

std::string Header(const std::vector<Row>& rows, const std::string& yosys_version) {
  std::string model = "no report could be read";
  for (const Row& row : rows) {
    if (row.lowering) model = row.lowering->delay_model;
  }
  std::string text = "Processes of the library, each with the FIFOs behind its outputs\n";
  text += Paragraph(fmt::format(
      "Period: in ns, a proxy by the delay model in hw/compiler/delay.h, no result of Vivado: {}.",
      model));
  text += Paragraph(
      "Latency: clocks from a firing to its push into the FIFO behind an output, itself one more.");
  text += Paragraph(
      fmt::format("Area: no result of Vivado but of {}: {}. LUT: as logic, small ones not packed "
                  "in pairs. LUTRAM: LUTs of memories and shift registers. BRAM: of 36 Kbit. "
                  "Carry: {}.",
                  yosys_version, kSynthesis, CarryName(TotalOf(rows))));
  return text + "\n";
}

std::string Rows(const Row& row, size_t name_width) {
  const std::vector<std::string> area = row.cells ? AreaCells(AreaOf(*row.cells)) : NoCells(7);
  if (!row.lowering) return Line(name_width, row.entry.module, NoCells(4) + area);
  const Lowering& lowering = *row.lowering;
  std::vector<std::string> timing = TimingCells(Slowest(lowering), lowering.clock_ns);
  if (row.entry.is_network) timing[1] = "-";  // it depends on the way through the network
  const std::string_view mark = MeetsClock(lowering) ? "" : kMark;
  std::string text = Line(name_width, row.entry.module, timing + area, mark);
  if (!row.entry.is_network) return text;
  for (const ProcessTiming& process : lowering.processes) {
    text += Line(name_width, "  " + process.name, TimingCells(process, lowering.clock_ns),
                 MeetsClock(process, lowering.clock_ns) ? "" : kMark);
  }
  return text;
}

// A sentence a line for what the numbers of a row do not say.
std::string NotesOn(const Row& row) {
  std::string text;
  const auto note = [&](const std::string& sentence) {
    text += fmt::format("{}: {}\n", row.entry.module, sentence);
  };
  for (const std::string& error : row.errors) note(error);
  if (row.cells) {
    for (const auto& [type, count] : AreaOf(*row.cells).others) {
      note(fmt::format("{} {} in none of the columns", count, type));
    }
  }
  if (!row.lowering) return text;
  for (const ProcessTiming& process : row.lowering->processes) {
    if (MeetsClock(process, row.lowering->clock_ns)) continue;
    for (const Violation& violation : process.violations) {
      note(violation.at.empty() ? violation.message : violation.at + ": " + violation.message);
    }
    if (process.violations.empty()) {
      note(fmt::format("{} takes {:.2f} ns, {:.2f} ns more than the clock, at {}", process.name,
                       process.period_ns, process.period_ns - row.lowering->clock_ns,
                       process.period_at.empty() ? "a place without source" : process.period_at));
    }
  }
  return text;
}

bool IsWell(const Row& row) {
  return row.errors.empty() && row.lowering && row.cells && MeetsClock(*row.lowering);
}

}  // namespace

bool AllWell(const std::vector<Row>& rows) { return std::ranges::all_of(rows, IsWell); }

std::string TableText(const std::vector<Row>& rows, const std::string& yosys_version) {
  size_t name_width = 0;
  for (const Row& row : rows) {
    name_width = std::max(name_width, row.entry.module.size());
    if (!row.entry.is_network || !row.lowering) continue;
    for (const ProcessTiming& process : row.lowering->processes) {
      name_width = std::max(name_width, process.name.size() + 2);
    }
  }
  std::string text = Header(rows, yosys_version);
  text += Line(
      name_width, "process",
      {"II", "latency", "period", "clock", "LUT", "FF", "LUTRAM", "BRAM", "URAM", "carry", "DSP"});
  for (const Row& row : rows) text += Rows(row, name_width);
  text += Line(name_width, "total", std::vector<std::string>(4) + AreaCells(TotalOf(rows)));
  const auto met = std::ranges::count_if(
      rows, [](const Row& row) { return row.lowering && MeetsClock(*row.lowering); });
  text += fmt::format("\n{} of {} meet their clock by the model.\n", met, rows.size());
  for (const Row& row : rows) text += NotesOn(row);
  return text;
}

std::string TableJson(const std::vector<Row>& rows, const std::string& yosys_version) {
  using Json = nlohmann::ordered_json;
  const auto area_of = [](const Area& area) {
    return Json{{"lut", area.luts},           {"ff", area.flip_flops},
                {"lutram", area.memory_luts}, {"bram36", static_cast<double>(area.half_brams) / 2},
                {"uram", area.urams},         {"carry4", area.carry4s},
                {"carry8", area.carry8s},     {"dsp", area.dsps},
                {"others", area.others}};
  };
  Json report = {{"period_is", "a proxy by the delay model in hw/compiler/delay.h"},
                 {"area_is_of", yosys_version},
                 {"area_recipe", kSynthesis},
                 {"modules", Json::array()}};
  for (const Row& row : rows) {
    Json module = {{"name", row.entry.module},
                   {"kind", row.entry.is_network ? "network" : "process"}};
    if (row.lowering) {
      module["clock_ns"] = row.lowering->clock_ns;
      module["meets_clock"] = MeetsClock(*row.lowering);
      module["processes"] = Json::array();
      for (const ProcessTiming& process : row.lowering->processes) {
        module["processes"].push_back({{"name", process.name},
                                       {"ii", process.ii},
                                       {"latency", process.latency},
                                       {"period_ns", process.period_ns},
                                       {"at", process.period_at},
                                       {"violations", process.violations.size()}});
      }
    }
    if (row.cells) {
      module["area"] = area_of(AreaOf(*row.cells));
      module["cells"] = *row.cells;
    }
    module["errors"] = row.errors;
    report["modules"].push_back(std::move(module));
  }
  report["total_area"] = area_of(TotalOf(rows));
  report["all_well"] = AllWell(rows);
  return report.dump(2) + "\n";
}

}  // namespace vireo::report
