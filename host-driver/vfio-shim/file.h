// SPDX-License-Identifier: Apache-2.0
// The file descriptors that stand for VFIO's files, and what is behind each.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <span>

namespace vireo::vfio_shim {

// Results are as system calls give them to the C library: a value, or a negative errno.
class File {
 public:
  virtual ~File() = default;
  virtual long Ioctl(unsigned long request, void* argument) = 0;
  virtual ssize_t Pread(std::span<uint8_t> to, uint64_t offset);
  virtual ssize_t Pwrite(std::span<const uint8_t> from, uint64_t offset);
};

// A descriptor for `file`, or -1 with errno. It is one on which the kernel's own read and write
// fail: a call that goes around this library is seen.
int OpenFile(std::shared_ptr<File> file);
// What is behind a descriptor; null, without a lock, for those that are not of this library.
std::shared_ptr<File> FindFile(int fd);
// To be called before the descriptor is closed; null as above.
std::shared_ptr<File> ReleaseFile(int fd);

}  // namespace vireo::vfio_shim
