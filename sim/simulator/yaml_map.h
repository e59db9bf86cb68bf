// SPDX-License-Identifier: Apache-2.0
// A mapping of a YAML file whose keys are all known, with the place of what is wrong in it.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

namespace vireo::sim {

// "FILE:LINE:COLUMN: what"
class YamlError : public std::runtime_error {
 public:
  YamlError(const std::string& file, const YAML::Mark& mark, const std::string& what);
};

// The name among `names` with the fewest letters to change.
std::string Nearest(std::string_view word, const std::vector<std::string>& names);

class YamlMap {
 public:
  // What takes a key's value. It throws YamlError through the functions below.
  struct Key {
    std::string name;
    std::function<void(const YAML::Node&)> take;
  };

  explicit YamlMap(std::string file) : file_(std::move(file)) {}

  // Every key of `node` is among `keys` and is there once. `node` may be null.
  void Read(const YAML::Node& node, const std::string& what, const std::vector<Key>& keys) const;

  [[noreturn]] void Fail(const YAML::Node& node, const std::string& what) const;
  std::string Text(const YAML::Node& node) const;
  uint64_t Number(const YAML::Node& node, uint64_t least, uint64_t most) const;
  bool Flag(const YAML::Node& node) const;

  // Keys of the usual kinds.
  template <typename T>
  Key Number(const std::string& name, T& value, uint64_t least, uint64_t most) const {
    return {name, [this, &value, least, most](const YAML::Node& node) {
              value = static_cast<T>(Number(node, least, most));
            }};
  }
  Key Text(const std::string& name, std::string& value) const {
    return {name, [this, &value](const YAML::Node& node) { value = Text(node); }};
  }
  Key Flag(const std::string& name, bool& value) const {
    return {name, [this, &value](const YAML::Node& node) { value = Flag(node); }};
  }

 private:
  std::string file_;
};

}  // namespace vireo::sim
