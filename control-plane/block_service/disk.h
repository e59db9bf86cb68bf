// SPDX-License-Identifier: Apache-2.0
// A file or block device that is a function's disk.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "host-driver/transport/transport.h"
#include "sim/vfio_user/unique_fd.h"

namespace vireo::block_service {

using host::Result;

struct DiskSettings {
  std::string file;
  bool read_only = false;
  bool buffered = false;  // through the page cache, also where it could be passed by
};

class Disk {
 public:
  static constexpr uint32_t kSectorBytes = 512;

  // Opens and locks it. Waits for a moment for a lock that another process has: one that was killed
  // keeps it until the last of its I/O has ended.
  static Result<std::unique_ptr<Disk>> Open(const DiskSettings& settings);

  int fd() const { return fd_.get(); }
  uint64_t bytes() const { return bytes_; }
  uint64_t sectors() const { return bytes_ / kSectorBytes; }
  bool read_only() const { return settings_.read_only; }
  // To what offsets and lengths have to be aligned; 1: to nothing, through the page cache.
  uint32_t alignment() const { return alignment_; }
  const std::string& file() const { return settings_.file; }

 private:
  Disk(DiskSettings settings, vfio_user::UniqueFd fd)
      : settings_(std::move(settings)), fd_(std::move(fd)) {}

  tl::unexpected<std::string> Failure(const std::string& what, int error) const;
  Result<void> Lock();
  Result<void> Measure();
  void PassCacheBy();

  DiskSettings settings_;
  vfio_user::UniqueFd fd_;
  uint64_t bytes_ = 0;
  uint32_t alignment_ = 1;
};

}  // namespace vireo::block_service
