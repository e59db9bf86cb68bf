// SPDX-License-Identifier: Apache-2.0
// The messages of vfio-user as they stand on the socket (QEMU, docs/interop/vfio-user.rst).
// Payloads that are VFIO's own (device, region and interrupt information) come from <linux/vfio.h>.
#pragma once

#include <linux/vfio.h>

#include <cstddef>
#include <cstdint>

namespace vireo::vfio_user {

enum class Command : uint16_t {
  kVersion = 1,
  kDmaMap = 2,
  kDmaUnmap = 3,
  kDeviceGetInfo = 4,
  kDeviceGetRegionInfo = 5,
  kDeviceGetRegionIoFds = 6,
  kDeviceGetIrqInfo = 7,
  kDeviceSetIrqs = 8,
  kRegionRead = 9,
  kRegionWrite = 10,
  kDmaRead = 11,   // server to client
  kDmaWrite = 12,  // server to client
  kDeviceReset = 13,
  kRegionWriteMulti = 15,
  kDeviceFeature = 16,
  kMigDataRead = 17,
  kMigDataWrite = 18,
};

// Before every message. `size` counts the header too.
struct Header {
  uint16_t id;
  uint16_t command;
  uint32_t size;
  uint32_t flags;
  uint32_t error;  // errno of a reply with kFlagError
};
static_assert(sizeof(Header) == 16);

constexpr uint32_t kFlagTypeMask = 0xf;
constexpr uint32_t kFlagReply = 0x1;
constexpr uint32_t kFlagNoReply = 1u << 4;
constexpr uint32_t kFlagError = 1u << 5;

// Followed by JSON with a terminating NUL, or by nothing.
struct Version {
  uint16_t major;
  uint16_t minor;
};
static_assert(sizeof(Version) == 4);
constexpr uint16_t kVersionMajor = 0;
constexpr uint16_t kVersionMinor = 1;

constexpr uint32_t kDmaReadable = 1u << 0;
constexpr uint32_t kDmaWriteable = 1u << 1;

struct DmaMap {
  uint32_t argsz;
  uint32_t flags;
  uint64_t offset;  // in the file that comes with the message
  uint64_t address;
  uint64_t size;
};
static_assert(sizeof(DmaMap) == 32);

// QEMU's clients set it as they would for the kernel (VFIO_DMA_UNMAP_FLAG_ALL).
constexpr uint32_t kDmaUnmapAll = 1u << 1;

struct DmaUnmap {
  uint32_t argsz;
  uint32_t flags;
  uint64_t address;
  uint64_t size;
};
static_assert(sizeof(DmaUnmap) == 24);

// Of REGION_READ and REGION_WRITE; the data follow in a write and in the reply to a read.
struct RegionAccess {
  uint64_t offset;
  uint32_t region;
  uint32_t count;
};
static_assert(sizeof(RegionAccess) == 16);

// Of DMA_READ and DMA_WRITE.
struct DmaAccess {
  uint64_t address;
  uint64_t count;
};
static_assert(sizeof(DmaAccess) == 16);

// One write of REGION_WRITE_MULTI, which holds their number as a uint64_t and then the writes.
struct MultiWrite {
  uint64_t offset;
  uint32_t region;
  uint32_t count;
  uint8_t data[8];
};
static_assert(sizeof(MultiWrite) == 24);

struct RegionIoFds {
  uint32_t argsz;
  uint32_t flags;
  uint32_t index;
  uint32_t count;
};
static_assert(sizeof(RegionIoFds) == 16);

struct DeviceFeature {
  uint32_t argsz;
  uint32_t flags;  // VFIO_DEVICE_FEATURE_*
};
static_assert(sizeof(DeviceFeature) == 8);

constexpr uint64_t kPageSize = 4096;                    // of DMA maps
constexpr uint32_t kDefaultMaxTransfer = 1u << 20;      // bytes, where VERSION does not say
constexpr uint32_t kMaxTransfer = kDefaultMaxTransfer;  // what we say ourselves
constexpr size_t kMaxMessageFds = 253;                  // SCM_MAX_FD of Linux
constexpr uint32_t kMaxMessage = sizeof(Header) + sizeof(RegionAccess) + kMaxTransfer;

}  // namespace vireo::vfio_user
