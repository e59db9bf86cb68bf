// SPDX-License-Identifier: Apache-2.0
#include "host-driver/vfio-shim/settings.h"

#include <charconv>
#include <string_view>

namespace vireo::vfio_shim {
namespace {

std::optional<unsigned> ParseNumber(std::string_view text) {
  unsigned number;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<Settings> ParseSettings(const char* groups, const char* patience,
                                      std::string& error) {
  Settings settings;
  std::string_view rest = groups;
  while (!rest.empty()) {
    const std::string_view item = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(item.size() + 1, rest.size()));
    const size_t equals = item.find('=');
    const auto number = ParseNumber(item.substr(0, equals));
    if (!number || equals == std::string_view::npos || equals + 1 == item.size()) {
      error = "VIREO_VFIO: '" + std::string(item) + "' is not GROUP=SOCKET";
      return std::nullopt;
    }
    if (!settings.sockets.emplace(*number, item.substr(equals + 1)).second) {
      error = "VIREO_VFIO: group " + std::to_string(*number) + " is there twice";
      return std::nullopt;
    }
  }
  if (patience != nullptr) {
    const auto milliseconds = ParseNumber(patience);
    if (!milliseconds) {
      error = "VIREO_VFIO_PATIENCE_MS: '" + std::string(patience) + "' is not a number";
      return std::nullopt;
    }
    settings.patience = std::chrono::milliseconds(*milliseconds);
  }
  return settings;
}

}  // namespace vireo::vfio_shim
