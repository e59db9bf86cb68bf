// SPDX-License-Identifier: Apache-2.0
// Which shared file is behind an address of this process.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "sim/vfio_user/unique_fd.h"

namespace vireo::vfio_shim {

struct Backing {
  std::shared_ptr<vfio_user::UniqueFd> fd;
  uint64_t offset;  // of the address in the file
};

// What the process has at an address, where it is no shared file that can be handed on.
enum class Unshared { kAnonymous, kPrivateFile, kNothing };

// Looks into /proc/self/maps for the file, and into /proc/self/fd for a descriptor of it; keeps
// what it found, since a guest with an IOMMU maps its memory page by page.
class Memory {
 public:
  // What is behind [address, address + size), which must all be one file; or why not.
  std::optional<Backing> Find(uint64_t address, uint64_t size, Unshared& why);

  // The process maps something else there, or nothing.
  void Forget(uint64_t address, uint64_t size);

 private:
  struct Area {
    uint64_t size;
    Backing backing;  // of its first byte
  };

  void Erase(uint64_t address, uint64_t size);
  std::optional<Backing> FindKnown(uint64_t address, uint64_t size) const;

  std::mutex mutex_;
  std::map<uint64_t, Area> areas_;  // by first address
};

}  // namespace vireo::vfio_shim
