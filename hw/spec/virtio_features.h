// SPDX-License-Identifier: Apache-2.0
// Device status bits and the numbers of all feature bits.
// VIRTIO 1.4, 2.1 "Device Status Field"; 2.2 "Feature Bits"; 5.1.3 and 5.2.3 "Feature bits";
// 6 "Reserved Feature Bits".
#ifndef VIREO_HW_SPEC_VIRTIO_FEATURES_H_
#define VIREO_HW_SPEC_VIRTIO_FEATURES_H_

#include <cstdint>

namespace vireo::spec {

// Structures of the wire are little-endian and are declared with native integers.
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "hw/spec needs a little-endian machine");

// device_status: the words of the spec behind the prefix of Linux
inline constexpr uint8_t VIRTIO_CONFIG_S_ACKNOWLEDGE = 1;
inline constexpr uint8_t VIRTIO_CONFIG_S_DRIVER = 2;
inline constexpr uint8_t VIRTIO_CONFIG_S_DRIVER_OK = 4;
inline constexpr uint8_t VIRTIO_CONFIG_S_FEATURES_OK = 8;
inline constexpr uint8_t VIRTIO_CONFIG_S_SUSPEND = 0x10;
inline constexpr uint8_t VIRTIO_CONFIG_S_NEEDS_RESET = 0x40;
inline constexpr uint8_t VIRTIO_CONFIG_S_FAILED = 0x80;

// Feature bits are offered and accepted in words of 32: bit n is bit n % 32 of word n / 32.
// VIRTIO 1.4 defines bits up to 70, so a device has three words.
inline constexpr int kFeatureWords = 3;
constexpr int FeatureWord(int bit) { return bit / 32; }
constexpr uint32_t FeatureMask(int bit) { return uint32_t{1} << (bit % 32); }

// Any device type; 24 and 27 are of the legacy interface.
inline constexpr int VIRTIO_F_NOTIFY_ON_EMPTY = 24;
inline constexpr int VIRTIO_F_ANY_LAYOUT = 27;
inline constexpr int VIRTIO_F_INDIRECT_DESC = 28;
inline constexpr int VIRTIO_F_EVENT_IDX = 29;
inline constexpr int VIRTIO_F_VERSION_1 = 32;
inline constexpr int VIRTIO_F_ACCESS_PLATFORM = 33;
inline constexpr int VIRTIO_F_RING_PACKED = 34;
inline constexpr int VIRTIO_F_IN_ORDER = 35;
inline constexpr int VIRTIO_F_ORDER_PLATFORM = 36;
inline constexpr int VIRTIO_F_SR_IOV = 37;
inline constexpr int VIRTIO_F_NOTIFICATION_DATA = 38;
inline constexpr int VIRTIO_F_NOTIF_CONFIG_DATA = 39;
inline constexpr int VIRTIO_F_RING_RESET = 40;
inline constexpr int VIRTIO_F_ADMIN_VQ = 41;
inline constexpr int VIRTIO_F_SUSPEND = 43;

// Network device; 6, 41 and 42 are of the legacy interface.
inline constexpr int VIRTIO_NET_F_CSUM = 0;
inline constexpr int VIRTIO_NET_F_GUEST_CSUM = 1;
inline constexpr int VIRTIO_NET_F_CTRL_GUEST_OFFLOADS = 2;
inline constexpr int VIRTIO_NET_F_MTU = 3;
inline constexpr int VIRTIO_NET_F_MAC = 5;
inline constexpr int VIRTIO_NET_F_GSO = 6;
inline constexpr int VIRTIO_NET_F_GUEST_TSO4 = 7;
inline constexpr int VIRTIO_NET_F_GUEST_TSO6 = 8;
inline constexpr int VIRTIO_NET_F_GUEST_ECN = 9;
inline constexpr int VIRTIO_NET_F_GUEST_UFO = 10;
inline constexpr int VIRTIO_NET_F_HOST_TSO4 = 11;
inline constexpr int VIRTIO_NET_F_HOST_TSO6 = 12;
inline constexpr int VIRTIO_NET_F_HOST_ECN = 13;
inline constexpr int VIRTIO_NET_F_HOST_UFO = 14;
inline constexpr int VIRTIO_NET_F_MRG_RXBUF = 15;
inline constexpr int VIRTIO_NET_F_STATUS = 16;
inline constexpr int VIRTIO_NET_F_CTRL_VQ = 17;
inline constexpr int VIRTIO_NET_F_CTRL_RX = 18;
inline constexpr int VIRTIO_NET_F_CTRL_VLAN = 19;
inline constexpr int VIRTIO_NET_F_CTRL_RX_EXTRA = 20;
inline constexpr int VIRTIO_NET_F_GUEST_ANNOUNCE = 21;
inline constexpr int VIRTIO_NET_F_MQ = 22;
inline constexpr int VIRTIO_NET_F_CTRL_MAC_ADDR = 23;
inline constexpr int VIRTIO_NET_F_GUEST_RSC4 = 41;
inline constexpr int VIRTIO_NET_F_GUEST_RSC6 = 42;
inline constexpr int VIRTIO_NET_F_DEVICE_STATS = 50;
inline constexpr int VIRTIO_NET_F_HASH_TUNNEL = 51;
inline constexpr int VIRTIO_NET_F_VQ_NOTF_COAL = 52;
inline constexpr int VIRTIO_NET_F_NOTF_COAL = 53;
inline constexpr int VIRTIO_NET_F_GUEST_USO4 = 54;
inline constexpr int VIRTIO_NET_F_GUEST_USO6 = 55;
inline constexpr int VIRTIO_NET_F_HOST_USO = 56;
inline constexpr int VIRTIO_NET_F_HASH_REPORT = 57;
inline constexpr int VIRTIO_NET_F_GUEST_HDRLEN = 59;
inline constexpr int VIRTIO_NET_F_RSS = 60;
inline constexpr int VIRTIO_NET_F_RSC_EXT = 61;
inline constexpr int VIRTIO_NET_F_STANDBY = 62;
inline constexpr int VIRTIO_NET_F_SPEED_DUPLEX = 63;
inline constexpr int VIRTIO_NET_F_RSS_CONTEXT = 64;
inline constexpr int VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO = 65;
inline constexpr int VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO_CSUM = 66;
inline constexpr int VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO = 67;
inline constexpr int VIRTIO_NET_F_HOST_UDP_TUNNEL_GSO_CSUM = 68;
inline constexpr int VIRTIO_NET_F_OUT_NET_HEADER = 69;
inline constexpr int VIRTIO_NET_F_IPSEC = 70;

// Block device; 0 and 7 are of the legacy interface.
inline constexpr int VIRTIO_BLK_F_BARRIER = 0;
inline constexpr int VIRTIO_BLK_F_SIZE_MAX = 1;
inline constexpr int VIRTIO_BLK_F_SEG_MAX = 2;
inline constexpr int VIRTIO_BLK_F_GEOMETRY = 4;
inline constexpr int VIRTIO_BLK_F_RO = 5;
inline constexpr int VIRTIO_BLK_F_BLK_SIZE = 6;
inline constexpr int VIRTIO_BLK_F_SCSI = 7;
inline constexpr int VIRTIO_BLK_F_FLUSH = 9;
inline constexpr int VIRTIO_BLK_F_TOPOLOGY = 10;
inline constexpr int VIRTIO_BLK_F_CONFIG_WCE = 11;
inline constexpr int VIRTIO_BLK_F_MQ = 12;
inline constexpr int VIRTIO_BLK_F_DISCARD = 13;
inline constexpr int VIRTIO_BLK_F_WRITE_ZEROES = 14;
inline constexpr int VIRTIO_BLK_F_LIFETIME = 15;
inline constexpr int VIRTIO_BLK_F_SECURE_ERASE = 16;
inline constexpr int VIRTIO_BLK_F_ZONED = 17;

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_VIRTIO_FEATURES_H_
