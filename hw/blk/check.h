// SPDX-License-Identifier: Apache-2.0
// Looks at a request's header and says what is to be done, or what is wrong.
// VIRTIO 1.4, 5.2.6 "Device Operation", 5.2.6.2 "Device Requirements: Device Operation".
#ifndef VIREO_HW_BLK_CHECK_H_
#define VIREO_HW_BLK_CHECK_H_

#include <hls_stream.h>

#include "hw/blk/token.h"
#include "hw/virtio/device_config.h"
#include "hw/virtio/functions.h"

namespace vireo {

// The disks lie one behind the other, in the order of their functions.
inline BlkConfig InitialDisk(const FunctionIndex& function) {
  const ap_uint<9> number = function;
  const ap_uint<9> behind_physical = number - (kFirstBlkVirtual - 1);
  const ap_uint<9> ordinal = number == kBlkFunction ? ap_uint<9>(0) : behind_physical;
  constexpr int kLogBytes = BitsFor(kInitialSectors) + kLogSectorBytes;
  static_assert(IsPowerOfTwo(kInitialSectors));
  const bool is_blk = TypeOf(function) == DeviceType::kBlk;
  BlkConfig disk;
  disk.function = function;
  disk.backend = BlkBackend::kCardMemory;
  disk.read_only = 0;
  disk.sectors = is_blk ? SectorIndex(kInitialSectors) : SectorIndex(0);
  disk.base = Iova(ordinal) << kLogBytes;
  return disk;
}

// What a header and the bytes around it ask of a disk.
inline BlkCommand Checked(const BlkHeader& header, const BlkConfig& disk) {
  const BlkContext& context = header.context;
  const ap_uint<32> type = header.bytes.range(31, 0);
  const ap_uint<64> sector = header.bytes.range(127, 64);
  const bool is_in = type == spec::VIRTIO_BLK_T_IN;
  const bool is_out = type == spec::VIRTIO_BLK_T_OUT;
  const bool is_flush = type == spec::VIRTIO_BLK_T_FLUSH;
  const bool is_id = type == spec::VIRTIO_BLK_T_GET_ID;
  const bool is_known = is_in || is_out || is_flush || is_id;

  const ap_uint<32> bytes = is_out ? context.readable : context.writable;
  const ap_uint<32> others = is_out ? context.writable : context.readable;
  const ap_uint<kLogSectorBytes> odd = bytes;
  const ap_uint<32 - kLogSectorBytes> count = bytes >> kLogSectorBytes;
  const bool is_far = (sector >> kSectorBits) != 0;
  const SectorIndex first = sector;
  const ap_uint<kSectorBits + 1> end = first + count;

  BlkCommand command;
  command.slot = context.slot;
  command.owner = context.owner;
  command.head = context.head;
  command.status_address = context.address;
  command.first = first;
  command.end = end;
  command.address = is_id ? Iova(0) : Iova(disk.base + (Iova(first) << kLogSectorBytes));
  command.bytes = bytes;
  command.to_channel = disk.backend == BlkBackend::kChannel;

  spec::Reason reason = spec::Reason::kNone;
  if (is_in || is_out) {
    if (is_out && disk.read_only == 1) reason = spec::Reason::kBlkReadOnly;
    if (is_far || end > disk.sectors) reason = spec::Reason::kBlkOutOfRange;
    if (odd != 0) reason = spec::Reason::kBlkUnaligned;
  }
  if (is_flush && bytes != 0) reason = spec::Reason::kBlkBadSegment;
  if (is_id && bytes != spec::VIRTIO_BLK_ID_BYTES) reason = spec::Reason::kBlkBadSegment;
  if (others != 0) reason = spec::Reason::kWrongDirection;
  if (!is_known) reason = spec::Reason::kBlkUnknownType;
  if (header.error == 1) reason = spec::Reason::kBufferReadFailed;
  if (context.reason != spec::Reason::kNone) reason = context.reason;

  const bool is_unsupported = reason == spec::Reason::kBlkUnknownType;
  command.status = is_unsupported ? spec::VIRTIO_BLK_S_UNSUPP : spec::VIRTIO_BLK_S_IOERR;
  command.reason = reason;
  command.op = is_out ? BlkOp::kOut : BlkOp::kIn;
  if (is_flush) command.op = BlkOp::kFlush;
  if (is_id) command.op = BlkOp::kGetId;
  if (reason != spec::Reason::kNone) command.op = BlkOp::kRefused;
  if (context.kind == BlkRead::kStop) command.op = BlkOp::kStop;
  if (context.kind == BlkRead::kVoid) command.op = BlkOp::kVoid;
  if (command.op != BlkOp::kIn && command.op != BlkOp::kOut && command.op != BlkOp::kGetId) {
    command.bytes = 0;
  }
  return command;
}

// A request a clock, after the first kFunctions clocks from reset. A new configuration counts for
// the requests that come here after it.
class BlkCheck {
 public:
  void Step(hls::stream<BlkConfig>& config_in, hls::stream<BlkHeader>& header_in,
            hls::stream<BlkCommand>& command_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = disks_ type = ram_2p impl = lutram
    const bool is_clear = cleared_[BitsFor(kFunctions)] == 1;
    BlkConfig config = InitialDisk(FunctionIndex(cleared_));
    bool configures = !is_clear;
    if (is_clear && !config_in.empty()) {
      config = config_in.read();
      configures = true;
    }
    if (configures) disks_[config.function] = config;
    if (!is_clear) cleared_ = cleared_ + 1;

    if (is_clear && !header_in.empty() && !command_out.full()) {
      const BlkHeader header = header_in.read();
      command_out.write(Checked(header, disks_[header.context.owner.function]));
    }
  }

 private:
  BlkConfig disks_[kFunctions];
  ap_uint<BitsFor(kFunctions) + 1> cleared_ = 0;
};

}  // namespace vireo

#endif  // VIREO_HW_BLK_CHECK_H_
