// SPDX-License-Identifier: Apache-2.0
#include "sim/simulator/yaml_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace vireo::sim {
namespace {

// Letters to put in, leave out, replace or swap with their neighbour, to make `a` of `b`
// (Damerau and Levenshtein's, each place touched once).
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> d(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min(
          {d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

YamlError::YamlError(const std::string& file, const YAML::Mark& mark, const std::string& what)
    : std::runtime_error(fmt::format("{}:{}:{}: {}", file, mark.line + 1, mark.column + 1, what)) {}

std::string Nearest(std::string_view word, const std::vector<std::string>& names) {
  return *std::ranges::min_element(names, {},
                                   [&](const std::string& name) { return Distance(word, name); });
}

void YamlMap::Fail(const YAML::Node& node, const std::string& what) const {
  throw YamlError(file_, node.Mark(), what);
}

void YamlMap::Read(const YAML::Node& node, const std::string& what,
                   const std::vector<Key>& keys) const {
  if (node.IsNull()) return;
  if (!node.IsMap()) Fail(node, fmt::format("{} is a mapping: KEY: VALUE", what));
  std::set<std::string> seen;
  for (const auto& entry : node) {
    const std::string name = Text(entry.first);
    const auto known = std::ranges::find_if(keys, [&](const Key& key) { return key.name == name; });
    if (known == keys.end()) {
      std::vector<std::string> names;
      for (const Key& key : keys) names.push_back(key.name);
      Fail(entry.first,
           fmt::format("{} has no '{}'; did you mean '{}'?", what, name, Nearest(name, names)));
    }
    if (!seen.insert(name).second) {
      Fail(entry.first, fmt::format("{} has '{}' twice", what, name));
    }
    known->take(entry.second);
  }
}

std::string YamlMap::Text(const YAML::Node& node) const {
  if (!node.IsScalar()) Fail(node, "a word or a text is expected here");
  return node.Scalar();
}

uint64_t YamlMap::Number(const YAML::Node& node, uint64_t least, uint64_t most) const {
  const std::string text = Text(node);
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most) {
    Fail(node, fmt::format("'{}' is no whole number from {} to {}", text, least, most));
  }
  return value;
}

bool YamlMap::Flag(const YAML::Node& node) const {
  const std::string text = Text(node);
  if (text != "true" && text != "false") {
    Fail(node, fmt::format("'{}' is neither true nor false", text));
  }
  return text == "true";
}

}  // namespace vireo::sim
