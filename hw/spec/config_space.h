// SPDX-License-Identifier: Apache-2.0
// Where each capability lies in configuration space, and what a function of each type reads there.
// VIRTIO 1.4, 4.1.4 "Virtio Structure PCI Capabilities"; PCI Express Base 4.0, 7.5 and 9.3.
//
// AMD's PCIE4C block keeps the header and the capabilities for power management, MSI-X and PCI
// Express; the card answers for the virtio capabilities through the Configuration Extend interface.
// README.md says how far the block lets it.
#ifndef VIREO_HW_SPEC_CONFIG_SPACE_H_
#define VIREO_HW_SPEC_CONFIG_SPACE_H_

#include <cstdint>

#include "hw/spec/function_bar.h"
#include "hw/spec/function_type.h"
#include "hw/spec/pci_config.h"
#include "hw/spec/virtio_pci.h"

namespace vireo::spec {

namespace config_space {

// The block's own places.
inline constexpr uint8_t kPm = 0x40;  // in physical functions
inline constexpr uint8_t kMsix = 0x60;
inline constexpr uint8_t kPcie = 0x70;
inline constexpr uint16_t kAri = 0x140;
inline constexpr uint16_t kSriov = 0x180;  // in physical functions with virtual ones

// Ours: where the block, without MSI, has nothing. 0xb0 to 0xbf is its "legacy extended" range.
inline constexpr uint8_t kVirtioPciCfg = 0x48;
inline constexpr uint8_t kVirtioCommonCfg = 0xb0;
inline constexpr uint8_t kVirtioNotifyCfg = 0xc0;
inline constexpr uint8_t kVirtioIsrCfg = 0xd4;
inline constexpr uint8_t kVirtioDeviceCfg = 0xe4;

static_assert(kPm + pm_cap::kStructure.bytes <= kVirtioPciCfg);
static_assert(kVirtioPciCfg + sizeof(virtio_pci_cfg_cap) <= kMsix);
static_assert(kMsix + msix_cap::kStructure.bytes <= kPcie);
static_assert(kPcie + pcie_cap::kStructure.bytes <= kVirtioCommonCfg);
static_assert(kVirtioCommonCfg + sizeof(virtio_pci_cap) <= kVirtioNotifyCfg);
static_assert(kVirtioNotifyCfg + sizeof(virtio_pci_notify_cap) <= kVirtioIsrCfg);
static_assert(kVirtioIsrCfg + sizeof(virtio_pci_cap) <= kVirtioDeviceCfg);
static_assert(kVirtioDeviceCfg + sizeof(virtio_pci_cap) <= 0x100);

// The order of the list. Virtual functions begin with MSI-X; the management function ends at PCI
// Express.
inline constexpr uint8_t kFirstOfPhysical = kPm;
inline constexpr uint8_t kFirstOfVirtual = kMsix;
inline constexpr uint8_t kNextOfPm = kMsix;
inline constexpr uint8_t kNextOfMsix = kPcie;
inline constexpr uint8_t kNextOfPcie = kVirtioCommonCfg;
inline constexpr uint8_t kNextOfVirtioCommonCfg = kVirtioNotifyCfg;
inline constexpr uint8_t kNextOfVirtioNotifyCfg = kVirtioIsrCfg;
inline constexpr uint8_t kNextOfVirtioIsrCfg = kVirtioDeviceCfg;
inline constexpr uint8_t kNextOfVirtioDeviceCfg = kVirtioPciCfg;
inline constexpr uint8_t kNextOfVirtioPciCfg = 0;

// Registers of the virtio capabilities by register number (byte offset / 4), the same in every
// virtio function; 0 elsewhere.
struct VirtioCapabilities {
  uint32_t value[64];
};

constexpr void PutVirtioCap(VirtioCapabilities& caps, uint32_t at, uint8_t next, uint8_t bytes,
                            uint8_t type, uint32_t offset, uint32_t length) {
  uint32_t* const value = &caps.value[at / 4];
  value[0] = PCI_CAP_ID_VNDR | uint32_t{next} << 8 | uint32_t{bytes} << 16 | uint32_t{type} << 24;
  value[1] = 0;
  value[2] = offset;
  value[3] = length;
}

constexpr VirtioCapabilities MakeVirtioCapabilities() {
  namespace bar = function_bar;
  VirtioCapabilities caps = {};
  PutVirtioCap(caps, kVirtioCommonCfg, kNextOfVirtioCommonCfg, sizeof(virtio_pci_cap),
               VIRTIO_PCI_CAP_COMMON_CFG, bar::kCommonCfg, sizeof(virtio_pci_common_cfg));
  PutVirtioCap(caps, kVirtioNotifyCfg, kNextOfVirtioNotifyCfg, sizeof(virtio_pci_notify_cap),
               VIRTIO_PCI_CAP_NOTIFY_CFG, bar::kNotifyCfg, bar::kNotifyCfgBytes);
  caps.value[kVirtioNotifyCfg / 4 + 4] = bar::kNotifyOffMultiplier;
  PutVirtioCap(caps, kVirtioIsrCfg, kNextOfVirtioIsrCfg, sizeof(virtio_pci_cap),
               VIRTIO_PCI_CAP_ISR_CFG, bar::kIsrCfg, bar::kIsrCfgBytes);
  PutVirtioCap(caps, kVirtioDeviceCfg, kNextOfVirtioDeviceCfg, sizeof(virtio_pci_cap),
               VIRTIO_PCI_CAP_DEVICE_CFG, bar::kDeviceCfg, bar::kDeviceCfgBytes);
  PutVirtioCap(caps, kVirtioPciCfg, kNextOfVirtioPciCfg, sizeof(virtio_pci_cfg_cap),
               VIRTIO_PCI_CAP_PCI_CFG, 0, 0);
  return caps;
}

inline constexpr VirtioCapabilities kVirtioCapabilities = MakeVirtioCapabilities();

// The registers of PCI_CFG that the driver writes (4.1.4.9): bar, offset, length, pci_cfg_data.
inline constexpr uint32_t kPciCfgBar = kVirtioPciCfg + virtio_cap::kBar.offset;
inline constexpr uint32_t kPciCfgOffset = kVirtioPciCfg + virtio_cap::kOffset.offset;
inline constexpr uint32_t kPciCfgLength = kVirtioPciCfg + virtio_cap::kBytes.offset;
inline constexpr uint32_t kPciCfgData = kVirtioPciCfg + virtio_cap::kExtra.offset;

}  // namespace config_space

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_CONFIG_SPACE_H_
