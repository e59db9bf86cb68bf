// SPDX-License-Identifier: Apache-2.0
// The configuration of the network and of the block device, as registers.
// VIRTIO 1.4, 5.1.4 and 5.2.4 "Device configuration layout".
#ifndef VIREO_HW_SPEC_DEVICE_CFG_H_
#define VIREO_HW_SPEC_DEVICE_CFG_H_

#include <cstdint>

#include "hw/spec/register.h"
#include "hw/spec/virtio_blk.h"
#include "hw/spec/virtio_net.h"

namespace vireo::spec {

namespace net_cfg {

using enum Access;

inline constexpr Register kMac("mac", 0x00, 1, kRo, 0,
                               "MAC address, byte by byte; with VIRTIO_NET_F_MAC.", 6);
inline constexpr Register kStatus("status", 0x06, 2, kRo, 0,
                                  "VIRTIO_NET_S_*; with VIRTIO_NET_F_STATUS.");
inline constexpr Register kMaxVirtqueuePairs("max_virtqueue_pairs", 0x08, 2, kRo, 0,
                                             "Queue pairs; with VIRTIO_NET_F_MQ or _RSS.");
inline constexpr Register kMtu("mtu", 0x0a, 2, kRo, 0,
                               "Largest MTU, in bytes; with VIRTIO_NET_F_MTU.");
inline constexpr Register kSpeed("speed", 0x0c, 4, kRo, 0,
                                 "Mbit/s; with VIRTIO_NET_F_SPEED_DUPLEX.");
inline constexpr Register kDuplex("duplex", 0x10, 1, kRo, 0,
                                  "1 is full duplex; with VIRTIO_NET_F_SPEED_DUPLEX.");
inline constexpr Register kRssMaxKeySize("rss_max_key_size", 0x11, 1, kRo, 0,
                                         "Bytes; with VIRTIO_NET_F_RSS or _HASH_REPORT.");
inline constexpr Register kRssMaxIndirectionTableLength("rss_max_indirection_table_length", 0x12, 2,
                                                        kRo, 0, "Entries; with VIRTIO_NET_F_RSS.");
inline constexpr Register kSupportedHashTypes(
    "supported_hash_types", 0x14, 4, kRo, 0,
    "VIRTIO_NET_HASH_TYPE_*; with VIRTIO_NET_F_RSS or _HASH_REPORT.");
inline constexpr Register kSupportedTunnelTypes(
    "supported_tunnel_types", 0x18, 4, kRo, 0,
    "VIRTIO_NET_HASH_TUNNEL_TYPE_*; with VIRTIO_NET_F_HASH_TUNNEL.");

inline constexpr const Register* kRegisters[] = {
    &kMac,
    &kStatus,
    &kMaxVirtqueuePairs,
    &kMtu,
    &kSpeed,
    &kDuplex,
    &kRssMaxKeySize,
    &kRssMaxIndirectionTableLength,
    &kSupportedHashTypes,
    &kSupportedTunnelTypes,
};
inline constexpr Structure kStructure =
    MakeStructure("net_cfg", "VIRTIO 1.4, 5.1.4", sizeof(virtio_net_config), kRegisters);
static_assert(IsDense(kStructure));

}  // namespace net_cfg

namespace blk_cfg {

using enum Access;

inline constexpr Register kCapacity("capacity", 0x00, 8, kRo, 0, "Sectors of 512 bytes.");
inline constexpr Register kSizeMax("size_max", 0x08, 4, kRo, 0,
                                   "Bytes in a segment; with VIRTIO_BLK_F_SIZE_MAX.");
inline constexpr Register kSegMax("seg_max", 0x0c, 4, kRo, 0,
                                  "Data segments in a request; with VIRTIO_BLK_F_SEG_MAX.");
inline constexpr Register kCylinders("cylinders", 0x10, 2, kRo, 0,
                                     "Of the geometry; with VIRTIO_BLK_F_GEOMETRY.");
inline constexpr Register kHeads("heads", 0x12, 1, kRo, 0,
                                 "Of the geometry; with VIRTIO_BLK_F_GEOMETRY.");
inline constexpr Register kSectors("sectors", 0x13, 1, kRo, 0,
                                   "Of the geometry; with VIRTIO_BLK_F_GEOMETRY.");
inline constexpr Register kBlkSize("blk_size", 0x14, 4, kRo, 0,
                                   "Bytes in a logical block; with VIRTIO_BLK_F_BLK_SIZE.");
inline constexpr Register kPhysicalBlockExp(
    "physical_block_exp", 0x18, 1, kRo, 0,
    "log2 of logical blocks in a physical one; with VIRTIO_BLK_F_TOPOLOGY.");
inline constexpr Register kAlignmentOffset(
    "alignment_offset", 0x19, 1, kRo, 0,
    "First aligned logical block; with VIRTIO_BLK_F_TOPOLOGY.");
inline constexpr Register kMinIoSize("min_io_size", 0x1a, 2, kRo, 0,
                                     "Logical blocks; with VIRTIO_BLK_F_TOPOLOGY.");
inline constexpr Register kOptIoSize("opt_io_size", 0x1c, 4, kRo, 0,
                                     "Logical blocks; with VIRTIO_BLK_F_TOPOLOGY.");
inline constexpr Register kWriteback(
    "writeback", 0x20, 1, kRw, 0,
    "0 write-through, 1 write-back cache; with VIRTIO_BLK_F_CONFIG_WCE.");
inline constexpr Register kUnused0 = Reserved(0x21, 1);
inline constexpr Register kNumQueues("num_queues", 0x22, 2, kRo, 0,
                                     "Request queues; with VIRTIO_BLK_F_MQ.");
inline constexpr Register kMaxDiscardSectors("max_discard_sectors", 0x24, 4, kRo, 0,
                                             "Of a segment; with VIRTIO_BLK_F_DISCARD.");
inline constexpr Register kMaxDiscardSeg("max_discard_seg", 0x28, 4, kRo, 0,
                                         "Segments in a request; with VIRTIO_BLK_F_DISCARD.");
inline constexpr Register kDiscardSectorAlignment("discard_sector_alignment", 0x2c, 4, kRo, 0,
                                                  "Sectors; with VIRTIO_BLK_F_DISCARD.");
inline constexpr Register kMaxWriteZeroesSectors("max_write_zeroes_sectors", 0x30, 4, kRo, 0,
                                                 "Of a segment; with VIRTIO_BLK_F_WRITE_ZEROES.");
inline constexpr Register kMaxWriteZeroesSeg(
    "max_write_zeroes_seg", 0x34, 4, kRo, 0,
    "Segments in a request; with VIRTIO_BLK_F_WRITE_ZEROES.");
inline constexpr Register kWriteZeroesMayUnmap(
    "write_zeroes_may_unmap", 0x38, 1, kRo, 0,
    "1 if zeroed sectors may be deallocated; with VIRTIO_BLK_F_WRITE_ZEROES.");
inline constexpr Register kUnused1 = Reserved(0x39, 1, 3);
inline constexpr Register kMaxSecureEraseSectors("max_secure_erase_sectors", 0x3c, 4, kRo, 0,
                                                 "Of a segment; with VIRTIO_BLK_F_SECURE_ERASE.");
inline constexpr Register kMaxSecureEraseSeg(
    "max_secure_erase_seg", 0x40, 4, kRo, 0,
    "Segments in a request; with VIRTIO_BLK_F_SECURE_ERASE.");
inline constexpr Register kSecureEraseSectorAlignment("secure_erase_sector_alignment", 0x44, 4, kRo,
                                                      0,
                                                      "Sectors; with VIRTIO_BLK_F_SECURE_ERASE.");
inline constexpr Register kZoneSectors("zone_sectors", 0x48, 4, kRo, 0,
                                       "Sectors in a zone; with VIRTIO_BLK_F_ZONED.");
inline constexpr Register kMaxOpenZones("max_open_zones", 0x4c, 4, kRo, 0,
                                        "Zones open at a time; with VIRTIO_BLK_F_ZONED.");
inline constexpr Register kMaxActiveZones("max_active_zones", 0x50, 4, kRo, 0,
                                          "Zones active at a time; with VIRTIO_BLK_F_ZONED.");
inline constexpr Register kMaxAppendSectors("max_append_sectors", 0x54, 4, kRo, 0,
                                            "Of a zone append; with VIRTIO_BLK_F_ZONED.");
inline constexpr Register kWriteGranularity("write_granularity", 0x58, 4, kRo, 0,
                                            "Bytes; with VIRTIO_BLK_F_ZONED.");
inline constexpr Register kModel("model", 0x5c, 1, kRo, 0,
                                 "VIRTIO_BLK_Z_*; with VIRTIO_BLK_F_ZONED.");
inline constexpr Register kUnused2 = Reserved(0x5d, 1, 3);

inline constexpr const Register* kRegisters[] = {&kCapacity,
                                                 &kSizeMax,
                                                 &kSegMax,
                                                 &kCylinders,
                                                 &kHeads,
                                                 &kSectors,
                                                 &kBlkSize,
                                                 &kPhysicalBlockExp,
                                                 &kAlignmentOffset,
                                                 &kMinIoSize,
                                                 &kOptIoSize,
                                                 &kWriteback,
                                                 &kUnused0,
                                                 &kNumQueues,
                                                 &kMaxDiscardSectors,
                                                 &kMaxDiscardSeg,
                                                 &kDiscardSectorAlignment,
                                                 &kMaxWriteZeroesSectors,
                                                 &kMaxWriteZeroesSeg,
                                                 &kWriteZeroesMayUnmap,
                                                 &kUnused1,
                                                 &kMaxSecureEraseSectors,
                                                 &kMaxSecureEraseSeg,
                                                 &kSecureEraseSectorAlignment,
                                                 &kZoneSectors,
                                                 &kMaxOpenZones,
                                                 &kMaxActiveZones,
                                                 &kMaxAppendSectors,
                                                 &kWriteGranularity,
                                                 &kModel,
                                                 &kUnused2};
inline constexpr Structure kStructure =
    MakeStructure("blk_cfg", "VIRTIO 1.4, 5.2.4", sizeof(virtio_blk_config), kRegisters);
static_assert(IsDense(kStructure));

}  // namespace blk_cfg

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_DEVICE_CFG_H_
