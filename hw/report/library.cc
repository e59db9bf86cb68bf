// SPDX-License-Identifier: Apache-2.0
// Reads processes.tsv.

#include "hw/report/library.h"

#include <fmt/format.h>

#include <set>

namespace vireo::report {

namespace {

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0;;) {
    const size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

}  // namespace

Result<std::vector<LibraryEntry>> ParseLibrary(std::string_view text) {
  std::vector<LibraryEntry> entries;
  std::set<std::string_view> modules;
  size_t number = 0;
  for (const std::string_view line : Split(text, '\n')) {
    ++number;
    if (line.empty() || line.front() == '#') continue;
    const std::vector<std::string_view> columns = Split(line, '\t');
    if (columns.size() != 4 || columns[0].empty()) {
      return tl::unexpected(fmt::format(
          "line {}: {} columns; write module, kind, top and sources with a tab between each",
          number, columns.size()));
    }
    if (columns[1] != "process" && columns[1] != "network") {
      return tl::unexpected(
          fmt::format("line {}: kind '{}'; write process or network", number, columns[1]));
    }
    if (!modules.insert(columns[0]).second) {
      return tl::unexpected(
          fmt::format("line {}: module '{}' stands here for the second time", number, columns[0]));
    }
    entries.push_back({.module = std::string(columns[0]), .is_network = columns[1] == "network"});
  }
  if (entries.empty()) return tl::unexpected(std::string("no process in it"));
  return entries;
}

}  // namespace vireo::report
