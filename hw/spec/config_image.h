// SPDX-License-Identifier: Apache-2.0
// The configuration space of a function as memory: what it reads after reset, which bits take what
// is written, and which a written 1 clears. For models of the hard block and for tests.
// PCI Express Base 4.0, 7.5 and 9.3.
#ifndef VIREO_HW_SPEC_CONFIG_IMAGE_H_
#define VIREO_HW_SPEC_CONFIG_IMAGE_H_

#include <cstdint>

#include "hw/spec/config_space.h"

namespace vireo::spec {

// Who looks. A virtual function on the bus lacks ids, BARs and most of its command register, which
// software takes from the physical function's SR-IOV capability; whoever has it through VFIO sees a
// function like any other, alone in its device, without SR-IOV and ARI.
enum class ConfigView : uint8_t { kBus, kVfio };

struct ConfigParameters {
  ConfigView view = ConfigView::kBus;
  uint32_t vectors = 1;            // MSI-X vectors, 1 to 2048
  uint8_t next_function = 0;       // of a physical function: the next one, 0 in the last
  uint16_t virtual_functions = 0;  // of a physical function
  uint16_t first_vf_offset = 0;    // routing id of the first of them less that of the function
  uint8_t link_speed = 3;          // 3 is 8 GT/s, 4 is 16 GT/s
  uint8_t link_width = 16;
  uint8_t max_payload = 1;  // largest payload is 128 bytes << max_payload
};

inline constexpr uint32_t kConfigImageBytes = 0x200;  // behind it, everything reads as 0

struct ConfigImage {
  uint32_t value[kConfigImageBytes / 4] = {};       // after reset
  uint32_t write_mask[kConfigImageBytes / 4] = {};  // bits that take what is written
  uint32_t clear_mask[kConfigImageBytes / 4] = {};  // bits that a written 1 clears

  constexpr void Value(uint32_t offset, uint32_t bits) { Or(value, offset, bits); }
  constexpr void Writable(uint32_t offset, uint32_t bits) { Or(write_mask, offset, bits); }
  constexpr void Clearable(uint32_t offset, uint32_t bits) { Or(clear_mask, offset, bits); }

 private:
  static constexpr void Or(uint32_t* words, uint32_t offset, uint32_t bits) {
    words[offset / 4] |= bits << (8 * (offset % 4));
  }
};

namespace config_space {

constexpr void PutHeader(ConfigImage& image, const FunctionType& type, const ConfigParameters& p) {
  using namespace pci_header;
  const bool bare = type.is_virtual && p.view == ConfigView::kBus;
  image.Value(kVendorId.offset, bare ? 0xffff : type.vendor_id);
  image.Value(kDeviceId.offset, bare ? 0xffff : type.device_id);
  image.Writable(kCommand.offset, kCommandBusMaster);
  image.Value(kStatus.offset, kStatusCapabilityList);
  image.Clearable(kStatus.offset, kStatusErrors);
  image.Value(pci_header::kRevisionId.offset, spec::kRevisionId | type.class_code << 8);
  image.Value(kSubsystemVendorId.offset, kVireoVendorId);
  image.Value(kSubsystemId.offset, type.subsystem_id);
  image.Value(kCapabilityPointer.offset, type.is_virtual ? kFirstOfVirtual : kFirstOfPhysical);
  if (!type.is_virtual && p.view == ConfigView::kBus) {
    image.Value(kHeaderType.offset, kHeaderTypeMultiFunction);
  }
  if (bare) return;
  image.Writable(kCommand.offset, kCommandMemory | kCommandParity | kCommandSerr);
  image.Writable(kCacheLineSize.offset, 0xff);
  image.Value(kBar.At(0), kBarMemory64Prefetchable);
  image.Writable(kBar.At(0), ~(type.bar_bytes - 1));
  image.Writable(kBar.At(1), 0xffff'ffff);
  image.Writable(kInterruptLine.offset, 0xff);
  image.Value(kInterruptPin.offset, type.interrupt_pin);
  if (type.interrupt_pin != 0) image.Writable(kCommand.offset, kCommandIntxDisable);
}

constexpr void PutPm(ConfigImage& image) {
  image.Value(kPm + pm_cap::kId.offset, PCI_CAP_ID_PM);
  image.Value(kPm + pm_cap::kNext.offset, kNextOfPm);
  image.Value(kPm + pm_cap::kPmc.offset, static_cast<uint32_t>(pm_cap::kPmc.reset));
  image.Value(kPm + pm_cap::kPmcsr.offset, pm_cap::kPmcsrNoSoftReset);
  image.Writable(kPm + pm_cap::kPmcsr.offset, pm_cap::kPmcsrPowerState);
}

constexpr void PutMsix(ConfigImage& image, const ConfigParameters& p) {
  image.Value(kMsix + msix_cap::kId.offset, PCI_CAP_ID_MSIX);
  image.Value(kMsix + msix_cap::kNext.offset, kNextOfMsix);
  image.Value(kMsix + msix_cap::kControl.offset, p.vectors - 1);
  image.Writable(kMsix + msix_cap::kControl.offset,
                 msix_cap::kControlFunctionMask | msix_cap::kControlEnable);
  image.Value(kMsix + msix_cap::kTable.offset, function_bar::kMsixTable);
  image.Value(kMsix + msix_cap::kPba.offset, function_bar::kPendingBits);
}

constexpr void PutPcie(ConfigImage& image, const FunctionType& type, const ConfigParameters& p) {
  using namespace pcie_cap;
  const uint32_t link = p.link_speed | uint32_t{p.link_width} << 4;
  image.Value(kPcie + kId.offset, PCI_CAP_ID_EXP);
  image.Value(kPcie + kNext.offset, type.kind == FunctionKind::kManagement ? 0 : kNextOfPcie);
  image.Value(kPcie + kFlags.offset, static_cast<uint32_t>(kFlags.reset));
  image.Value(kPcie + kDeviceCapabilities.offset, p.max_payload | kDeviceCapabilitiesExtendedTag |
                                                      kDeviceCapabilitiesRoleBasedErrors |
                                                      kDeviceCapabilitiesFlr);
  image.Value(kPcie + kLinkCapabilities.offset, link);
  image.Clearable(kPcie + kDeviceStatus.offset, kDeviceStatusErrors);
  if (type.is_virtual && p.view == ConfigView::kBus) return;
  image.Value(kPcie + kDeviceControl.offset, kDeviceControlReset);
  image.Writable(kPcie + kDeviceControl.offset, kDeviceControlWritable);
  image.Value(kPcie + kLinkStatus.offset, link);
  image.Writable(kPcie + kLinkControl.offset, kLinkControlWritable);
  image.Value(kPcie + kDeviceCapabilities2.offset, kCompletionTimeoutDisable);
  image.Writable(kPcie + kDeviceControl2.offset, kCompletionTimeoutDisable);
  image.Value(kPcie + kLinkCapabilities2.offset, ((1u << p.link_speed) - 1) << 1);
  image.Value(kPcie + kLinkControl2.offset, p.link_speed);
}

constexpr void PutVirtio(ConfigImage& image) {
  for (uint32_t i = 0; i < 64; ++i) image.Value(4 * i, kVirtioCapabilities.value[i]);
  image.Writable(kPciCfgBar, 0xff);
  image.Writable(kPciCfgOffset, 0xffff'ffff);
  image.Writable(kPciCfgLength, 0xffff'ffff);
  image.Writable(kPciCfgData, 0xffff'ffff);
}

constexpr void PutAriAndSriov(ConfigImage& image, const FunctionType& type,
                              const ConfigParameters& p) {
  // 0x100 is where the list begins, so it is there in every function: an empty entry.
  image.Value(0x100, uint32_t{kAri} << 20);
  const bool sriov = !type.is_virtual && p.virtual_functions != 0;
  image.Value(kAri + ari_cap::kHeader.offset,
              static_cast<uint32_t>(ari_cap::kHeader.reset) | (sriov ? uint32_t{kSriov} << 20 : 0));
  image.Value(kAri + ari_cap::kCapability.offset, uint32_t{p.next_function} << 8);
  if (!sriov) return;
  using namespace sriov_cap;
  for (const Register* r : kRegisters) {
    image.Value(kSriov + r->offset, static_cast<uint32_t>(r->reset));
  }
  image.Writable(kSriov + kControl.offset,
                 kControlVfEnable | kControlVfMemorySpace | kControlAriHierarchy);
  image.Value(kSriov + kInitialVfs.offset, p.virtual_functions);
  image.Value(kSriov + kTotalVfs.offset, p.virtual_functions);
  image.Writable(kSriov + kNumVfs.offset, 0xffff);
  image.Value(kSriov + kFirstVfOffset.offset, p.first_vf_offset);
  image.Value(kSriov + kVfDeviceId.offset, type.device_id);
  image.Writable(kSriov + kSystemPageSize.offset, kPageSizes);
  image.Value(kSriov + kVfBar.At(0), pci_header::kBarMemory64Prefetchable);
  image.Writable(kSriov + kVfBar.At(0), ~(function_bar::kBytes - 1));
  image.Writable(kSriov + kVfBar.At(1), 0xffff'ffff);
}

}  // namespace config_space

constexpr ConfigImage MakeConfigImage(const FunctionType& type, const ConfigParameters& p) {
  ConfigImage image;
  config_space::PutHeader(image, type, p);
  if (!type.is_virtual) config_space::PutPm(image);
  config_space::PutMsix(image, p);
  config_space::PutPcie(image, type, p);
  if (type.kind != FunctionKind::kManagement) config_space::PutVirtio(image);
  if (p.view == ConfigView::kBus) config_space::PutAriAndSriov(image, type, p);
  return image;
}

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_CONFIG_IMAGE_H_
