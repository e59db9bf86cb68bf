// SPDX-License-Identifier: Apache-2.0
// What the management function keeps of each function, how it reads, and what writes do to it.
// hw/spec/card_registers.h has the registers.
#ifndef VIREO_HW_MANAGEMENT_FUNCTION_RECORD_H_
#define VIREO_HW_MANAGEMENT_FUNCTION_RECORD_H_

#include <ap_int.h>

#include "hw/blk/check.h"
#include "hw/net/token.h"
#include "hw/spec/card_registers.h"
#include "hw/virtio/common_config.h"
#include "hw/virtio/device_config.h"
#include "hw/virtio/features.h"

namespace vireo {

inline constexpr int kLogDiskAlign = 12;  // a disk's place in card memory

struct FunctionRecord {
  ap_uint<48> mac;  // first byte lowest
  ap_uint<16> mtu;
  ap_uint<1> link_up;
  ap_uint<1> read_only;
  ap_uint<2> backend;  // function_record::kBackend*
  SectorIndex capacity;
  ap_uint<64 - kLogDiskAlign> place;  // of the disk, in units of 4 KiB
};

// As the engines have it after reset.
inline FunctionRecord InitialRecord(const FunctionIndex& function) {
  const BlkConfig disk = InitialDisk(function);
  const bool is_blk = TypeOf(function) == DeviceType::kBlk;
  const bool is_net = TypeOf(function) == DeviceType::kNet;
  FunctionRecord record;
  record.mac = is_net ? ap_uint<48>(InitialNetConfig(function, 0)) : ap_uint<48>(0);
  record.mtu = is_net ? kInitialMtu : 0;
  record.link_up = is_net;
  record.read_only = disk.read_only;
  record.backend = is_blk ? spec::function_record::kBackendCardMemory : 0;
  record.capacity = disk.sectors;
  record.place = disk.base >> kLogDiskAlign;
  return record;
}

using RecordDword = ap_uint<6>;  // of a record of 256 bytes
static_assert(spec::management_bar::kFunctions.stride == 256);

// The half of a register of 8 bytes.
inline ap_uint<32> Half(const ap_uint<64>& value, const ap_uint<1>& is_upper) {
  return is_upper == 1 ? ap_uint<32>(value.range(63, 32)) : ap_uint<32>(value.range(31, 0));
}

inline bool IsHalfOf(const RecordDword& dword, const spec::Register& wide) {
  return (dword >> 1) == wide.offset / 8;
}

inline ap_uint<32> ReadRecord(const FunctionRecord& record, const FunctionIndex& function,
                              const RecordDword& dword) {
  namespace reg = spec::function_record;
  const DeviceType type = TypeOf(function);
  const bool is_blk = type == DeviceType::kBlk;
  const ap_uint<32> queues = QueuesOf(function);
  const ap_uint<32> vectors = VectorsOf(function);
  if (IsHalfOf(dword, reg::kMac)) return Half(record.mac, dword[0]);
  if (IsHalfOf(dword, reg::kCapacity)) return Half(record.capacity, dword[0]);
  if (IsHalfOf(dword, reg::kBackendOffset)) {
    return Half(ap_uint<64>(record.place) << kLogDiskAlign, dword[0]);
  }
  switch (dword) {
    case reg::kKind.offset / 4: return static_cast<unsigned>(type);
    case reg::kControl.offset / 4:
      return (ap_uint<32>(record.read_only) << 2) | (ap_uint<32>(record.link_up) << 1) |
             (type == DeviceType::kNone ? 0 : reg::kControlEnable);
    case reg::kFeatures.offset / 4: return OfferedFeatures(type, 0);
    case reg::kFeatures.offset / 4 + 1: return OfferedFeatures(type, 1);
    case reg::kMtu.offset / 4:
      return record.mtu | ap_uint<32>(IsVirtio(function) ? kOfferedQueueSize : 0) << 16;
    case reg::kFirstQueue.offset / 4:
      return IsVirtio(function) ? ap_uint<32>(FirstQueueOf(function)) : ap_uint<32>(0);
    case reg::kNumQueues.offset / 4: return queues | vectors << 16;
    case reg::kSizeMax.offset / 4: return is_blk ? kBlkSizeMax : 0;
    case reg::kSegMax.offset / 4: return is_blk ? kBlkSegMax : 0;
    case reg::kBlkSize.offset / 4: return is_blk ? kInitialBlockBytes : 0;
    case reg::kBackend.offset / 4: return record.backend;
    default: return 0;
  }
}

// Who has to be told of a write.
struct RecordChange {
  ap_uint<1> config;   // the driver
  ap_uint<1> address;  // the network engine
  ap_uint<1> disk;     // the block engine
};

// `value` is the DWord after the write; `low` is the DWord below it, where it is an upper half.
inline RecordChange WriteRecord(FunctionRecord& record, DeviceType type, const RecordDword& dword,
                                const ap_uint<32>& value, const ap_uint<32>& low) {
  namespace reg = spec::function_record;
  const bool is_net = type == DeviceType::kNet;
  const bool is_blk = type == DeviceType::kBlk;
  const ap_uint<64> wide = value.concat(low);
  RecordChange change = {};
  if (is_net && dword == reg::kMac.offset / 4 + 1) {
    record.mac = wide;
    change.config = 1;
    change.address = 1;
  } else if (is_net && dword == reg::kMtu.offset / 4) {
    record.mtu = value;
    change.config = 1;
  } else if (is_net && dword == reg::kControl.offset / 4) {
    record.link_up = value[1];
    change.config = 1;
  } else if (is_blk && dword == reg::kControl.offset / 4) {
    record.read_only = value[2];
    change.disk = 1;
  } else if (is_blk && dword == reg::kCapacity.offset / 4 + 1) {
    record.capacity = wide;
    change.config = 1;
    change.disk = 1;
  } else if (is_blk && dword == reg::kBackendOffset.offset / 4 + 1) {
    record.place = wide >> kLogDiskAlign;
    change.disk = 1;
  } else if (is_blk && dword == reg::kBackend.offset / 4) {
    record.backend = value <= reg::kBackendChannel ? ap_uint<2>(value) : ap_uint<2>(0);
    change.disk = 1;
  }
  return change;
}

// The eight bytes of device configuration that `dword` of the record shows in.
inline ConfigUpdate ConfigOf(const FunctionRecord& record, const FunctionIndex& function,
                             const RecordDword& dword) {
  namespace cfg = spec::net_cfg;
  const bool is_mtu = dword == spec::function_record::kMtu.offset / 4;
  ConfigUpdate update;
  update.function = function;
  update.word = is_mtu ? cfg::kMtu.offset / 8 : 0;
  const ap_uint<16> status = record.link_up == 1 ? spec::VIRTIO_NET_S_LINK_UP : 0;
  const ap_uint<64> pairs =
      PlaceInWord<cfg::kMaxVirtqueuePairs>(cfg::kMtu.offset / 8, QueuesOf(function) >> 1);
  const ap_uint<64> mtu = PlaceInWord<cfg::kMtu>(cfg::kMtu.offset / 8, record.mtu);
  update.data = is_mtu ? ap_uint<64>(pairs | mtu) : ap_uint<64>(status.concat(record.mac));
  if (TypeOf(function) == DeviceType::kBlk) update.data = record.capacity;
  return update;
}

inline FunctionAddress AddressOf(const FunctionRecord& record, const FunctionIndex& function) {
  FunctionAddress address = {};
  address.function = function;
  address.mac = record.mac;
  address.has_mac = record.mac != 0;
  return address;
}

// Without a backend the disk has no sector.
inline BlkConfig DiskOf(const FunctionRecord& record, const FunctionIndex& function) {
  namespace reg = spec::function_record;
  const bool is_channel = record.backend == reg::kBackendChannel;
  BlkConfig disk;
  disk.function = function;
  disk.backend = is_channel ? BlkBackend::kChannel : BlkBackend::kCardMemory;
  disk.read_only = record.read_only;
  disk.sectors = record.backend == reg::kBackendNone ? SectorIndex(0) : record.capacity;
  disk.base = is_channel ? Iova(0) : Iova(Iova(record.place) << kLogDiskAlign);
  return disk;
}

}  // namespace vireo

#endif  // VIREO_HW_MANAGEMENT_FUNCTION_RECORD_H_
