// SPDX-License-Identifier: Apache-2.0
// What a simulated card is set to: its link, its wire and its functions. README.md has the keys.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "sim/pcie/hard_block_config.h"

namespace vireo::sim {

struct NetSettings {
  std::array<uint8_t, 6> mac;
  uint16_t mtu;
  uint16_t pairs = 1;  // that frames are spread over
};

enum class DiskBackend : uint8_t { kCardMemory, kChannel };

struct BlkSettings {
  uint64_t sectors;  // of 512 bytes
  bool read_only = false;
  std::string load, save;  // files, or empty
  DiskBackend backend = DiskBackend::kCardMemory;
};

struct CardConfig {
  pcie::HardBlockConfig block;
  std::vector<std::string> ports;        // see OpenEthernetPort
  std::map<unsigned, NetSettings> nets;  // by function
  std::map<unsigned, BlkSettings> blks;

  CardConfig();  // as the card is after reset
};

// net, blk, net_vf0, blk_vf0, ...; as its socket is called.
std::string FunctionName(unsigned function);

// What the file does not name stays as it was. The error begins with FILE:LINE:COLUMN.
tl::expected<void, std::string> ReadCardConfig(const std::string& path, CardConfig& config);

}  // namespace vireo::sim
