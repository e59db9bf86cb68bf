// SPDX-License-Identifier: Apache-2.0
// The block device: configuration, requests and their answers. VIRTIO 1.4, 5.2 "Block Device".
#ifndef VIREO_HW_SPEC_VIRTIO_BLK_H_
#define VIREO_HW_SPEC_VIRTIO_BLK_H_

#include <cstdint>

namespace vireo::spec {

inline constexpr uint16_t VIRTIO_ID_BLOCK = 2;

inline constexpr uint32_t kSectorBytes = 512;  // of `sector`, `capacity` and all *_sectors

// 5.2.4 "Device configuration layout"
struct virtio_blk_geometry {
  uint16_t cylinders;
  uint8_t heads;
  uint8_t sectors;
};

struct virtio_blk_topology {
  uint8_t physical_block_exp;  // log2 of logical blocks in a physical block
  uint8_t alignment_offset;    // logical blocks
  uint16_t min_io_size;        // logical blocks
  uint32_t opt_io_size;        // logical blocks
};

struct virtio_blk_zoned_characteristics {
  uint32_t zone_sectors;
  uint32_t max_open_zones;
  uint32_t max_active_zones;
  uint32_t max_append_sectors;
  uint32_t write_granularity;  // bytes
  uint8_t model;               // VIRTIO_BLK_Z_*
  uint8_t unused2[3];
};

struct virtio_blk_config {
  uint64_t capacity;  // sectors
  uint32_t size_max;  // bytes in a segment
  uint32_t seg_max;   // data segments in a request
  virtio_blk_geometry geometry;
  uint32_t blk_size;  // bytes
  virtio_blk_topology topology;
  uint8_t writeback;
  uint8_t unused0;
  uint16_t num_queues;
  uint32_t max_discard_sectors;
  uint32_t max_discard_seg;
  uint32_t discard_sector_alignment;
  uint32_t max_write_zeroes_sectors;
  uint32_t max_write_zeroes_seg;
  uint8_t write_zeroes_may_unmap;
  uint8_t unused1[3];
  uint32_t max_secure_erase_sectors;
  uint32_t max_secure_erase_seg;
  uint32_t secure_erase_sector_alignment;
  virtio_blk_zoned_characteristics zoned;
};
static_assert(sizeof(virtio_blk_config) == 96);

inline constexpr uint8_t VIRTIO_BLK_Z_NONE = 0;
inline constexpr uint8_t VIRTIO_BLK_Z_HM = 1;
inline constexpr uint8_t VIRTIO_BLK_Z_HA = 2;

// 5.2.6 "Device Operation": the head of a request; data[] and the byte `status` follow.
struct virtio_blk_req {
  uint32_t type;  // VIRTIO_BLK_T_*
  uint32_t reserved;
  uint64_t sector;
};
static_assert(sizeof(virtio_blk_req) == 16);

inline constexpr uint32_t VIRTIO_BLK_T_IN = 0;
inline constexpr uint32_t VIRTIO_BLK_T_OUT = 1;
inline constexpr uint32_t VIRTIO_BLK_T_FLUSH = 4;
inline constexpr uint32_t VIRTIO_BLK_T_GET_ID = 8;
inline constexpr uint32_t VIRTIO_BLK_T_GET_LIFETIME = 10;
inline constexpr uint32_t VIRTIO_BLK_T_DISCARD = 11;
inline constexpr uint32_t VIRTIO_BLK_T_WRITE_ZEROES = 13;
inline constexpr uint32_t VIRTIO_BLK_T_SECURE_ERASE = 14;
inline constexpr uint32_t VIRTIO_BLK_T_ZONE_APPEND = 15;
inline constexpr uint32_t VIRTIO_BLK_T_ZONE_REPORT = 16;
inline constexpr uint32_t VIRTIO_BLK_T_ZONE_OPEN = 18;
inline constexpr uint32_t VIRTIO_BLK_T_ZONE_CLOSE = 20;
inline constexpr uint32_t VIRTIO_BLK_T_ZONE_FINISH = 22;
inline constexpr uint32_t VIRTIO_BLK_T_ZONE_RESET = 24;
inline constexpr uint32_t VIRTIO_BLK_T_ZONE_RESET_ALL = 26;

inline constexpr uint8_t VIRTIO_BLK_S_OK = 0;
inline constexpr uint8_t VIRTIO_BLK_S_IOERR = 1;
inline constexpr uint8_t VIRTIO_BLK_S_UNSUPP = 2;
inline constexpr uint8_t VIRTIO_BLK_S_ZONE_INVALID_CMD = 3;
inline constexpr uint8_t VIRTIO_BLK_S_ZONE_UNALIGNED_WP = 4;
inline constexpr uint8_t VIRTIO_BLK_S_ZONE_OPEN_RESOURCE = 5;
inline constexpr uint8_t VIRTIO_BLK_S_ZONE_ACTIVE_RESOURCE = 6;

inline constexpr uint32_t VIRTIO_BLK_ID_BYTES = 20;  // answer to GET_ID, padded with NUL

// One segment of DISCARD, WRITE_ZEROES and SECURE_ERASE.
struct virtio_blk_discard_write_zeroes {
  uint64_t sector;
  uint32_t num_sectors;
  uint32_t flags;  // VIRTIO_BLK_WRITE_ZEROES_FLAG_UNMAP; other bits are reserved
};
static_assert(sizeof(virtio_blk_discard_write_zeroes) == 16);
inline constexpr uint32_t VIRTIO_BLK_WRITE_ZEROES_FLAG_UNMAP = 1;

// Answer to GET_LIFETIME.
struct virtio_blk_lifetime {
  uint16_t pre_eol_info;  // VIRTIO_BLK_PRE_EOL_INFO_*
  uint16_t device_lifetime_est_typ_a;
  uint16_t device_lifetime_est_typ_b;
};
static_assert(sizeof(virtio_blk_lifetime) == 6);

inline constexpr uint16_t VIRTIO_BLK_PRE_EOL_INFO_UNDEFINED = 0;
inline constexpr uint16_t VIRTIO_BLK_PRE_EOL_INFO_NORMAL = 1;
inline constexpr uint16_t VIRTIO_BLK_PRE_EOL_INFO_WARNING = 2;
inline constexpr uint16_t VIRTIO_BLK_PRE_EOL_INFO_URGENT = 3;

}  // namespace vireo::spec

#endif  // VIREO_HW_SPEC_VIRTIO_BLK_H_
