// SPDX-License-Identifier: Apache-2.0
// What lies where in BAR0 of a virtio function, physical or virtual: 64 KiB of memory space.
// VIRTIO 1.4, 4.1.3 "PCI Device Layout"; PCI Express Base 4.0, 7.7.2 "MSI-X Capability and Table
// Structure".
#ifndef VIREO_HW_SPEC_FUNCTION_BAR_H_
#define VIREO_HW_SPEC_FUNCTION_BAR_H_

#include <cstdint>

#include "hw/spec/register.h"

namespace vireo::spec {

// Each structure has 4 KiB pages of its own, so that a hypervisor can map notifications into a
// guest and keep the rest, MSI-X above all, to itself.
namespace function_bar {

inline constexpr uint32_t kBytes = 0x10000;

inline constexpr uint32_t kCommonCfg = 0x0000;
inline constexpr uint32_t kIsrCfg = 0x1000;
inline constexpr uint32_t kDeviceCfg = 0x2000;
inline constexpr uint32_t kNotifyCfg = 0x3000;
inline constexpr uint32_t kPendingBits = 0x4000;
inline constexpr uint32_t kMsixTable = 0x8000;

inline constexpr uint32_t kPageBytes = 0x1000;
inline constexpr uint32_t kCommonCfgBytes = kPageBytes;
inline constexpr uint32_t kIsrCfgBytes = kPageBytes;
inline constexpr uint32_t kDeviceCfgBytes = kPageBytes;
inline constexpr uint32_t kNotifyCfgBytes = kPageBytes;

// queue_notify_off of a queue is its index.
inline constexpr uint32_t kNotifyOffMultiplier = 4;
inline constexpr uint32_t kMaxQueues = kNotifyCfgBytes / kNotifyOffMultiplier;
constexpr uint32_t NotifyOffset(uint32_t queue) {
  return kNotifyCfg + queue * kNotifyOffMultiplier;
}

inline constexpr uint32_t kMaxVectors = 2048;
inline constexpr uint32_t kMsixEntryBytes = 16;
constexpr uint32_t MsixEntryOffset(uint32_t vector) {
  return kMsixTable + vector * kMsixEntryBytes;
}
constexpr uint32_t PendingOffset(uint32_t vector) { return kPendingBits + vector / 64 * 8; }

static_assert(kMaxQueues == 1024);
static_assert(MsixEntryOffset(kMaxVectors) == kBytes);
static_assert(PendingOffset(kMaxVectors) <= kMsixTable);

}  // namespace function_bar

// An entry of the MSI-X table.
namespace msix_entry {

using enum Access;

inline constexpr Register kAddress("message_address", 0x0, 8, kRw, 0, "Where the message goes.");
inline constexpr Register kData("message_data", 0x8, 4, kRw, 0, "What is written there.");
inline constexpr Register kControl("vector_control", 0xc, 4, kRw, 1,
                                   "Bit 0 masks the vector, and is 1 after reset.");
inline constexpr uint32_t kControlMasked = 1;

inline constexpr const Register* kRegisters[] = {&kAddress, &kData, &kControl};
inline constexpr Structure kStructure = MakeStructure("msix_entry", "PCI Express Base 4.0, 7.7.2",
                                                      function_bar::kMsixEntryBytes, kRegisters);
static_assert(IsDense(kStructure));

}  // namespace msix_entry

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_FUNCTION_BAR_H_
