// SPDX-License-Identifier: Apache-2.0
// The state of a function behind its common configuration, and what its registers read.
// VIRTIO 1.4, 4.1.4.3 "Common configuration structure layout".
#ifndef VIREO_HW_VIRTIO_COMMON_CONFIG_H_
#define VIREO_HW_VIRTIO_COMMON_CONFIG_H_

#include <ap_int.h>

#include <cstdint>

#include "hw/spec/common_cfg.h"
#include "hw/spec/virtio_features.h"
#include "hw/virtio/features.h"
#include "hw/virtio/functions.h"

namespace vireo {

enum class ResetPhase : uint8_t {
  kNone,
  kStopping,  // until the last live queue has stopped
  kClearing,  // until nothing of the device is left on the way to the driver
};

// What a function has once. A queue that is not in `configured` has the registers of a reset.
struct FunctionConfig {
  ap_uint<32> device_feature_select;
  ap_uint<32> driver_feature_select;
  ap_uint<32> driver_feature[spec::kFeatureWords];
  ap_uint<1> accepts_beyond;  // a feature of a word that there is not
  ap_uint<16> config_msix_vector;
  ap_uint<8> device_status;
  ap_uint<8> config_generation;
  ap_uint<16> queue_select;
  VirtqueueMask configured;
  VirtqueueMask enabled;
  VirtqueueMask live;  // the engines have the queue, or are about to give it up
  ResetPhase phase;
  ap_uint<1> is_flr;     // the reset that goes on, or is to follow it, is one of the function
  ap_uint<1> is_listed;  // for a walk along its queues
};

// What a queue has.
struct QueueConfig {
  ap_uint<16> size;
  ap_uint<16> msix_vector;
  Iova desc;
  Iova driver;
  Iova device;
};

inline FunctionConfig ResetFunctionConfig() {
  FunctionConfig config;
  config.device_feature_select = 0;
  config.driver_feature_select = 0;
  for (int i = 0; i < spec::kFeatureWords; ++i) config.driver_feature[i] = 0;
  config.accepts_beyond = 0;
  config.config_msix_vector = spec::VIRTIO_MSI_NO_VECTOR;
  config.device_status = 0;
  config.config_generation = 0;
  config.queue_select = 0;
  config.configured = 0;
  config.enabled = 0;
  config.live = 0;
  config.phase = ResetPhase::kNone;
  config.is_flr = 0;
  config.is_listed = 0;
  return config;
}

inline QueueConfig ResetQueueConfig() {
  QueueConfig config;
  config.size = kOfferedQueueSize;
  config.msix_vector = spec::VIRTIO_MSI_NO_VECTOR;
  config.desc = 0;
  config.driver = 0;
  config.device = 0;
  return config;
}

// Registers by DWord.
constexpr unsigned DwordOf(const spec::Register& reg, int half = 0) {
  return reg.offset / 4 + static_cast<unsigned>(half);
}

// The registers from here on are those of the selected queue.
inline constexpr unsigned kFirstQueueDword = DwordOf(spec::common_cfg::kQueueSize);
inline constexpr unsigned kCommonDwords = sizeof(spec::virtio_pci_common_cfg) / 4;

inline ap_uint<32> MergeBytes(const ap_uint<32>& old, const ap_uint<32>& data,
                              const ap_uint<4>& byte_enables) {
  const ap_uint<32> mask = RepeatBits<4, 8>(byte_enables);
  return (old & ~mask) | (data & mask);
}

inline bool HasFeature(const FunctionConfig& config, int bit) {
  return config.driver_feature[spec::FeatureWord(bit)][bit % 32] == 1;
}

inline bool IsDriving(const FunctionConfig& config) {
  return (config.device_status & spec::VIRTIO_CONFIG_S_DRIVER_OK) != 0;
}

// Whether the driver accepts nothing that is not offered, and VERSION_1.
inline bool AreFeaturesGood(const FunctionConfig& config, DeviceType type) {
  bool is_good = config.accepts_beyond == 0 && HasFeature(config, spec::VIRTIO_F_VERSION_1);
  for (int word = 0; word < spec::kFeatureWords; ++word) {
    const ap_uint<32> unknown = config.driver_feature[word] & ~OfferedFeatures(type, word);
    is_good = is_good && unknown == 0;
  }
  return is_good;
}

// The word that `select` names; 0 if there is none.
inline ap_uint<32> SelectWord(const ap_uint<32> (&words)[spec::kFeatureWords],
                              const ap_uint<32>& select) {
  ap_uint<spec::kFeatureWords> is_selected = 0;
  for (int word = 0; word < spec::kFeatureWords; ++word) is_selected[word] = select == word;
  const ap_uint<32> selected = SelectOneHot(words, is_selected);
  return is_selected == 0 ? ap_uint<32>(0) : selected;
}

// A register of the function itself.
inline ap_uint<32> ReadFunctionConfig(const FunctionConfig& config, DeviceType type,
                                      const QueueCount& queues, const ap_uint<4>& dword) {
  namespace cfg = spec::common_cfg;
  ap_uint<32> offered[spec::kFeatureWords];
  for (int word = 0; word < spec::kFeatureWords; ++word)
    offered[word] = OfferedFeatures(type, word);
  const ap_uint<16> num_queues = queues;
  // While a reset goes on, a status of 0 would say that it is done.
  const bool is_resetting = config.phase != ResetPhase::kNone;
  const ap_uint<8> status = is_resetting && config.device_status == 0
                                ? ap_uint<8>(spec::VIRTIO_CONFIG_S_NEEDS_RESET)
                                : config.device_status;
  switch (dword) {
    case DwordOf(cfg::kDeviceFeatureSelect): return config.device_feature_select;
    case DwordOf(cfg::kDeviceFeature): return SelectWord(offered, config.device_feature_select);
    case DwordOf(cfg::kDriverFeatureSelect): return config.driver_feature_select;
    case DwordOf(cfg::kDriverFeature):
      return SelectWord(config.driver_feature, config.driver_feature_select);
    case DwordOf(cfg::kConfigMsixVector): return (num_queues, config.config_msix_vector);
    case DwordOf(cfg::kDeviceStatus):
      return (config.queue_select, config.config_generation, status);
    default: return 0;
  }
}

// A register of the selected queue.
inline ap_uint<32> ReadQueueConfig(const QueueConfig& queue, const ap_uint<16>& queue_select,
                                   const ap_uint<1>& is_enabled, const ap_uint<4>& dword) {
  namespace cfg = spec::common_cfg;
  const ap_uint<16> enabled = is_enabled;
  switch (dword) {
    case DwordOf(cfg::kQueueSize): return (queue.msix_vector, queue.size);
    case DwordOf(cfg::kQueueEnable): return (queue_select, enabled);
    case DwordOf(cfg::kQueueDesc): return queue.desc.range(31, 0);
    case DwordOf(cfg::kQueueDesc, 1): return queue.desc.range(63, 32);
    case DwordOf(cfg::kQueueDriver): return queue.driver.range(31, 0);
    case DwordOf(cfg::kQueueDriver, 1): return queue.driver.range(63, 32);
    case DwordOf(cfg::kQueueDevice): return queue.device.range(31, 0);
    case DwordOf(cfg::kQueueDevice, 1): return queue.device.range(63, 32);
    default: return 0;
  }
}

// 2.7 "Split Virtqueues": the alignment of the three areas.
inline bool AreAreasAligned(const QueueConfig& queue) {
  return queue.desc.range(3, 0) == 0 && queue.driver.range(0, 0) == 0 &&
         queue.device.range(1, 0) == 0;
}

// Whether the engines can work on a queue with these areas. Its size was looked at when it was
// written.
inline bool AreAreasGood(const QueueConfig& queue) {
  return AreAreasAligned(queue) && queue.desc.or_reduce() && queue.driver.or_reduce() &&
         queue.device.or_reduce();
}

// 2.7 "Split Virtqueues": a power of two, up to what is offered.
inline bool IsQueueSizeGood(const ap_uint<16>& size) {
  const ap_uint<16> less = size - 1;
  return size != 0 && (size & less) == 0 && size <= kOfferedQueueSize;
}

}  // namespace vireo

#endif  // VIREO_HW_VIRTIO_COMMON_CONFIG_H_
