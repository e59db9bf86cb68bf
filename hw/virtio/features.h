// SPDX-License-Identifier: Apache-2.0
// What each type of device offers: feature bits and the size of its queues.
// VIRTIO 1.4, 5.1.3 and 5.2.3 "Feature bits", 6 "Reserved Feature Bits".
#ifndef VIREO_HW_VIRTIO_FEATURES_H_
#define VIREO_HW_VIRTIO_FEATURES_H_

#include <ap_int.h>

#include <cstdint>

#include "hw/spec/virtio_features.h"
#include "hw/virtio/functions.h"

namespace vireo {

inline constexpr int kOfferedQueueSize = 1024;
static_assert(IsPowerOfTwo(kOfferedQueueSize) && kOfferedQueueSize <= kMaxQueueSize);

inline constexpr int kTransportFeatures[] = {
    spec::VIRTIO_F_VERSION_1, spec::VIRTIO_F_ACCESS_PLATFORM, spec::VIRTIO_F_INDIRECT_DESC,
    spec::VIRTIO_F_EVENT_IDX};
inline constexpr int kNetFeatures[] = {spec::VIRTIO_NET_F_MAC, spec::VIRTIO_NET_F_STATUS,
                                       spec::VIRTIO_NET_F_MTU, spec::VIRTIO_NET_F_MRG_RXBUF};
inline constexpr int kBlkFeatures[] = {spec::VIRTIO_BLK_F_SEG_MAX, spec::VIRTIO_BLK_F_SIZE_MAX,
                                       spec::VIRTIO_BLK_F_BLK_SIZE, spec::VIRTIO_BLK_F_FLUSH,
                                       spec::VIRTIO_BLK_F_MQ};

// The bits of a list that lie in a word.
template <int kCount>
constexpr uint32_t FeatureBits(const int (&features)[kCount], int word) {
  uint32_t bits = 0;
  for (const int feature : features) {
    if (spec::FeatureWord(feature) == word) bits |= spec::FeatureMask(feature);
  }
  return bits;
}

constexpr uint32_t OfferedFeatures(DeviceType type, int word) {
  switch (type) {
    case DeviceType::kNet:
      return FeatureBits(kTransportFeatures, word) | FeatureBits(kNetFeatures, word);
    case DeviceType::kBlk:
      return FeatureBits(kTransportFeatures, word) | FeatureBits(kBlkFeatures, word);
    default: return 0;
  }
}

}  // namespace vireo

#endif  // VIREO_HW_VIRTIO_FEATURES_H_
