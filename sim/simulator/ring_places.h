// SPDX-License-Identifier: Apache-2.0
// Where the rings of a function's virtqueues are, from what its driver writes into the common
// configuration. VIRTIO 1.4, 4.1.4.3 "Common configuration structure layout".
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

namespace vireo::sim {

class RingPlaces {
 public:
  // A write to BAR 0.
  void Write(uint64_t offset, uint32_t bytes, uint64_t value);
  // What lies at an address: "descriptors", "available ring", "used ring", or "data". Indirect
  // tables lie anywhere, and are taken for data.
  std::string_view What(uint64_t address) const;

 private:
  struct Queue {
    uint32_t size = 0;  // 0: the driver has left it as it was
    uint64_t desc = 0, driver = 0, device = 0;
  };

  std::map<uint32_t, Queue> queues_;
  uint32_t selected_ = 0;
};

}  // namespace vireo::sim
