// SPDX-License-Identifier: Apache-2.0
// The part of configuration space that a host sets up before a driver can use a device: kept as
// QEMU wrote it, for a server that comes back with a device fresh from reset.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "host-driver/vfio-shim/client.h"

namespace vireo::vfio_shim {

class ConfigMirror {
 public:
  // Finds the capabilities in the first 256 bytes of configuration space.
  void Learn(std::span<const uint8_t> space);

  void Written(uint64_t offset, std::span<const uint8_t> bytes);
  void Reset() { written_.clear(); }

  // Writes of what was written last: base addresses, the MSI-X control, then the command.
  std::vector<Order> Everything() const;

 private:
  std::map<uint16_t, uint8_t> written_;  // by offset
  uint16_t msix_ = 0;                    // the capabilities' offsets; 0: none
  uint16_t express_ = 0;
};

}  // namespace vireo::vfio_shim
