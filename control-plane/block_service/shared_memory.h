// SPDX-License-Identifier: Apache-2.0
// The rings' and data slots' memory: shared with the card, and with services that come after.
#pragma once

#include <cstdint>
#include <span>

#include "host-driver/transport/transport.h"
#include "sim/vfio_user/unique_fd.h"

namespace vireo::block_service {

class SharedMemory {
 public:
  static host::Result<SharedMemory> Make(uint64_t bytes);
  static host::Result<SharedMemory> Adopt(vfio_user::UniqueFd fd, uint64_t bytes);
  SharedMemory(SharedMemory&& other) noexcept;
  ~SharedMemory();

  int fd() const { return fd_.get(); }
  std::span<uint8_t> bytes() const { return bytes_; }

 private:
  SharedMemory(vfio_user::UniqueFd fd, std::span<uint8_t> bytes)
      : fd_(std::move(fd)), bytes_(bytes) {}

  vfio_user::UniqueFd fd_;
  std::span<uint8_t> bytes_;
};

}  // namespace vireo::block_service
