// SPDX-License-Identifier: Apache-2.0
#include "sim/pcie/config_space.h"

#include <algorithm>
#include <iterator>

namespace vireo::sim::pcie {

namespace config_space = spec::config_space;
namespace msix_cap = spec::msix_cap;
namespace pci_header = spec::pci_header;
namespace pcie_cap = spec::pcie_cap;
namespace pm_cap = spec::pm_cap;

namespace {

constexpr uint32_t kDeviceControl = config_space::kPcie + pcie_cap::kDeviceControl.offset;
static_assert(kDeviceControl % 4 == 0 &&
              pcie_cap::kDeviceStatus.offset == pcie_cap::kDeviceControl.offset + 2);

// Device Control counts sizes as 128 bytes << n.
constexpr uint32_t kMaxPayloadBit = 5;
constexpr uint32_t kMaxReadRequestBit = 12;

}  // namespace

ConfigSpace::ConfigSpace(const FunctionSpec& function)
    : type_(function.type), image_(spec::MakeConfigImage(*function.type, function.parameters)) {
  Reset();
}

void ConfigSpace::Reset() { std::copy(std::begin(image_.value), std::end(image_.value), value_); }

bool ConfigSpace::Owns(uint32_t number) const {
  if (type_->kind == spec::FunctionKind::kManagement) return true;
  const uint32_t offset = 4 * number;
  const auto within = [&](uint32_t begin, uint32_t end) { return offset >= begin && offset < end; };
  const bool is_virtio = within(config_space::kVirtioPciCfg,
                                config_space::kVirtioPciCfg + sizeof(spec::virtio_pci_cfg_cap)) ||
                         within(config_space::kVirtioCommonCfg,
                                config_space::kVirtioDeviceCfg + sizeof(spec::virtio_pci_cap));
  return !is_virtio;
}

uint32_t ConfigSpace::Read(uint32_t number) const {
  if (number >= std::size(value_)) return 0;
  uint32_t value = value_[number];
  if (4 * number == kDeviceControl && transactions_pending_)
    value |= uint32_t{pcie_cap::kDeviceStatusTransactionsPending} << 16;
  return value;
}

bool ConfigSpace::Write(uint32_t number, uint32_t data, uint32_t byte_enables) {
  if (number >= std::size(value_)) return false;
  uint32_t mask = 0;
  for (uint32_t i = 0; i < 4; ++i) mask |= ((byte_enables >> i) & 1) != 0 ? 0xffU << (8 * i) : 0;
  const uint32_t written = image_.write_mask[number] & mask;
  uint32_t& value = value_[number];
  value = (value & ~written) | (data & written);
  return 4 * number == kDeviceControl && (data & mask & pcie_cap::kDeviceControlFlr) != 0;
}

FunctionFlags ConfigSpace::flags() const {
  const uint32_t command = At(pci_header::kCommand.offset);
  const uint32_t msix = At(config_space::kMsix + msix_cap::kControl.offset);
  const bool is_awake = type_->is_virtual || (At(config_space::kPm + pm_cap::kPmcsr.offset) &
                                              pm_cap::kPmcsrPowerState) == 0;
  return {.bus_master = is_awake && (command & pci_header::kCommandBusMaster) != 0,
          .memory_space = is_awake && (command & pci_header::kCommandMemory) != 0,
          .intx_disable = (command & pci_header::kCommandIntxDisable) != 0,
          .msix_enable = (msix & msix_cap::kControlEnable) != 0,
          .msix_mask = (msix & msix_cap::kControlFunctionMask) != 0};
}

uint64_t ConfigSpace::bar_address(uint32_t index) const {
  if (index != 0) return 0;
  const uint64_t low = At(pci_header::kBar.At(0)) & ~uint32_t{0xf};
  return low | (uint64_t{At(pci_header::kBar.At(1))} << 32);
}

uint32_t ConfigSpace::max_payload() const {
  return 128U << ((At(kDeviceControl) >> kMaxPayloadBit) & 7);
}

uint32_t ConfigSpace::max_read_request() const {
  return 128U << ((At(kDeviceControl) >> kMaxReadRequestBit) & 7);
}

}  // namespace vireo::sim::pcie
