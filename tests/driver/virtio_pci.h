// SPDX-License-Identifier: Apache-2.0
// The driver's side of a virtio PCI function: initialisation by the spec's steps, and its queues.
// VIRTIO 1.4, 3.1 "Device Initialization", 4.1.5 "PCI-specific Initialization And Device
// Operation".
#ifndef VIREO_TESTS_DRIVER_VIRTIO_PCI_H_
#define VIREO_TESTS_DRIVER_VIRTIO_PCI_H_

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "hw/spec/common_cfg.h"
#include "hw/spec/function_bar.h"
#include "hw/spec/register_access.h"
#include "hw/spec/virtio_features.h"
#include "hw/spec/virtio_pci.h"
#include "tests/driver/split_queue.h"

namespace vireo::testing {

// `Bus` is the function's BAR 0. Addresses that the device sees are those of `memory`.
template <spec::Bus Bus>
class VirtioPci {
 public:
  VirtioPci(Bus& bus, HostMemory& memory, uint64_t rings)
      : bus_(bus), common_(bus, spec::function_bar::kCommonCfg), memory_(memory), next_(rings) {}

  // Steps 1 to 6 of 3.1.1: reset, acknowledge, driver, features. Gives those agreed on.
  uint64_t Negotiate(uint64_t wanted) {
    using namespace spec;
    Reset();
    SetStatus(VIRTIO_CONFIG_S_ACKNOWLEDGE);
    SetStatus(VIRTIO_CONFIG_S_DRIVER);
    features_ = OfferedFeatures() & wanted;
    for (uint32_t word = 0; word < 2; ++word) {
      Write<common_cfg::kDriverFeatureSelect>(common_, word);
      Write<common_cfg::kDriverFeature>(common_, static_cast<uint32_t>(features_ >> (32 * word)));
    }
    SetStatus(VIRTIO_CONFIG_S_FEATURES_OK);
    if ((Status() & VIRTIO_CONFIG_S_FEATURES_OK) == 0) {
      throw std::runtime_error("the device refused the features");
    }
    return features_;
  }

  uint64_t OfferedFeatures() {
    uint64_t features = 0;
    for (uint32_t word = 0; word < 2; ++word) {
      spec::Write<spec::common_cfg::kDeviceFeatureSelect>(common_, word);
      features |= uint64_t{spec::Read<spec::common_cfg::kDeviceFeature>(common_)} << (32 * word);
    }
    return features;
  }

  // Step 7: a queue, with at most `size` entries, and an MSI-X vector.
  SplitQueue& AddQueue(uint16_t index, uint16_t size,
                       uint16_t vector = spec::VIRTIO_MSI_NO_VECTOR) {
    using namespace spec;
    Write<common_cfg::kQueueSelect>(common_, index);
    const uint16_t largest = Read<common_cfg::kQueueSize>(common_);
    if (largest == 0) throw std::runtime_error("no queue " + std::to_string(index));
    if (size < largest) Write<common_cfg::kQueueSize>(common_, size);
    size = std::min(size, largest);
    const bool event_idx = Has(VIRTIO_F_EVENT_IDX);
    queues_.push_back(std::make_unique<SplitQueue>(memory_, next_, size, event_idx));
    next_ += (SplitQueue::Bytes(size) + 4095) & ~uint64_t{4095};
    SplitQueue& queue = *queues_.back();
    Write<common_cfg::kQueueMsixVector>(common_, vector);
    Write<common_cfg::kQueueDesc>(common_, queue.desc());
    Write<common_cfg::kQueueDriver>(common_, queue.driver());
    Write<common_cfg::kQueueDevice>(common_, queue.device());
    Write<common_cfg::kQueueEnable>(common_, 1);
    return queue;
  }

  // Step 8.
  void Start() { SetStatus(spec::VIRTIO_CONFIG_S_DRIVER_OK); }

  // 2.7.13.4 "Notifying The Device".
  void Notify(uint16_t queue) {
    bus_.template Write<uint16_t>(spec::function_bar::NotifyOffset(queue), queue);
  }

  // Writes 0 and waits until it reads back, 2.4.2.
  void Reset() {
    spec::Write<spec::common_cfg::kDeviceStatus>(common_, 0);
    for (int i = 0; Status() != 0; ++i) {
      if (i == 10'000) throw std::runtime_error("the device does not come out of reset");
    }
  }

  uint8_t Status() { return spec::Read<spec::common_cfg::kDeviceStatus>(common_); }
  bool Has(int feature) const { return ((features_ >> feature) & 1) != 0; }

 private:
  void SetStatus(uint8_t bit) {
    spec::Write<spec::common_cfg::kDeviceStatus>(common_, static_cast<uint8_t>(Status() | bit));
  }

  Bus& bus_;
  spec::Window<Bus> common_;
  HostMemory& memory_;
  uint64_t next_;
  uint64_t features_ = 0;
  std::vector<std::unique_ptr<SplitQueue>> queues_;
};

}  // namespace vireo::testing

#endif  // VIREO_TESTS_DRIVER_VIRTIO_PCI_H_
