// SPDX-License-Identifier: Apache-2.0
// The device configuration of all functions, and what stands there after the card's reset.
// VIRTIO 1.4, 5.1.4 and 5.2.4 "Device configuration layout".
#ifndef VIREO_HW_VIRTIO_DEVICE_CONFIG_H_
#define VIREO_HW_VIRTIO_DEVICE_CONFIG_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/spec/device_cfg.h"
#include "hw/virtio/functions.h"
#include "hw/virtio/table_server.h"
#include "hw/virtio/token.h"

namespace vireo {

// Until the management function says otherwise. A MAC address ends in the function's number.
inline constexpr uint64_t kInitialMac = 0x52'54'00'56'00'00;
inline constexpr uint32_t kInitialMtu = 1500;
inline constexpr uint64_t kInitialSectors = 128 * 1024;  // of 512 bytes
inline constexpr uint32_t kInitialBlockBytes = 512;
inline constexpr uint32_t kBlkSizeMax = 32768;            // bytes in a segment
inline constexpr uint32_t kBlkSegMax = kMaxSegments - 2;  // the header and the status are two

inline constexpr int kConfigEntries = kFunctions * kConfigWords;
static_assert(sizeof(spec::virtio_blk_config) <= 8 * kConfigWords);
static_assert(sizeof(spec::virtio_net_config) <= 8 * kConfigWords);

using ConfigEntry = ap_uint<64>;
using ConfigAccess = TableAccess<ConfigEntry, kConfigEntries>;
using ConfigWord = ap_uint<BitsFor(kConfigWords)>;

// A register's value as it lies in the word of 8 bytes that has the byte `8 * word`.
template <const spec::Register& kRegister>
ConfigEntry PlaceInWord(const ConfigWord& word, const ap_uint<64>& value) {
  static_assert(kRegister.offset % 8 + kRegister.bytes <= 8, "the register is in one word");
  const ap_uint<8 * kRegister.bytes> field = value;
  if (word != kRegister.offset / 8) return 0;
  return ConfigEntry(field) << (8 * (kRegister.offset % 8));
}

inline ConfigEntry InitialNetConfig(const FunctionIndex& function, const ConfigWord& word) {
  namespace cfg = spec::net_cfg;
  ConfigEntry entry = PlaceInWord<cfg::kStatus>(word, spec::VIRTIO_NET_S_LINK_UP) |
                      PlaceInWord<cfg::kMaxVirtqueuePairs>(word, QueuesOf(function) >> 1) |
                      PlaceInWord<cfg::kMtu>(word, kInitialMtu);
  static_assert(cfg::kMac.offset == 0 && cfg::kMac.count == 6);
  if (word == 0) {
    const ap_uint<48> mac = ap_uint<48>(kInitialMac) | function;
    for (int i = 0; i < 6; ++i) entry.range(8 * i + 7, 8 * i) = mac.range(47 - 8 * i, 40 - 8 * i);
  }
  return entry;
}

inline ConfigEntry InitialBlkConfig(const FunctionIndex& function, const ConfigWord& word) {
  namespace cfg = spec::blk_cfg;
  return PlaceInWord<cfg::kCapacity>(word, kInitialSectors) |
         PlaceInWord<cfg::kSizeMax>(word, kBlkSizeMax) |
         PlaceInWord<cfg::kSegMax>(word, kBlkSegMax) |
         PlaceInWord<cfg::kBlkSize>(word, kInitialBlockBytes) |
         PlaceInWord<cfg::kNumQueues>(word, QueuesOf(function));
}

inline ConfigEntry InitialConfig(const FunctionIndex& function, const ConfigWord& word) {
  switch (TypeOf(function)) {
    case DeviceType::kNet: return InitialNetConfig(function, word);
    case DeviceType::kBlk: return InitialBlkConfig(function, word);
    default: return 0;
  }
}

// An access a clock, in order, after the first kConfigEntries clocks from reset.
class DeviceConfig {
 public:
  void Step(hls::stream<ConfigAccess>& access_in, hls::stream<ConfigEntry>& entry_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = entries_ type = ram_2p impl = bram latency = 1
    const bool is_filled = filled_[BitsFor(kConfigEntries)] == 1;
    if (!is_filled) {
      const ConfigIndex index = filled_;
      const FunctionIndex function = index >> BitsFor(kConfigWords);
      entries_[index] = InitialConfig(function, ConfigWord(index));
      filled_ = filled_ + 1;
    } else if (!access_in.empty() && !entry_out.full()) {
      const ConfigAccess access = access_in.read();
      if (access.write == 1) {
        entries_[access.index] = access.entry;
      } else {
        entry_out.write(entries_[access.index]);
      }
    }
  }

 private:
  using ConfigIndex = ap_uint<BitsFor(kConfigEntries)>;

  ap_uint<BitsFor(kConfigEntries) + 1> filled_ = 0;  // entries since reset
  ConfigEntry entries_[kConfigEntries];
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTIO_DEVICE_CONFIG_H_
