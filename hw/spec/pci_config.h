// SPDX-License-Identifier: Apache-2.0
// The header of configuration space and the capabilities that our functions have, as registers.
// PCI Express Base 4.0, 7.5.1 "PCI-Compatible Configuration Registers", 7.5.2 "Power Management
// Capability", 7.5.3 "PCI Express Capability", 7.7.2 "MSI-X Capability", 7.8.7 "ARI Extended
// Capability", 9.3.3 "SR-IOV Extended Capability".
#ifndef VIREO_HW_SPEC_PCI_CONFIG_H_
#define VIREO_HW_SPEC_PCI_CONFIG_H_

#include <cstdint>

#include "hw/spec/register.h"

namespace vireo::spec {

inline constexpr uint8_t PCI_CAP_ID_PM = 0x01;
inline constexpr uint8_t PCI_CAP_ID_VNDR = 0x09;
inline constexpr uint8_t PCI_CAP_ID_EXP = 0x10;
inline constexpr uint8_t PCI_CAP_ID_MSIX = 0x11;
inline constexpr uint16_t PCI_EXT_CAP_ID_ARI = 0x0e;
inline constexpr uint16_t PCI_EXT_CAP_ID_SRIOV = 0x10;

namespace pci_header {

using enum Access;

inline constexpr uint16_t kCommandMemory = 1 << 1;
inline constexpr uint16_t kCommandBusMaster = 1 << 2;
inline constexpr uint16_t kCommandParity = 1 << 6;
inline constexpr uint16_t kCommandSerr = 1 << 8;
inline constexpr uint16_t kCommandIntxDisable = 1 << 10;
inline constexpr uint16_t kStatusInterrupt = 1 << 3;
inline constexpr uint16_t kStatusCapabilityList = 1 << 4;
inline constexpr uint16_t kStatusErrors = 0xf900;  // written 1 to clear
inline constexpr uint8_t kHeaderTypeMultiFunction = 0x80;
inline constexpr uint32_t kBarMemory64Prefetchable = 0xc;

inline constexpr Register kVendorId("vendor_id", 0x00, 2, kRo, 0, "0xffff in a virtual function.");
inline constexpr Register kDeviceId("device_id", 0x02, 2, kRo, 0, "0xffff in a virtual function.");
inline constexpr Register kCommand("command", 0x04, 2, kRw, 0,
                                   "Memory space, bus master, INTx disable.");
inline constexpr Register kStatus("status", 0x06, 2, kW1c, kStatusCapabilityList,
                                  "Capability list, interrupt status, error bits.");
inline constexpr Register kRevisionId("revision_id", 0x08, 1, kRo, 0, "1 or higher: not legacy.");
inline constexpr Register kClassCode("class_code", 0x09, 1, kRo, 0,
                                     "Programming interface, subclass, class.", 3);
inline constexpr Register kCacheLineSize("cache_line_size", 0x0c, 1, kRw, 0, "Has no effect.");
inline constexpr Register kLatencyTimer("latency_timer", 0x0d, 1, kRo, 0, "Not in PCI Express.");
inline constexpr Register kHeaderType("header_type", 0x0e, 1, kRo, 0,
                                      "Type 0; bit 7 in functions of a device with several.");
inline constexpr Register kBist("bist", 0x0f, 1, kRo, 0, "No self test.");
inline constexpr Register kBar("base_address", 0x10, 4, kRw, 0,
                               "BAR 0 and 1 are one 64-bit BAR, the others are not there.", 6);
inline constexpr Register kCardbusCis("cardbus_cis", 0x28, 4, kRo, 0, "Not in PCI Express.");
inline constexpr Register kSubsystemVendorId("subsystem_vendor_id", 0x2c, 2, kRo, 0,
                                             "Says that the function is on a Vireo card.");
inline constexpr Register kSubsystemId("subsystem_id", 0x2e, 2, kRo, 0, "What kind of function.");
inline constexpr Register kRomBar("rom_base_address", 0x30, 4, kRo, 0, "No expansion ROM.");
inline constexpr Register kCapabilityPointer("capabilities", 0x34, 1, kRo, 0,
                                             "The first capability.");
inline constexpr Register kReserved35 = Reserved(0x35, 1, 7);
inline constexpr Register kInterruptLine("interrupt_line", 0x3c, 1, kRw, 0, "Kept for software.");
inline constexpr Register kInterruptPin("interrupt_pin", 0x3d, 1, kRo, 0,
                                        "INTA to INTD in physical functions, 0 in virtual ones.");
inline constexpr Register kMinGnt("min_gnt", 0x3e, 1, kRo, 0, "Not in PCI Express.");
inline constexpr Register kMaxLat("max_lat", 0x3f, 1, kRo, 0, "Not in PCI Express.");

inline constexpr const Register* kRegisters[] = {&kVendorId,
                                                 &kDeviceId,
                                                 &kCommand,
                                                 &kStatus,
                                                 &kRevisionId,
                                                 &kClassCode,
                                                 &kCacheLineSize,
                                                 &kLatencyTimer,
                                                 &kHeaderType,
                                                 &kBist,
                                                 &kBar,
                                                 &kCardbusCis,
                                                 &kSubsystemVendorId,
                                                 &kSubsystemId,
                                                 &kRomBar,
                                                 &kCapabilityPointer,
                                                 &kReserved35,
                                                 &kInterruptLine,
                                                 &kInterruptPin,
                                                 &kMinGnt,
                                                 &kMaxLat};
inline constexpr Structure kStructure =
    MakeStructure("pci_header", "PCI Express Base 4.0, 7.5.1", 0x40, kRegisters);
static_assert(IsDense(kStructure));

}  // namespace pci_header

namespace pm_cap {

using enum Access;

inline constexpr uint16_t kPmcsrPowerState = 3;
inline constexpr uint16_t kPmcsrNoSoftReset = 1 << 3;

inline constexpr Register kId("cap_id", 0x0, 1, kRo, PCI_CAP_ID_PM, "Power management.");
inline constexpr Register kNext("cap_next", 0x1, 1, kRo, 0, "The next capability.");
inline constexpr Register kPmc("pmc", 0x2, 2, kRo, 3, "Version 3; neither D1, D2 nor PME.");
inline constexpr Register kPmcsr("pmcsr", 0x4, 2, kRw, kPmcsrNoSoftReset,
                                 "Power state, in bits 0 and 1.");
inline constexpr Register kReserved6 = Reserved(0x6, 2);

inline constexpr const Register* kRegisters[] = {&kId, &kNext, &kPmc, &kPmcsr, &kReserved6};
inline constexpr Structure kStructure =
    MakeStructure("pm_cap", "PCI Express Base 4.0, 7.5.2", 8, kRegisters);
static_assert(IsDense(kStructure));

}  // namespace pm_cap

namespace msix_cap {

using enum Access;

inline constexpr uint16_t kControlTableSize = 0x7ff;  // vectors less one
inline constexpr uint16_t kControlFunctionMask = 1 << 14;
inline constexpr uint16_t kControlEnable = 1 << 15;

inline constexpr Register kId("cap_id", 0x0, 1, kRo, PCI_CAP_ID_MSIX, "MSI-X.");
inline constexpr Register kNext("cap_next", 0x1, 1, kRo, 0, "The next capability.");
inline constexpr Register kControl("message_control", 0x2, 2, kRw, 0,
                                   "Vectors less one, function mask, enable.");
inline constexpr Register kTable("table", 0x4, 4, kRo, 0, "Offset of the table; bits 0 to 2: BAR.");
inline constexpr Register kPba("pba", 0x8, 4, kRo, 0,
                               "Offset of the pending bits; bits 0 to 2: BAR.");

inline constexpr const Register* kRegisters[] = {&kId, &kNext, &kControl, &kTable, &kPba};
inline constexpr Structure kStructure =
    MakeStructure("msix_cap", "PCI Express Base 4.0, 7.7.2", 12, kRegisters);
static_assert(IsDense(kStructure));

}  // namespace msix_cap

namespace pcie_cap {

using enum Access;

inline constexpr uint32_t kDeviceCapabilitiesFlr = 1u << 28;
inline constexpr uint32_t kDeviceCapabilitiesRoleBasedErrors = 1u << 15;
inline constexpr uint32_t kDeviceCapabilitiesExtendedTag = 1u << 5;
inline constexpr uint16_t kDeviceControlFlr = 1 << 15;  // reads as 0
inline constexpr uint16_t kDeviceControlWritable = 0x79ff;
inline constexpr uint16_t kDeviceControlReset = 0x2810;  // reads of 512 bytes, no snoop, relaxed
inline constexpr uint16_t kLinkControlWritable = 0x00cb;
inline constexpr uint16_t kCompletionTimeoutDisable = 1 << 4;
inline constexpr uint16_t kDeviceStatusErrors = 0xf;  // written 1 to clear
inline constexpr uint16_t kDeviceStatusTransactionsPending = 1 << 5;

inline constexpr Register kId("cap_id", 0x00, 1, kRo, PCI_CAP_ID_EXP, "PCI Express.");
inline constexpr Register kNext("cap_next", 0x01, 1, kRo, 0, "The next capability.");
inline constexpr Register kFlags("pcie_capabilities", 0x02, 2, kRo, 2, "Version 2, endpoint.");
inline constexpr Register kDeviceCapabilities("device_capabilities", 0x04, 4, kRo, 0,
                                              "Largest payload, extended tags, FLR.");
inline constexpr Register kDeviceControl("device_control", 0x08, 2, kRw, kDeviceControlReset,
                                         "Payload and read request size; bit 15 starts an FLR.");
inline constexpr Register kDeviceStatus("device_status", 0x0a, 2, kW1c, 0,
                                        "Errors; whether requests are in flight.");
inline constexpr Register kLinkCapabilities("link_capabilities", 0x0c, 4, kRo, 0, "Of the card.");
inline constexpr Register kLinkControl("link_control", 0x10, 2, kRw, 0, "Of the card.");
inline constexpr Register kLinkStatus("link_status", 0x12, 2, kRo, 0, "Of the card.");
inline constexpr Register kSlot("slot_and_root", 0x14, 4, kRo, 0, "Not in an endpoint.", 4);
inline constexpr Register kDeviceCapabilities2("device_capabilities_2", 0x24, 4, kRo, 0,
                                               "Completion time-out.");
inline constexpr Register kDeviceControl2("device_control_2", 0x28, 2, kRw, 0,
                                          "Completion time-out.");
inline constexpr Register kDeviceStatus2("device_status_2", 0x2a, 2, kRo, 0, "Nothing.");
inline constexpr Register kLinkCapabilities2("link_capabilities_2", 0x2c, 4, kRo, 0,
                                             "Of the card.");
inline constexpr Register kLinkControl2("link_control_2", 0x30, 2, kRw, 0, "Of the card.");
inline constexpr Register kLinkStatus2("link_status_2", 0x32, 2, kRo, 0, "Of the card.");
inline constexpr Register kSlot2("slot_2", 0x34, 4, kRo, 0, "Not in an endpoint.", 2);

inline constexpr const Register* kRegisters[] = {&kId,
                                                 &kNext,
                                                 &kFlags,
                                                 &kDeviceCapabilities,
                                                 &kDeviceControl,
                                                 &kDeviceStatus,
                                                 &kLinkCapabilities,
                                                 &kLinkControl,
                                                 &kLinkStatus,
                                                 &kSlot,
                                                 &kDeviceCapabilities2,
                                                 &kDeviceControl2,
                                                 &kDeviceStatus2,
                                                 &kLinkCapabilities2,
                                                 &kLinkControl2,
                                                 &kLinkStatus2,
                                                 &kSlot2};
inline constexpr Structure kStructure =
    MakeStructure("pcie_cap", "PCI Express Base 4.0, 7.5.3", 60, kRegisters);
static_assert(IsDense(kStructure));

}  // namespace pcie_cap

namespace ari_cap {

using enum Access;

inline constexpr Register kHeader("header", 0x0, 4, kRo, 0x1'0000 | PCI_EXT_CAP_ID_ARI,
                                  "Id, version 1, and the next extended capability.");
inline constexpr Register kCapability("ari_capability", 0x4, 2, kRo, 0,
                                      "Bits 8 to 15: the next physical function.");
inline constexpr Register kControl("ari_control", 0x6, 2, kRw, 0, "Has no effect.");

inline constexpr const Register* kRegisters[] = {&kHeader, &kCapability, &kControl};
inline constexpr Structure kStructure =
    MakeStructure("ari_cap", "PCI Express Base 4.0, 7.8.7", 8, kRegisters);
static_assert(IsDense(kStructure));

}  // namespace ari_cap

namespace sriov_cap {

using enum Access;

inline constexpr uint16_t kControlVfEnable = 1 << 0;
inline constexpr uint16_t kControlVfMemorySpace = 1 << 3;
inline constexpr uint16_t kControlAriHierarchy = 1 << 4;
inline constexpr uint32_t kPageSizes = 0x553;  // 4, 8, 64, 256 KiB, 1 and 4 MiB
inline constexpr uint32_t kAriHierarchyPreserved = 1 << 1;

inline constexpr Register kHeader("header", 0x00, 4, kRo, 0x1'0000 | PCI_EXT_CAP_ID_SRIOV,
                                  "Id, version 1, and the next extended capability.");
inline constexpr Register kCapabilities("sriov_capabilities", 0x04, 4, kRo, kAriHierarchyPreserved,
                                        "No migration; the ARI setting survives a reset.");
inline constexpr Register kControl("sriov_control", 0x08, 2, kRw, 0,
                                   "VF enable, VF memory space, ARI hierarchy.");
inline constexpr Register kStatus("sriov_status", 0x0a, 2, kRo, 0, "No migration.");
inline constexpr Register kInitialVfs("initial_vfs", 0x0c, 2, kRo, 0, "The same as total_vfs.");
inline constexpr Register kTotalVfs("total_vfs", 0x0e, 2, kRo, 0, "Virtual functions to be had.");
inline constexpr Register kNumVfs("num_vfs", 0x10, 2, kRw, 0, "Virtual functions to enable.");
inline constexpr Register kFunctionLink("function_dependency_link", 0x12, 1, kRo, 0,
                                        "The function itself: no dependency.");
inline constexpr Register kReserved13 = Reserved(0x13, 1);
inline constexpr Register kFirstVfOffset("first_vf_offset", 0x14, 2, kRo, 0,
                                         "Routing id of the first VF less that of the function.");
inline constexpr Register kVfStride("vf_stride", 0x16, 2, kRo, 1, "Routing ids from VF to VF.");
inline constexpr Register kReserved18 = Reserved(0x18, 2);
inline constexpr Register kVfDeviceId("vf_device_id", 0x1a, 2, kRo, 0, "Device id of the VFs.");
inline constexpr Register kSupportedPageSizes("supported_page_sizes", 0x1c, 4, kRo, kPageSizes,
                                              "Bit n: 4 KiB << n.");
inline constexpr Register kSystemPageSize("system_page_size", 0x20, 4, kRw, 1, "One of them.");
inline constexpr Register kVfBar("vf_base_address", 0x24, 4, kRw, 0,
                                 "VF BAR 0 and 1 are one 64-bit BAR, the others are not there.", 6);
inline constexpr Register kMigrationState("vf_migration_state_array", 0x3c, 4, kRo, 0,
                                          "No migration.");

inline constexpr const Register* kRegisters[] = {
    &kHeader,        &kCapabilities,       &kControl,        &kStatus,
    &kInitialVfs,    &kTotalVfs,           &kNumVfs,         &kFunctionLink,
    &kReserved13,    &kFirstVfOffset,      &kVfStride,       &kReserved18,
    &kVfDeviceId,    &kSupportedPageSizes, &kSystemPageSize, &kVfBar,
    &kMigrationState};
inline constexpr Structure kStructure =
    MakeStructure("sriov_cap", "PCI Express Base 4.0, 9.3.3", 64, kRegisters);
static_assert(IsDense(kStructure));

}  // namespace sriov_cap

// VIRTIO 1.4, 4.1.4 "Virtio Structure PCI Capabilities": virtio_pci_cap, for the structures in the
// BAR with all of it read-only, and for PCI_CFG, whose bar, offset and length are written.
namespace virtio_cap {

using enum Access;

inline constexpr Register kId("cap_vndr", 0x00, 1, kRo, PCI_CAP_ID_VNDR, "Vendor specific.");
inline constexpr Register kNext("cap_next", 0x01, 1, kRo, 0, "The next capability.");
inline constexpr Register kLength("cap_len", 0x02, 1, kRo, 0, "Bytes of this capability.");
inline constexpr Register kType("cfg_type", 0x03, 1, kRo, 0, "VIRTIO_PCI_CAP_*.");
inline constexpr Register kBar("bar", 0x04, 1, kRw, 0, "BAR 0; written in PCI_CFG alone.");
inline constexpr Register kStructureId("id", 0x05, 1, kRo, 0, "0: one structure of a type.");
inline constexpr Register kPadding = Reserved(0x06, 1, 2);
inline constexpr Register kOffset("offset", 0x08, 4, kRw, 0,
                                  "Bytes from the start of the BAR; written in PCI_CFG alone.");
inline constexpr Register kBytes("length", 0x0c, 4, kRw, 0,
                                 "Bytes of the structure; in PCI_CFG 1, 2 or 4, written.");
inline constexpr Register kExtra("notify_off_multiplier_or_pci_cfg_data", 0x10, 4, kRw, 0,
                                 "In NOTIFY_CFG a constant, in PCI_CFG a window into the BAR.");

inline constexpr const Register* kRegisters[] = {
    &kId, &kNext, &kLength, &kType, &kBar, &kStructureId, &kPadding, &kOffset, &kBytes, &kExtra};
inline constexpr Structure kStructure =
    MakeStructure("virtio_cap", "VIRTIO 1.4, 4.1.4", 20, kRegisters);
static_assert(IsDense(kStructure));

}  // namespace virtio_cap

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_PCI_CONFIG_H_
