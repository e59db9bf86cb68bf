// SPDX-License-Identifier: Apache-2.0
// Which Reason a driver's access is counted under, if any. hw/spec/reason_table.h says what each
// means.
#ifndef VIREO_HW_VIRTIO_REASONS_H_
#define VIREO_HW_VIRTIO_REASONS_H_

#include <ap_int.h>

#include "hw/spec/reason.h"
#include "hw/virtio/config_rules.h"
#include "hw/virtqueue/token.h"

namespace vireo {

// Why a queue was stopped.
inline spec::Reason ReasonOf(QueueFault fault) {
  switch (fault) {
    case QueueFault::kIndexTooFar: return spec::Reason::kIndexTooFar;
    case QueueFault::kHeadOutOfRange: return spec::Reason::kHeadOutOfRange;
    case QueueFault::kNextOutOfRange: return spec::Reason::kNextOutOfRange;
    case QueueFault::kChainTooLong: return spec::Reason::kChainTooLong;
    case QueueFault::kBadIndirect: return spec::Reason::kIndirectLength;
    case QueueFault::kWrongDirection: return spec::Reason::kWrongDirection;
    case QueueFault::kEmptyChain: return spec::Reason::kChainEmpty;
    case QueueFault::kTooManyBytes: return spec::Reason::kTooManyBytes;
    case QueueFault::kTooFewBytes: return spec::Reason::kNetHeaderShort;
    case QueueFault::kReadFailed: return spec::Reason::kDescriptorReadFailed;
    default: return spec::Reason::kNone;
  }
}

inline bool IsVectorGood(const QueueCount& queues, const ap_uint<16>& vector) {
  return vector <= queues || vector == spec::VIRTIO_MSI_NO_VECTOR;
}

// What is wrong with a write of a register of the function, before it is done.
inline spec::Reason ReasonOfFunctionWrite(const FunctionConfig& config, const QueueCount& queues,
                                          const ConfigWrite& write) {
  namespace cfg = spec::common_cfg;
  if (write.dword == DwordOf(cfg::kConfigMsixVector)) {
    const bool is_good = IsVectorGood(queues, write.value.range(15, 0));
    return is_good ? spec::Reason::kNone : spec::Reason::kVectorOutOfRange;
  }
  if (write.dword != DwordOf(cfg::kDeviceStatus) || write.byte_enables[0] == 0) {
    return spec::Reason::kNone;
  }
  const ap_uint<8> value = write.value;
  const ap_uint<8> cleared = config.device_status & ~value & kDriverStatusBits;
  const bool had_features = (config.device_status & spec::VIRTIO_CONFIG_S_FEATURES_OK) != 0;
  const bool asks_features = (value & spec::VIRTIO_CONFIG_S_FEATURES_OK) != 0;
  const bool asks_driver = (value & spec::VIRTIO_CONFIG_S_DRIVER_OK) != 0;
  if (value == 0) return spec::Reason::kNone;
  if (!had_features && asks_features && write.is_acceptable == 0) {
    return spec::Reason::kFeaturesRefused;
  }
  const bool is_early = asks_driver && !had_features && !asks_features;
  return cleared != 0 || is_early ? spec::Reason::kStatusOrder : spec::Reason::kNone;
}

// What is wrong with a write of a register of a queue, before it is done.
inline spec::Reason ReasonOfQueueWrite(const QueueConfig& queue, const QueueCount& queues,
                                       const ConfigWrite& write) {
  namespace cfg = spec::common_cfg;
  const bool is_size = write.dword == DwordOf(cfg::kQueueSize);
  const bool writes_size = is_size && write.byte_enables.range(1, 0) != 0;
  if (is_size && !IsVectorGood(queues, write.value.range(31, 16))) {
    return spec::Reason::kVectorOutOfRange;
  }
  if (is_size && !writes_size) return spec::Reason::kNone;
  if (write.is_enabled == 1) return spec::Reason::kQueueLocked;
  if (writes_size && write.is_acceptable == 0) return spec::Reason::kQueueSize;
  const bool is_enable = write.dword == DwordOf(cfg::kQueueEnable) && write.is_one == 1;
  if (!is_enable || write.is_acceptable == 1) return spec::Reason::kNone;
  return AreAreasAligned(queue) ? spec::Reason::kQueueNoAddress : spec::Reason::kQueueMisaligned;
}

}  // namespace vireo

#endif  // VIREO_HW_VIRTIO_REASONS_H_
