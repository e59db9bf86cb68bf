// SPDX-License-Identifier: Apache-2.0
// The memory that a driver shares with its device.
#ifndef VIREO_TESTS_DRIVER_HOST_MEMORY_H_
#define VIREO_TESTS_DRIVER_HOST_MEMORY_H_

#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <vector>

namespace vireo::testing {

// Bytes from address `base` on. Any access outside is a bug of the card.
class HostMemory {
 public:
  HostMemory(uint64_t base, size_t bytes) : base_(base), own_(bytes), bytes_(own_) {}
  // Of a mapping that is shared with a device in another process.
  HostMemory(uint64_t base, std::span<uint8_t> shared) : base_(base), bytes_(shared) {}
  HostMemory(HostMemory&&) = default;

  uint64_t base() const { return base_; }
  uint64_t end() const { return base_ + bytes_.size(); }
  bool Has(uint64_t address, uint64_t length) const {
    return address >= base_ && length <= bytes_.size() && address - base_ <= bytes_.size() - length;
  }
  uint8_t* At(uint64_t address, uint64_t length) {
    if (!Has(address, length)) throw std::out_of_range("access outside of the host's memory");
    return bytes_.data() + (address - base_);
  }
  template <typename T>
  T Load(uint64_t address) {
    T value;
    std::memcpy(&value, At(address, sizeof(T)), sizeof(T));
    return value;
  }
  template <typename T>
  void Store(uint64_t address, T value) {
    std::memcpy(At(address, sizeof(T)), &value, sizeof(T));
  }

 private:
  uint64_t base_;
  std::vector<uint8_t> own_;
  std::span<uint8_t> bytes_;
};

}  // namespace vireo::testing

#endif  // VIREO_TESTS_DRIVER_HOST_MEMORY_H_
