// SPDX-License-Identifier: Apache-2.0
#include "host-driver/vfio-shim/config_mirror.h"

#include <linux/pci_regs.h>

namespace vireo::vfio_shim {
namespace {

constexpr int kMaxCapabilities = 48;  // that fit: a longer list is a loop

Order WriteConfig(uint16_t offset, std::span<const uint8_t> bytes) {
  Order order = {Command::kRegionWrite, {}, {}};
  vfio_user::Append(order.body, vfio_user::RegionAccess{offset, VFIO_PCI_CONFIG_REGION_INDEX,
                                                        static_cast<uint32_t>(bytes.size())});
  order.body.insert(order.body.end(), bytes.begin(), bytes.end());
  return order;
}

}  // namespace

void ConfigMirror::Learn(std::span<const uint8_t> space) {
  msix_ = express_ = 0;
  if (space.size() < 256 || (space[PCI_STATUS] & PCI_STATUS_CAP_LIST) == 0) return;
  uint16_t at = space[PCI_CAPABILITY_LIST] & ~3;
  for (int i = 0; i < kMaxCapabilities && at >= PCI_STD_HEADER_SIZEOF; ++i) {
    if (space[at] == PCI_CAP_ID_MSIX) msix_ = at;
    if (space[at] == PCI_CAP_ID_EXP) express_ = at;
    at = space[at + PCI_CAP_LIST_NEXT] & ~3;
  }
}

void ConfigMirror::Written(uint64_t offset, std::span<const uint8_t> bytes) {
  for (size_t i = 0; i < bytes.size(); ++i) {
    const uint64_t at = offset + i;
    if (express_ != 0 && at == uint64_t{express_} + PCI_EXP_DEVCTL + 1 &&
        (bytes[i] & PCI_EXP_DEVCTL_BCR_FLR >> 8) != 0) {
      return Reset();
    }
    const bool command = at == PCI_COMMAND || at == PCI_COMMAND + 1;
    const bool bar = at >= PCI_BASE_ADDRESS_0 && at < PCI_BASE_ADDRESS_5 + 4;
    const bool msix = msix_ != 0 && at >= uint64_t{msix_} + PCI_MSIX_FLAGS &&
                      at < uint64_t{msix_} + PCI_MSIX_FLAGS + 2;
    if (command || bar || msix) written_[static_cast<uint16_t>(at)] = bytes[i];
  }
}

std::vector<Order> ConfigMirror::Everything() const {
  std::vector<Order> orders;
  std::vector<Order> last;
  for (auto byte = written_.begin(); byte != written_.end();) {
    // Registers are written as a whole: a base address of 4 bytes, the others of 2.
    const uint16_t offset = byte->first;
    std::vector<uint8_t> bytes;
    const size_t size = offset >= PCI_BASE_ADDRESS_0 && offset < PCI_BASE_ADDRESS_5 + 4 ? 4 : 2;
    while (byte != written_.end() && byte->first == offset + bytes.size() &&
           bytes.size() < size - offset % size) {
      bytes.push_back(byte->second);
      ++byte;
    }
    (offset <= PCI_COMMAND + 1 ? last : orders).push_back(WriteConfig(offset, bytes));
  }
  orders.insert(orders.end(), last.begin(), last.end());
  return orders;
}

}  // namespace vireo::vfio_shim
