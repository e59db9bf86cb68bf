// SPDX-License-Identifier: Apache-2.0
// What a driver's writes do to the state of a function and of a queue, while no reset goes on.
// VIRTIO 1.4, 2.1 "Device Status Field", 2.2 "Feature Bits", 3.1 "Device Initialization", 4.1.4.3
// "Common configuration structure layout", 4.1.5.1 "Device Initialization".
#ifndef VIREO_HW_VIRTIO_CONFIG_RULES_H_
#define VIREO_HW_VIRTIO_CONFIG_RULES_H_

#include <ap_int.h>

#include <cstdint>

#include "hw/virtio/common_config.h"

namespace vireo {

// A write of a DWord, after its bytes were merged into what the DWord reads.
struct ConfigWrite {
  ap_uint<4> dword;
  ap_uint<4> byte_enables;
  ap_uint<32> value;
  ap_uint<1> is_one;         // the low half of the value
  ap_uint<1> is_acceptable;  // the accepted features, the queue's size, its areas
  ap_uint<1> is_enabled;     // the queue is
};

// What is to follow a change of state.
enum class Effect : uint8_t {
  kNone,
  kReset,    // of the device
  kStart,    // a walk along the queues, for those that are enabled and not live yet
  kVector,   // tell of the queue's vector
  kFault,    // the device needs a reset
  kGoLive,   // the queue does
  kStop,     // the queue
  kStopped,  // the queue has: a reset that waits for the last one may go on
  kUpdate,   // of device configuration
  kCleared,  // nothing is left: a reset is done
};

// 4.1.5.1.2 "MSI-X Vector Configuration": a vector that cannot be had reads back as NO_VECTOR.
// A function has a vector for each queue and one more.
inline ap_uint<16> VectorOrNone(const QueueCount& queues, const ap_uint<16>& vector) {
  return vector <= queues ? vector : ap_uint<16>(spec::VIRTIO_MSI_NO_VECTOR);
}

inline constexpr uint8_t kDriverStatusBits =
    spec::VIRTIO_CONFIG_S_ACKNOWLEDGE | spec::VIRTIO_CONFIG_S_DRIVER |
    spec::VIRTIO_CONFIG_S_DRIVER_OK | spec::VIRTIO_CONFIG_S_FEATURES_OK |
    spec::VIRTIO_CONFIG_S_FAILED;

// Bits are set and never cleared, but by a reset. Those that the driver has no say in are ignored,
// and so is DRIVER_OK before FEATURES_OK.
inline Effect WriteStatus(FunctionConfig& config, const ConfigWrite& write) {
  constexpr uint8_t kFree = spec::VIRTIO_CONFIG_S_ACKNOWLEDGE | spec::VIRTIO_CONFIG_S_DRIVER |
                            spec::VIRTIO_CONFIG_S_FAILED;
  const ap_uint<8> value = write.value;
  if (value == 0) return Effect::kReset;
  const bool has_features =
      (config.device_status & spec::VIRTIO_CONFIG_S_FEATURES_OK) != 0 ||
      ((value & spec::VIRTIO_CONFIG_S_FEATURES_OK) != 0 && write.is_acceptable == 1);
  const bool had_driver = IsDriving(config);
  const bool has_driver =
      had_driver || ((value & spec::VIRTIO_CONFIG_S_DRIVER_OK) != 0 && has_features);
  ap_uint<8> status = config.device_status | (value & kFree);
  if (has_features) status = status | spec::VIRTIO_CONFIG_S_FEATURES_OK;
  if (has_driver) status = status | spec::VIRTIO_CONFIG_S_DRIVER_OK;
  config.device_status = status;
  return has_driver && !had_driver ? Effect::kStart : Effect::kNone;
}

// Accepted features stand still from FEATURES_OK on.
inline void WriteDriverFeature(FunctionConfig& config, const ap_uint<32>& value) {
  if ((config.device_status & spec::VIRTIO_CONFIG_S_FEATURES_OK) != 0) return;
  for (int word = 0; word < spec::kFeatureWords; ++word) {
    if (config.driver_feature_select == word) config.driver_feature[word] = value;
  }
  if (config.driver_feature_select >= spec::kFeatureWords) config.accepts_beyond = value != 0;
}

// A write to a register of the function itself.
inline Effect WriteFunctionConfig(FunctionConfig& config, const QueueCount& queues,
                                  const ConfigWrite& write) {
  namespace cfg = spec::common_cfg;
  if (write.dword == DwordOf(cfg::kDeviceFeatureSelect)) {
    config.device_feature_select = write.value;
  } else if (write.dword == DwordOf(cfg::kDriverFeatureSelect)) {
    config.driver_feature_select = write.value;
  } else if (write.dword == DwordOf(cfg::kDriverFeature)) {
    WriteDriverFeature(config, write.value);
  } else if (write.dword == DwordOf(cfg::kConfigMsixVector)) {
    config.config_msix_vector = VectorOrNone(queues, write.value.range(15, 0));
  } else if (write.dword == DwordOf(cfg::kDeviceStatus)) {
    config.queue_select = write.value.range(31, 16);
    if (write.byte_enables[0] == 1) return WriteStatus(config, write);
  }
  return Effect::kNone;
}

// A write to a register of queue `virtqueue`. What describes an enabled queue stands still. A queue
// that cannot work is not enabled.
inline Effect WriteQueueConfig(FunctionConfig& config, QueueConfig& queue, const QueueCount& queues,
                               const VirtqueueIndex& virtqueue, const ConfigWrite& write) {
  namespace cfg = spec::common_cfg;
  const bool is_enabled = write.is_enabled == 1;
  config.configured[virtqueue.to_int()] = 1;
  if (write.dword == DwordOf(cfg::kQueueSize)) {
    if (!is_enabled && write.is_acceptable == 1) queue.size = write.value.range(15, 0);
    queue.msix_vector = VectorOrNone(queues, write.value.range(31, 16));
    return Effect::kVector;
  }
  if (is_enabled) return Effect::kNone;
  if (write.dword == DwordOf(cfg::kQueueEnable)) {
    if (write.is_one == 0) return Effect::kNone;
    if (write.is_acceptable == 0) return Effect::kFault;
    config.enabled[virtqueue.to_int()] = 1;
    return IsDriving(config) ? Effect::kStart : Effect::kNone;
  }
  if (write.dword == DwordOf(cfg::kQueueDesc)) queue.desc.range(31, 0) = write.value;
  if (write.dword == DwordOf(cfg::kQueueDesc, 1)) queue.desc.range(63, 32) = write.value;
  if (write.dword == DwordOf(cfg::kQueueDriver)) queue.driver.range(31, 0) = write.value;
  if (write.dword == DwordOf(cfg::kQueueDriver, 1)) queue.driver.range(63, 32) = write.value;
  if (write.dword == DwordOf(cfg::kQueueDevice)) queue.device.range(31, 0) = write.value;
  if (write.dword == DwordOf(cfg::kQueueDevice, 1)) queue.device.range(63, 32) = write.value;
  return Effect::kNone;
}

}  // namespace vireo

#endif  // VIREO_HW_VIRTIO_CONFIG_RULES_H_
