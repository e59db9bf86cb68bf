// SPDX-License-Identifier: Apache-2.0
// The PCI transport: capabilities, common configuration, ISR status and notifications as
// structures. VIRTIO 1.4, 4.1 "Virtio Over PCI Bus".
#ifndef VIREO_HW_SPEC_VIRTIO_PCI_H_
#define VIREO_HW_SPEC_VIRTIO_PCI_H_

#include <cstdint>

namespace vireo::spec {

// 4.1.2 "PCI Device Discovery"
inline constexpr uint16_t VIRTIO_PCI_VENDOR_ID = 0x1af4;
constexpr uint16_t VirtioPciDeviceId(uint16_t virtio_id) {
  return static_cast<uint16_t>(0x1040 + virtio_id);
}

// 4.1.4 "Virtio Structure PCI Capabilities"
struct virtio_pci_cap {
  uint8_t cap_vndr;  // PCI_CAP_ID_VNDR
  uint8_t cap_next;
  uint8_t cap_len;
  uint8_t cfg_type;  // VIRTIO_PCI_CAP_*
  uint8_t bar;
  uint8_t id;
  uint8_t padding[2];
  uint32_t offset;  // bytes from the start of the BAR
  uint32_t length;  // bytes
};
static_assert(sizeof(virtio_pci_cap) == 16);

inline constexpr uint8_t VIRTIO_PCI_CAP_COMMON_CFG = 1;
inline constexpr uint8_t VIRTIO_PCI_CAP_NOTIFY_CFG = 2;
inline constexpr uint8_t VIRTIO_PCI_CAP_ISR_CFG = 3;
inline constexpr uint8_t VIRTIO_PCI_CAP_DEVICE_CFG = 4;
inline constexpr uint8_t VIRTIO_PCI_CAP_PCI_CFG = 5;
inline constexpr uint8_t VIRTIO_PCI_CAP_SHARED_MEMORY_CFG = 8;
inline constexpr uint8_t VIRTIO_PCI_CAP_VENDOR_CFG = 9;

// 4.1.4.4 "Notification structure layout"
struct virtio_pci_notify_cap {
  virtio_pci_cap cap;
  uint32_t notify_off_multiplier;  // bytes
};
static_assert(sizeof(virtio_pci_notify_cap) == 20);

// 4.1.4.9 "PCI configuration access capability"
struct virtio_pci_cfg_cap {
  virtio_pci_cap cap;
  uint8_t pci_cfg_data[4];
};
static_assert(sizeof(virtio_pci_cfg_cap) == 20);

// 4.1.4.3 "Common configuration structure layout"; registers.h has it as registers.
struct virtio_pci_common_cfg {
  uint32_t device_feature_select;
  uint32_t device_feature;
  uint32_t driver_feature_select;
  uint32_t driver_feature;
  uint16_t config_msix_vector;
  uint16_t num_queues;
  uint8_t device_status;  // VIRTIO_CONFIG_S_*
  uint8_t config_generation;

  uint16_t queue_select;
  uint16_t queue_size;
  uint16_t queue_msix_vector;
  uint16_t queue_enable;
  uint16_t queue_notify_off;
  uint64_t queue_desc;
  uint64_t queue_driver;
  uint64_t queue_device;
  uint16_t queue_notif_config_data;
  uint16_t queue_reset;

  uint16_t admin_queue_index;
  uint16_t admin_queue_num;
};
static_assert(sizeof(virtio_pci_common_cfg) == 64);

// 4.1.5.1.2 "MSI-X Vector Configuration"
inline constexpr uint16_t VIRTIO_MSI_NO_VECTOR = 0xffff;

// 4.1.4.5 "ISR status capability"
inline constexpr uint8_t VIRTIO_PCI_ISR_QUEUE = 1;
inline constexpr uint8_t VIRTIO_PCI_ISR_CONFIG = 2;

// 2.9 "Driver Notifications": what a driver writes with VIRTIO_F_NOTIFICATION_DATA, 32 bits;
// without it, 16 bits that are the queue's index or its queue_notif_config_data.
constexpr uint16_t NotificationQueue(uint32_t data) { return static_cast<uint16_t>(data); }
constexpr uint16_t NotificationNextOff(uint32_t data) {
  return static_cast<uint16_t>((data >> 16) & 0x7fff);
}
constexpr bool NotificationNextWrap(uint32_t data) { return (data >> 31) != 0; }
constexpr uint32_t NotificationData(uint16_t queue, uint16_t next_off, bool next_wrap) {
  return queue | (uint32_t{next_off} & 0x7fff) << 16 | uint32_t{next_wrap} << 31;
}

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_VIRTIO_PCI_H_
