// SPDX-License-Identifier: Apache-2.0
#include "control-plane/block_service/shared_memory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace vireo::block_service {

using host::Result;

Result<SharedMemory> SharedMemory::Make(uint64_t bytes) {
  vfio_user::UniqueFd fd(memfd_create("vireo-blockd", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  // Sealed, so that a server may map it without fear.
  if (!fd || ftruncate(fd.get(), static_cast<off_t>(bytes)) != 0 ||
      fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    return tl::unexpected(
        fmt::format("make {} bytes of shared memory: {}", bytes, strerror(errno)));
  }
  return Adopt(std::move(fd), bytes);
}

Result<SharedMemory> SharedMemory::Adopt(vfio_user::UniqueFd fd, uint64_t bytes) {
  struct stat status;
  if (fstat(fd.get(), &status) != 0 || static_cast<uint64_t>(status.st_size) != bytes) {
    return tl::unexpected(fmt::format("the shared memory has not the {} bytes that it had", bytes));
  }
  void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
  if (at == MAP_FAILED) {
    return tl::unexpected(fmt::format("map {} bytes of shared memory: {}", bytes, strerror(errno)));
  }
  return SharedMemory(std::move(fd), {static_cast<uint8_t*>(at), bytes});
}

SharedMemory::SharedMemory(SharedMemory&& other) noexcept
    : fd_(std::move(other.fd_)), bytes_(std::exchange(other.bytes_, {})) {}

SharedMemory::~SharedMemory() {
  if (!bytes_.empty()) munmap(bytes_.data(), bytes_.size());
}

}  // namespace vireo::block_service
