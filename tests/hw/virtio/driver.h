// SPDX-License-Identifier: Apache-2.0
// A driver of one function, by the steps of VIRTIO 1.4, 3.1.1 "Driver Requirements: Device
// Initialization".
#ifndef VIREO_TESTS_HW_VIRTIO_DRIVER_H_
#define VIREO_TESTS_HW_VIRTIO_DRIVER_H_

#include <array>
#include <cstdint>

#include "hw/spec/virtio_features.h"
#include "tests/hw/virtio/transport_bench.h"

namespace vireo::test {

namespace cfg = spec::common_cfg;
namespace bar = spec::function_bar;

class Driver {
 public:
  using Features = std::array<uint32_t, spec::kFeatureWords>;

  Driver(TransportBench& bench, int function)
      : bench(bench),
        function(function),
        common(bench, function, bar::kCommonCfg),
        device(bench, function, bar::kDeviceCfg),
        isr(bench, function, bar::kIsrCfg) {}

  uint8_t Status() { return spec::Read<cfg::kDeviceStatus>(common); }
  void SetStatus(unsigned bits) {
    spec::Write<cfg::kDeviceStatus>(common, static_cast<uint8_t>(bits));
  }
  void AddStatus(unsigned bits) { SetStatus(Status() | bits); }
  void Reset() { SetStatus(0); }

  Features Offered() {
    Features features = {};
    for (uint32_t word = 0; word < features.size(); ++word) {
      spec::Write<cfg::kDeviceFeatureSelect>(common, word);
      features[word] = spec::Read<cfg::kDeviceFeature>(common);
    }
    return features;
  }
  void Accept(const Features& features) {
    for (uint32_t word = 0; word < features.size(); ++word) {
      spec::Write<cfg::kDriverFeatureSelect>(common, word);
      spec::Write<cfg::kDriverFeature>(common, features[word]);
    }
  }

  // Steps 1 to 6. Whether the device takes the features.
  bool Negotiate(const Features& features) {
    Reset();
    AddStatus(spec::VIRTIO_CONFIG_S_ACKNOWLEDGE);
    AddStatus(spec::VIRTIO_CONFIG_S_DRIVER);
    Accept(features);
    AddStatus(spec::VIRTIO_CONFIG_S_FEATURES_OK);
    return (Status() & spec::VIRTIO_CONFIG_S_FEATURES_OK) != 0;
  }

  // Step 7, of one queue: rings at places that depend on the queue.
  static uint64_t DescOf(int queue) { return 0x1'0000'0000u + 0x10'0000u * unsigned(queue); }
  static uint64_t DriverOf(int queue) { return DescOf(queue) + 0x8'0000; }
  static uint64_t DeviceOf(int queue) { return DescOf(queue) + 0xa'0000; }
  void Select(int queue) { spec::Write<cfg::kQueueSelect>(common, static_cast<uint16_t>(queue)); }
  void SetUpQueue(int queue, uint16_t size = 256, uint16_t vector = spec::VIRTIO_MSI_NO_VECTOR) {
    Select(queue);
    spec::Write<cfg::kQueueSize>(common, size);
    spec::Write<cfg::kQueueMsixVector>(common, vector);
    spec::Write<cfg::kQueueDesc>(common, DescOf(queue));
    spec::Write<cfg::kQueueDriver>(common, DriverOf(queue));
    spec::Write<cfg::kQueueDevice>(common, DeviceOf(queue));
    spec::Write<cfg::kQueueEnable>(common, 1);
  }

  // Step 8.
  void Go() { AddStatus(spec::VIRTIO_CONFIG_S_DRIVER_OK); }

  void Notify(int queue) {
    bench.WriteBytes(function, bar::NotifyOffset(static_cast<uint32_t>(queue)), 2,
                     static_cast<uint64_t>(queue));
  }

  // All steps: `queues` queues, each with the vector of its number, the configuration's behind.
  void Start(int queues) {
    ASSERT_TRUE(Negotiate(Offered()));
    spec::Write<cfg::kConfigMsixVector>(common, static_cast<uint16_t>(queues));
    for (int queue = 0; queue < queues; ++queue) {
      SetUpQueue(queue, 256, static_cast<uint16_t>(queue));
    }
    Go();
  }

  // An entry of the MSI-X table, unmasked.
  static uint64_t MessageAddressOf(int vector) { return 0xfee0'0000u + 4u * unsigned(vector); }
  static uint32_t MessageDataOf(int vector) { return 0x4000u + unsigned(vector); }
  FunctionBus Entry(int vector) {
    return FunctionBus(bench, function, bar::MsixEntryOffset(static_cast<uint32_t>(vector)));
  }
  void SetUpVector(int vector) {
    FunctionBus entry = Entry(vector);
    spec::Write<spec::msix_entry::kAddress>(entry, MessageAddressOf(vector));
    spec::Write<spec::msix_entry::kData>(entry, MessageDataOf(vector));
    Mask(vector, false);
  }
  void Mask(int vector, bool masked) {
    spec::Write<spec::msix_entry::kControl>(Entry(vector), masked);
  }
  bool IsPending(int vector) {
    const uint64_t bits =
        bench.ReadBytes(function, bar::PendingOffset(static_cast<uint32_t>(vector)), 8);
    return ((bits >> (vector % 64)) & 1) != 0;
  }

  TransportBench& bench;
  const int function;
  FunctionBus common;
  FunctionBus device;
  FunctionBus isr;
};

}  // namespace vireo::test

#endif  // VIREO_TESTS_HW_VIRTIO_DRIVER_H_
