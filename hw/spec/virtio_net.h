// SPDX-License-Identifier: Apache-2.0
// The network device: configuration, the header of a packet, hashes.
// VIRTIO 1.4, 5.1 "Network Device"; its control virtqueue is in virtio_net_ctrl.h.
#ifndef VIREO_HW_SPEC_VIRTIO_NET_H_
#define VIREO_HW_SPEC_VIRTIO_NET_H_

#include <cstdint>

namespace vireo::spec {

inline constexpr uint16_t VIRTIO_ID_NET = 1;

// 5.1.2 "Virtqueues": receiveq of pair n is 2n, transmitq is 2n + 1, the control queue is last.
constexpr uint32_t ReceiveQueue(uint32_t pair) { return 2 * pair; }
constexpr uint32_t TransmitQueue(uint32_t pair) { return 2 * pair + 1; }
constexpr uint32_t ControlQueue(uint32_t max_virtqueue_pairs) { return 2 * max_virtqueue_pairs; }

// 5.1.4 "Device configuration layout"
struct virtio_net_config {
  uint8_t mac[6];
  uint16_t status;  // VIRTIO_NET_S_*
  uint16_t max_virtqueue_pairs;
  uint16_t mtu;    // bytes
  uint32_t speed;  // Mbit/s
  uint8_t duplex;  // 1 is full
  uint8_t rss_max_key_size;
  uint16_t rss_max_indirection_table_length;
  uint32_t supported_hash_types;    // VIRTIO_NET_HASH_TYPE_*
  uint32_t supported_tunnel_types;  // VIRTIO_NET_HASH_TUNNEL_TYPE_*
};
static_assert(sizeof(virtio_net_config) == 28);

inline constexpr uint16_t VIRTIO_NET_S_LINK_UP = 1;
inline constexpr uint16_t VIRTIO_NET_S_ANNOUNCE = 2;

// 5.1.9 "Device Operation": what stands before each packet. How much of it is there depends on
// what was negotiated: see NetHeaderBytes.
struct virtio_net_hdr {
  uint8_t flags;     // VIRTIO_NET_HDR_F_*
  uint8_t gso_type;  // VIRTIO_NET_HDR_GSO_*
  uint16_t hdr_len;
  uint16_t gso_size;
  uint16_t csum_start;
  uint16_t csum_offset;
  uint16_t num_buffers;
};

struct virtio_net_hdr_hash {
  virtio_net_hdr hdr;
  uint32_t hash_value;
  uint16_t hash_report;  // VIRTIO_NET_HASH_REPORT_*
  uint16_t padding_reserved;
};

struct virtio_net_hdr_tunnel {
  virtio_net_hdr_hash hash;
  uint16_t outer_th_offset;
  uint16_t inner_nh_offset;
};

static_assert(sizeof(virtio_net_hdr) == 12);
static_assert(sizeof(virtio_net_hdr_hash) == 20);
static_assert(sizeof(virtio_net_hdr_tunnel) == 24);

// Bytes of the header, given whether HASH_REPORT and one of *_UDP_TUNNEL_GSO were negotiated. The
// fields of OUT_NET_HEADER and IPSEC, which would follow, are not described here.
constexpr uint32_t NetHeaderBytes(bool hash_report, bool udp_tunnel_gso) {
  if (udp_tunnel_gso) return sizeof(virtio_net_hdr_tunnel);
  return hash_report ? sizeof(virtio_net_hdr_hash) : sizeof(virtio_net_hdr);
}

inline constexpr uint8_t VIRTIO_NET_HDR_F_NEEDS_CSUM = 1;
inline constexpr uint8_t VIRTIO_NET_HDR_F_DATA_VALID = 2;
inline constexpr uint8_t VIRTIO_NET_HDR_F_RSC_INFO = 4;
inline constexpr uint8_t VIRTIO_NET_HDR_F_UDP_TUNNEL_CSUM = 8;
inline constexpr uint8_t VIRTIO_NET_HDR_F_SECURITY = 16;
inline constexpr uint8_t VIRTIO_NET_HDR_F_SECURITY_ERR = 32;
inline constexpr uint8_t VIRTIO_NET_HDR_F_SECURITY_SA_SOFT_EXPIRY_WARN = 64;

inline constexpr uint8_t VIRTIO_NET_HDR_GSO_NONE = 0;
inline constexpr uint8_t VIRTIO_NET_HDR_GSO_TCPV4 = 1;
inline constexpr uint8_t VIRTIO_NET_HDR_GSO_UDP = 3;
inline constexpr uint8_t VIRTIO_NET_HDR_GSO_TCPV6 = 4;
inline constexpr uint8_t VIRTIO_NET_HDR_GSO_UDP_L4 = 5;
inline constexpr uint8_t VIRTIO_NET_HDR_GSO_UDP_TUNNEL_IPV4 = 0x20;
inline constexpr uint8_t VIRTIO_NET_HDR_GSO_UDP_TUNNEL_IPV6 = 0x40;
inline constexpr uint8_t VIRTIO_NET_HDR_GSO_ECN = 0x80;

// 5.1.9.4.3 "Hash calculation for incoming packets"
inline constexpr uint32_t VIRTIO_NET_HASH_TYPE_IPv4 = 1 << 0;
inline constexpr uint32_t VIRTIO_NET_HASH_TYPE_TCPv4 = 1 << 1;
inline constexpr uint32_t VIRTIO_NET_HASH_TYPE_UDPv4 = 1 << 2;
inline constexpr uint32_t VIRTIO_NET_HASH_TYPE_IPv6 = 1 << 3;
inline constexpr uint32_t VIRTIO_NET_HASH_TYPE_TCPv6 = 1 << 4;
inline constexpr uint32_t VIRTIO_NET_HASH_TYPE_UDPv6 = 1 << 5;
inline constexpr uint32_t VIRTIO_NET_HASH_TYPE_IP_EX = 1 << 6;
inline constexpr uint32_t VIRTIO_NET_HASH_TYPE_TCP_EX = 1 << 7;
inline constexpr uint32_t VIRTIO_NET_HASH_TYPE_UDP_EX = 1 << 8;

// 5.1.9.4.4 "Inner Header Hash"
inline constexpr uint32_t VIRTIO_NET_HASH_TUNNEL_TYPE_GRE_2784 = 1 << 0;
inline constexpr uint32_t VIRTIO_NET_HASH_TUNNEL_TYPE_GRE_2890 = 1 << 1;
inline constexpr uint32_t VIRTIO_NET_HASH_TUNNEL_TYPE_GRE_7676 = 1 << 2;
inline constexpr uint32_t VIRTIO_NET_HASH_TUNNEL_TYPE_GRE_UDP = 1 << 3;
inline constexpr uint32_t VIRTIO_NET_HASH_TUNNEL_TYPE_VXLAN = 1 << 4;
inline constexpr uint32_t VIRTIO_NET_HASH_TUNNEL_TYPE_VXLAN_GPE = 1 << 5;
inline constexpr uint32_t VIRTIO_NET_HASH_TUNNEL_TYPE_GENEVE = 1 << 6;
inline constexpr uint32_t VIRTIO_NET_HASH_TUNNEL_TYPE_IPIP = 1 << 7;
inline constexpr uint32_t VIRTIO_NET_HASH_TUNNEL_TYPE_NVGRE = 1 << 8;

// 5.1.9.4.5 "Hash reporting for incoming packets"
inline constexpr uint16_t VIRTIO_NET_HASH_REPORT_NONE = 0;
inline constexpr uint16_t VIRTIO_NET_HASH_REPORT_IPv4 = 1;
inline constexpr uint16_t VIRTIO_NET_HASH_REPORT_TCPv4 = 2;
inline constexpr uint16_t VIRTIO_NET_HASH_REPORT_UDPv4 = 3;
inline constexpr uint16_t VIRTIO_NET_HASH_REPORT_IPv6 = 4;
inline constexpr uint16_t VIRTIO_NET_HASH_REPORT_TCPv6 = 5;
inline constexpr uint16_t VIRTIO_NET_HASH_REPORT_UDPv6 = 6;
inline constexpr uint16_t VIRTIO_NET_HASH_REPORT_IPv6_EX = 7;
inline constexpr uint16_t VIRTIO_NET_HASH_REPORT_TCPv6_EX = 8;
inline constexpr uint16_t VIRTIO_NET_HASH_REPORT_UDPv6_EX = 9;

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_VIRTIO_NET_H_
