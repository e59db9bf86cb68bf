// SPDX-License-Identifier: Apache-2.0
// hls-report: the table of every process of the library.

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "hw/report/command.h"
#include "hw/report/library.h"
#include "hw/report/lowering.h"
#include "hw/report/synthesis.h"
#include "hw/report/table.h"

namespace vireo::report {
namespace {

constexpr const char* kUsage =
    R"(hls-report PROCESSES.tsv RTL_DIR OUT_DIR [options]

Prints what each module of PROCESSES.tsv costs: latency and period as vireo-hls reported them in
RTL_DIR/NAME.json, area as Yosys finds it for UltraScale+ from RTL_DIR/NAME.v. The table is also
written to OUT_DIR/hls.txt and hls.json. What Yosys found is kept in OUT_DIR/cache until the
module, the recipe or Yosys changes.

  --jobs N       how many Yosys run at a time (default 2)
  --yosys FILE   the Yosys to use (default: the one in PATH)
  --help         this text

Exit code: 0 all meet their clock, 1 one does not or could not be measured, 2 usage.
)";

struct Arguments {
  std::filesystem::path processes, rtl, out;
  SynthesisOptions synthesis;
};

[[noreturn]] void Usage(const std::string& message) {
  fmt::print(stderr, "hls-report: {}\nTry 'hls-report --help'.\n", message);
  std::exit(2);
}

[[noreturn]] void Fail(const std::string& message) {
  fmt::print(stderr, "hls-report: {}\n", message);
  std::exit(1);
}

Arguments Parse(const std::vector<std::string>& words) {
  Arguments arguments;
  std::vector<std::string> plain;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const auto value = [&]() -> const std::string& {
      if (i + 1 == words.size()) Usage(word + " needs a value");
      return words[++i];
    };
    if (word == "--help") {
      fmt::print("{}", kUsage);
      std::exit(0);
    } else if (word == "--yosys") {
      arguments.synthesis.yosys = value();
    } else if (word == "--jobs") {
      const std::string& text = value();
      const auto [end, error] =
          std::from_chars(text.data(), text.data() + text.size(), arguments.synthesis.jobs);
      if (error != std::errc() || end != text.data() + text.size() ||
          arguments.synthesis.jobs == 0) {
        Usage(fmt::format("--jobs {}: write a number from 1 on", text));
      }
    } else if (word.starts_with("-")) {
      Usage(fmt::format("unknown option {}", word));
    } else {
      plain.push_back(word);
    }
  }
  if (plain.size() != 3) Usage("PROCESSES.tsv, RTL_DIR and OUT_DIR are needed");
  arguments.processes = plain[0];
  arguments.rtl = plain[1];
  arguments.out = plain[2];
  arguments.synthesis.cache = arguments.out / "cache";
  return arguments;
}

Row RowOf(const LibraryEntry& entry, const std::filesystem::path& rtl,
          const Result<CellCounts>& cells) {
  Row row = {.entry = entry, .lowering = {}, .cells = {}, .errors = {}};
  const std::filesystem::path file = rtl / (entry.module + ".json");
  const Result<std::string> text = ReadFile(file);
  if (!text) {
    row.errors.push_back(text.error() + " (lower the library: ninja -C build rtl)");
    return row;
  }
  if (Result<Lowering> lowering = ParseLowering(*text)) {
    row.lowering = std::move(*lowering);
  } else {
    row.errors.push_back(fmt::format("{}: {}", file.string(), lowering.error()));
  }
  if (cells) {
    row.cells = *cells;
  } else {
    row.errors.push_back(cells.error());
  }
  return row;
}

int Main(const Arguments& arguments) {
  const Result<std::string> list = ReadFile(arguments.processes);
  if (!list) Fail(list.error());
  const Result<std::vector<LibraryEntry>> library = ParseLibrary(*list);
  if (!library) Fail(fmt::format("{}: {}", arguments.processes.string(), library.error()));
  const Result<std::string> version = YosysVersion(arguments.synthesis);
  if (!version) Fail(version.error());

  std::vector<SynthesisModule> modules;
  modules.reserve(library->size());
  for (const LibraryEntry& entry : *library) {
    modules.push_back({.name = entry.module, .verilog = arguments.rtl / (entry.module + ".v")});
  }
  const std::vector<Result<CellCounts>> cells =
      Synthesise(modules, *version, arguments.synthesis,
                 [](const std::string& line) { fmt::print(stderr, "{}\n", line); });
  std::vector<Row> rows;
  rows.reserve(library->size());
  for (size_t i = 0; i < library->size(); ++i) {
    rows.push_back(RowOf((*library)[i], arguments.rtl, cells[i]));
  }
  const std::string table = TableText(rows, *version);
  fmt::print("{}", table);
  for (const Result<void>& written :
       {WriteFile(arguments.out / "hls.txt", table),
        WriteFile(arguments.out / "hls.json", TableJson(rows, *version))}) {
    if (!written) Fail(written.error());
  }
  return AllWell(rows) ? 0 : 1;
}

}  // namespace
}  // namespace vireo::report

int main(int argc, char** argv) {
  return vireo::report::Main(vireo::report::Parse({argv + 1, argv + argc}));
}
