// SPDX-License-Identifier: Apache-2.0
// Reads equivalents.tsv.
#include "tests/hw/mutants/equivalents.h"

#include <fmt/format.h>

#include <sstream>
#include <stdexcept>

namespace vireo::testing {

std::vector<Equivalent> ParseEquivalents(std::string_view text) {
  std::vector<Equivalent> list;
  std::istringstream lines{std::string(text)};
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> columns;
    std::istringstream rest(line);
    for (std::string column; std::getline(rest, column, '\t');) columns.push_back(column);
    if (columns.size() != 5 || columns[4].find(' ') == std::string::npos) {
      throw std::runtime_error(
          fmt::format("equivalents.tsv:{}: wants process, kind, target, change "
                      "and the reason in words, with tabs between",
                      number));
    }
    list.push_back({columns[0], columns[1], columns[2], columns[3], columns[4]});
  }
  return list;
}

}  // namespace vireo::testing
