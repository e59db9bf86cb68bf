// SPDX-License-Identifier: Apache-2.0
// VIREO_VFIO=GROUP=SOCKET[,GROUP=SOCKET]...: which VFIO groups are served here, and by whom.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

namespace vireo::vfio_shim {

struct Settings {
  std::map<unsigned, std::string> sockets;  // by number of the group
  // How long to wait for a server that has gone (VIREO_VFIO_PATIENCE_MS).
  std::chrono::milliseconds patience = std::chrono::seconds(5);
};

// Nothing if `groups` (VIREO_VFIO) or `patience` (may be null) is no such text; then `error`
// says why.
std::optional<Settings> ParseSettings(const char* groups, const char* patience, std::string& error);

}  // namespace vireo::vfio_shim
