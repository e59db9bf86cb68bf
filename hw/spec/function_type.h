// SPDX-License-Identifier: Apache-2.0
// The kinds of PCI function on the card and their identities.
// VIRTIO 1.4, 4.1.2 "PCI Device Discovery".
#ifndef VIREO_HW_SPEC_FUNCTION_TYPE_H_
#define VIREO_HW_SPEC_FUNCTION_TYPE_H_

#include <cstdint>

#include "hw/spec/function_bar.h"
#include "hw/spec/management_bar.h"
#include "hw/spec/virtio_blk.h"
#include "hw/spec/virtio_net.h"
#include "hw/spec/virtio_pci.h"

namespace vireo::spec {

enum class FunctionKind : uint8_t { kNone = 0, kNet = 1, kBlk = 2, kManagement = 3 };

// Nobody assigned this vendor id: it is "VI" in ASCII, and was free in pci.ids of 2023-04. Before
// cards leave a laboratory it has to be replaced by one of the PCI-SIG's. Virtio functions have it
// as subsystem vendor, by which software tells that they are on a Vireo card.
inline constexpr uint16_t kVireoVendorId = 0x5649;
inline constexpr uint16_t kManagementDeviceId = 0x0001;

struct FunctionType {
  const char* name;
  FunctionKind kind;
  bool is_virtual;
  uint16_t vendor_id;
  uint16_t device_id;
  uint16_t subsystem_id;  // 0x40 or more, as VIRTIO asks for
  uint32_t class_code;    // class, subclass, programming interface
  uint8_t interrupt_pin;  // 1 is INTA
  uint32_t bar_bytes;     // of BAR 0, a 64-bit BAR
};

inline constexpr uint8_t kRevisionId = 1;
inline constexpr uint32_t kClassEthernet = 0x02'00'00;
inline constexpr uint32_t kClassScsiStorage = 0x01'00'00;  // what QEMU's virtio-blk says
inline constexpr uint32_t kClassOtherPeripheral = 0x08'80'00;

inline constexpr FunctionType kPhysicalNet("net", FunctionKind::kNet, false, VIRTIO_PCI_VENDOR_ID,
                                           VirtioPciDeviceId(VIRTIO_ID_NET), 0x41, kClassEthernet,
                                           1, function_bar::kBytes);
inline constexpr FunctionType kPhysicalBlk("blk", FunctionKind::kBlk, false, VIRTIO_PCI_VENDOR_ID,
                                           VirtioPciDeviceId(VIRTIO_ID_BLOCK), 0x42,
                                           kClassScsiStorage, 2, function_bar::kBytes);
inline constexpr FunctionType kManagement("management", FunctionKind::kManagement, false,
                                          kVireoVendorId, kManagementDeviceId, 0x40,
                                          kClassOtherPeripheral, 3, management_bar::kBytes);
inline constexpr FunctionType kVirtualNet("net_vf", FunctionKind::kNet, true, VIRTIO_PCI_VENDOR_ID,
                                          VirtioPciDeviceId(VIRTIO_ID_NET), 0x41, kClassEthernet, 0,
                                          function_bar::kBytes);
inline constexpr FunctionType kVirtualBlk("blk_vf", FunctionKind::kBlk, true, VIRTIO_PCI_VENDOR_ID,
                                          VirtioPciDeviceId(VIRTIO_ID_BLOCK), 0x42,
                                          kClassScsiStorage, 0, function_bar::kBytes);

inline constexpr const FunctionType* kFunctionTypes[] = {&kPhysicalNet, &kPhysicalBlk, &kManagement,
                                                         &kVirtualNet, &kVirtualBlk};

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_FUNCTION_TYPE_H_
