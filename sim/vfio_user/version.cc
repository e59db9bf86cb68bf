// SPDX-License-Identifier: Apache-2.0
#include "sim/vfio_user/version.h"

#include <nlohmann/json.hpp>

namespace vireo::vfio_user {
namespace {

using nlohmann::json;

constexpr size_t kMaxText = 4096;  // far more than anyone has to say

// True unless the key is there with another type.
bool Take(const json& object, const char* key, uint64_t& value) {
  const auto found = object.find(key);
  if (found == object.end()) return true;
  if (!found->is_number_unsigned()) return false;
  value = found->get<uint64_t>();
  return true;
}

bool Take(const json& object, const char* key, bool& value) {
  const auto found = object.find(key);
  if (found == object.end()) return true;
  if (!found->is_boolean()) return false;
  value = found->get<bool>();
  return true;
}

bool TakeTwinSocket(const json& object, Capabilities& capabilities) {
  const auto twin = object.find("twin_socket");
  if (twin == object.end()) return true;
  if (!twin->is_object() || !Take(*twin, "supported", capabilities.twin_socket)) return false;
  if (!twin->contains("fd_index")) return true;
  return Take(*twin, "fd_index", capabilities.twin_fd_index.emplace());
}

}  // namespace

std::optional<Proposal> ReadVersion(const Message& message) {
  const auto version = message.As<Version>();
  if (!version) return std::nullopt;
  Proposal proposal = {version->major, version->minor, {}};
  if (message.body.size() == sizeof(Version)) return proposal;
  const char* text = reinterpret_cast<const char*>(message.body.data()) + sizeof(Version);
  const size_t size = message.body.size() - sizeof(Version);
  if (size > kMaxText || text[size - 1] != '\0') return std::nullopt;
  const json all = json::parse(text, text + size - 1, nullptr, false);
  if (!all.is_object()) return std::nullopt;
  const auto said = all.find("capabilities");
  if (said == all.end()) return proposal;
  Capabilities& capabilities = proposal.capabilities;
  if (!said->is_object() || !Take(*said, "max_msg_fds", capabilities.max_msg_fds) ||
      !Take(*said, "max_data_xfer_size", capabilities.max_data_xfer_size) ||
      !Take(*said, "max_dma_maps", capabilities.max_dma_maps) ||
      !Take(*said, "write_multiple", capabilities.write_multiple) ||
      !TakeTwinSocket(*said, capabilities)) {
    return std::nullopt;
  }
  return proposal;
}

std::vector<uint8_t> WriteVersion(const Proposal& proposal) {
  const Capabilities& capabilities = proposal.capabilities;
  json said = {{"max_msg_fds", capabilities.max_msg_fds},
               {"max_data_xfer_size", capabilities.max_data_xfer_size},
               {"max_dma_maps", capabilities.max_dma_maps},
               {"pgsizes", kPageSize}};
  if (capabilities.write_multiple) said["write_multiple"] = true;
  if (capabilities.twin_socket) {
    said["twin_socket"]["supported"] = true;
    if (capabilities.twin_fd_index) said["twin_socket"]["fd_index"] = *capabilities.twin_fd_index;
  }
  const std::string text = json{{"capabilities", said}}.dump();
  std::vector<uint8_t> body;
  Append(body, Version{proposal.major, proposal.minor});
  body.insert(body.end(), text.begin(), text.end());
  body.push_back(0);
  return body;
}

}  // namespace vireo::vfio_user
