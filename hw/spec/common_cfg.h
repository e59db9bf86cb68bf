// SPDX-License-Identifier: Apache-2.0
// The common configuration structure and the ISR status, as registers.
// VIRTIO 1.4, 4.1.4.3 "Common configuration structure layout"; 4.1.4.5 "ISR status capability".
#ifndef VIREO_HW_SPEC_COMMON_CFG_H_
#define VIREO_HW_SPEC_COMMON_CFG_H_

#include <cstdint>

#include "hw/spec/register.h"
#include "hw/spec/virtio_pci.h"

namespace vireo::spec {

// Registers of 8 bytes are written as one access or as two halves.
namespace common_cfg {

using enum Access;

inline constexpr Register kDeviceFeatureSelect("device_feature_select", 0x00, 4, kRw, 0,
                                               "Word of offered features to show.");
inline constexpr Register kDeviceFeature("device_feature", 0x04, 4, kRo, 0,
                                         "The selected word of offered features.");
inline constexpr Register kDriverFeatureSelect("driver_feature_select", 0x08, 4, kRw, 0,
                                               "Word of accepted features to show.");
inline constexpr Register kDriverFeature("driver_feature", 0x0c, 4, kRw, 0,
                                         "The selected word of accepted features.");
inline constexpr Register kConfigMsixVector(
    "config_msix_vector", 0x10, 2, kRw, VIRTIO_MSI_NO_VECTOR,
    "MSI-X vector of configuration changes; reads back NO_VECTOR if it cannot be had.");
inline constexpr Register kNumQueues("num_queues", 0x12, 2, kRo, 0, "Virtqueues of the function.");
inline constexpr Register kDeviceStatus(
    "device_status", 0x14, 1, kRw, 0,
    "VIRTIO_CONFIG_S_*; 0 resets the device and is read back when that is done.");
inline constexpr Register kConfigGeneration("config_generation", 0x15, 1, kRo, 0,
                                            "Changes whenever device configuration changes.");
inline constexpr Register kQueueSelect("queue_select", 0x16, 2, kRw, 0,
                                       "Virtqueue to which the registers below refer.");
inline constexpr Register kQueueSize("queue_size", 0x18, 2, kRw, 0,
                                     "Entries; the largest size after reset, 0 without a queue.");
inline constexpr Register kQueueMsixVector(
    "queue_msix_vector", 0x1a, 2, kRw, VIRTIO_MSI_NO_VECTOR,
    "MSI-X vector of the queue; reads back NO_VECTOR if it cannot be had.");
inline constexpr Register kQueueEnable("queue_enable", 0x1c, 2, kRw, 0,
                                       "1 lets the device use the queue.");
inline constexpr Register kQueueNotifyOff(
    "queue_notify_off", 0x1e, 2, kRo, 0,
    "Where the queue is notified, in units of notify_off_multiplier.");
inline constexpr Register kQueueDesc("queue_desc", 0x20, 8, kRw, 0,
                                     "Address of the descriptor area.");
inline constexpr Register kQueueDriver("queue_driver", 0x28, 8, kRw, 0,
                                       "Address of the driver area.");
inline constexpr Register kQueueDevice("queue_device", 0x30, 8, kRw, 0,
                                       "Address of the device area.");
inline constexpr Register kQueueNotifConfigData(
    "queue_notif_config_data", 0x38, 2, kRo, 0,
    "What a notification carries, with VIRTIO_F_NOTIF_CONFIG_DATA.");
inline constexpr Register kQueueReset(
    "queue_reset", 0x3a, 2, kRw, 0,
    "1 resets the queue, and reads as 1 until that is done; with VIRTIO_F_RING_RESET.");
inline constexpr Register kAdminQueueIndex("admin_queue_index", 0x3c, 2, kRo, 0,
                                           "First administration virtqueue.");
inline constexpr Register kAdminQueueNum("admin_queue_num", 0x3e, 2, kRo, 0,
                                         "Administration virtqueues.");

inline constexpr const Register* kRegisters[] = {
    &kDeviceFeatureSelect,  &kDeviceFeature, &kDriverFeatureSelect, &kDriverFeature,
    &kConfigMsixVector,     &kNumQueues,     &kDeviceStatus,        &kConfigGeneration,
    &kQueueSelect,          &kQueueSize,     &kQueueMsixVector,     &kQueueEnable,
    &kQueueNotifyOff,       &kQueueDesc,     &kQueueDriver,         &kQueueDevice,
    &kQueueNotifConfigData, &kQueueReset,    &kAdminQueueIndex,     &kAdminQueueNum,
};
inline constexpr Structure kStructure =
    MakeStructure("common_cfg", "VIRTIO 1.4, 4.1.4.3", sizeof(virtio_pci_common_cfg), kRegisters);
static_assert(IsDense(kStructure));

}  // namespace common_cfg

namespace isr_cfg {

inline constexpr Register kIsrStatus(
    "isr_status", 0x00, 1, Access::kRc, 0,
    "VIRTIO_PCI_ISR_QUEUE and _CONFIG; a read clears it and lowers INTx.");

inline constexpr const Register* kRegisters[] = {&kIsrStatus};
inline constexpr Structure kStructure =
    MakeStructure("isr_cfg", "VIRTIO 1.4, 4.1.4.5", 1, kRegisters);
static_assert(IsDense(kStructure));

}  // namespace isr_cfg

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_COMMON_CFG_H_
