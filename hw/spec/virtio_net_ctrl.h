// SPDX-License-Identifier: Apache-2.0
// Classes, commands and data of the network device's control virtqueue.
// VIRTIO 1.4, 5.1.9.5 "Control Virtqueue".
#ifndef VIREO_HW_SPEC_VIRTIO_NET_CTRL_H_
#define VIREO_HW_SPEC_VIRTIO_NET_CTRL_H_

#include <cstdint>

namespace vireo::spec {

// The head of a command; its data, the byte `ack` and a result follow.
struct virtio_net_ctrl {
  uint8_t class_;  // `class` in the spec, a keyword here
  uint8_t command;
};
static_assert(sizeof(virtio_net_ctrl) == 2);

inline constexpr uint8_t VIRTIO_NET_OK = 0;
inline constexpr uint8_t VIRTIO_NET_ERR = 1;

// 5.1.9.5.1 "Packet Receive Filtering": one byte, 0 is off.
inline constexpr uint8_t VIRTIO_NET_CTRL_RX = 0;
inline constexpr uint8_t VIRTIO_NET_CTRL_RX_PROMISC = 0;
inline constexpr uint8_t VIRTIO_NET_CTRL_RX_ALLMULTI = 1;
inline constexpr uint8_t VIRTIO_NET_CTRL_RX_ALLUNI = 2;
inline constexpr uint8_t VIRTIO_NET_CTRL_RX_NOMULTI = 3;
inline constexpr uint8_t VIRTIO_NET_CTRL_RX_NOUNI = 4;
inline constexpr uint8_t VIRTIO_NET_CTRL_RX_NOBCAST = 5;

// 5.1.9.5.2 "Setting MAC Address Filtering": TABLE_SET has two of these, each followed by
// `entries` addresses of 6 bytes, unicast first; ADDR_SET has one address.
struct virtio_net_ctrl_mac {
  uint32_t entries;
};
inline constexpr uint8_t VIRTIO_NET_CTRL_MAC = 1;
inline constexpr uint8_t VIRTIO_NET_CTRL_MAC_TABLE_SET = 0;
inline constexpr uint8_t VIRTIO_NET_CTRL_MAC_ADDR_SET = 1;

// 5.1.9.5.3 "VLAN Filtering": a 16-bit id, 0 to 4095.
inline constexpr uint8_t VIRTIO_NET_CTRL_VLAN = 2;
inline constexpr uint8_t VIRTIO_NET_CTRL_VLAN_ADD = 0;
inline constexpr uint8_t VIRTIO_NET_CTRL_VLAN_DEL = 1;

// 5.1.9.5.4 "Gratuitous Packet Sending": no data.
inline constexpr uint8_t VIRTIO_NET_CTRL_ANNOUNCE = 3;
inline constexpr uint8_t VIRTIO_NET_CTRL_ANNOUNCE_ACK = 0;

// 5.1.9.5.5 "Device operation in multiqueue mode"
inline constexpr uint8_t VIRTIO_NET_CTRL_MQ = 4;
inline constexpr uint8_t VIRTIO_NET_CTRL_MQ_VQ_PAIRS_SET = 0;
inline constexpr uint8_t VIRTIO_NET_CTRL_MQ_RSS_CONFIG = 1;
inline constexpr uint8_t VIRTIO_NET_CTRL_MQ_HASH_CONFIG = 2;

// 5.1.9.5.6 "Automatic receive steering in multiqueue mode"
struct virtio_net_ctrl_mq_pairs_set {
  uint16_t virtqueue_pairs;
};
inline constexpr uint16_t VIRTIO_NET_CTRL_MQ_VQ_PAIRS_MIN = 1;
inline constexpr uint16_t VIRTIO_NET_CTRL_MQ_VQ_PAIRS_MAX = 0x8000;

// 5.1.9.5.7 "Receive-side scaling (RSS)": this, then indirection_table[mask + 1] of 16 bits,
// max_tx_vq of 16 bits, hash_key_length of 8 bits, and the key.
struct virtio_net_rss_config {
  uint32_t hash_types;              // VIRTIO_NET_HASH_TYPE_*
  uint16_t indirection_table_mask;  // length of the table less one
  uint16_t unclassified_queue;      // bits 1 to 16 of a receive queue's index
};
static_assert(sizeof(virtio_net_rss_config) == 8);

// 5.1.9.4.5 "Hash reporting for incoming packets": this, then the key.
struct virtio_net_hash_config {
  uint32_t hash_types;
  uint16_t reserved[4];
  uint8_t hash_key_length;
};
inline constexpr uint32_t kHashConfigKeyOffset = 13;

// 5.1.9.5.9 "Offloads State Configuration": 64 bits, numbered as the GUEST_* feature bits, except
// that those of UDP tunnels are 46 and 47.
inline constexpr uint8_t VIRTIO_NET_CTRL_GUEST_OFFLOADS = 5;
inline constexpr uint8_t VIRTIO_NET_CTRL_GUEST_OFFLOADS_SET = 0;
inline constexpr int kOffloadGuestUdpTunnelGso = 46;
inline constexpr int kOffloadGuestUdpTunnelGsoCsum = 47;

// 5.1.9.5.10 "Notifications Coalescing"
struct virtio_net_ctrl_coal {
  uint32_t max_packets;
  uint32_t max_usecs;
};
struct virtio_net_ctrl_coal_vq {
  uint16_t vq_index;
  uint16_t reserved;
  virtio_net_ctrl_coal coal;
};
static_assert(sizeof(virtio_net_ctrl_coal_vq) == 12);
inline constexpr uint8_t VIRTIO_NET_CTRL_NOTF_COAL = 6;
inline constexpr uint8_t VIRTIO_NET_CTRL_NOTF_COAL_TX_SET = 0;
inline constexpr uint8_t VIRTIO_NET_CTRL_NOTF_COAL_RX_SET = 1;
inline constexpr uint8_t VIRTIO_NET_CTRL_NOTF_COAL_VQ_SET = 2;
inline constexpr uint8_t VIRTIO_NET_CTRL_NOTF_COAL_VQ_GET = 3;

// 5.1.9.4.4 "Inner Header Hash": 32 bits of VIRTIO_NET_HASH_TUNNEL_TYPE_*.
inline constexpr uint8_t VIRTIO_NET_CTRL_HASH_TUNNEL = 7;
inline constexpr uint8_t VIRTIO_NET_CTRL_HASH_TUNNEL_SET = 0;

// 5.1.9.5.11 "Device Statistics"
inline constexpr uint8_t VIRTIO_NET_CTRL_STATS = 8;
inline constexpr uint8_t VIRTIO_NET_CTRL_STATS_QUERY = 0;
inline constexpr uint8_t VIRTIO_NET_CTRL_STATS_GET = 1;

// 5.1.9.5.8 "RSS Context"
inline constexpr uint8_t VIRTNET_RSS_CTX_CTRL = 9;
inline constexpr uint8_t VIRTNET_RSS_CTX_CTRL_CAP_GET = 0;
inline constexpr uint8_t VIRTNET_RSS_CTX_CTRL_ADD = 1;
inline constexpr uint8_t VIRTNET_RSS_CTX_CTRL_MOD = 2;
inline constexpr uint8_t VIRTNET_RSS_CTX_CTRL_DEL = 3;

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_VIRTIO_NET_CTRL_H_
