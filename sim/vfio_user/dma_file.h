// SPDX-License-Identifier: Apache-2.0
// A file with guest memory that a client has handed over, and access to its bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <tl/expected.hpp>

#include "sim/vfio_user/unique_fd.h"

namespace vireo::vfio_user {

// A file sealed against shrinking is mapped. Another could be cut short at any time, and a touch
// of the mapping would then kill the simulator: it is read and written by system calls instead.
class DmaFile {
 public:
  // What makes two descriptors the same file with the same rights.
  struct Identity {
    uint64_t device;
    uint64_t inode;
    bool writeable;
    auto operator<=>(const Identity&) const = default;
  };
  // Or an errno.
  static tl::expected<Identity, int> Identify(int fd);
  static tl::expected<std::unique_ptr<DmaFile>, int> Open(UniqueFd fd, const Identity& identity);
  ~DmaFile();
  DmaFile(const DmaFile&) = delete;
  DmaFile& operator=(const DmaFile&) = delete;

  const Identity& identity() const { return identity_; }

  // Makes [0, end) reachable: 0 or an errno. The file must be that long.
  int Cover(uint64_t end);

  // Aligned words of up to 8 bytes move as one; reads and writes of others are ordered around
  // them. False: the file has shrunk, or refuses.
  bool Read(uint64_t offset, std::span<uint8_t> bytes) const;
  bool Write(uint64_t offset, std::span<const uint8_t> bytes) const;

  size_t windows = 0;  // DMA windows that lie in this file

 private:
  DmaFile(UniqueFd fd, const Identity& identity, bool sealed);

  UniqueFd fd_;
  Identity identity_;
  bool sealed_;
  uint8_t* mapping_ = nullptr;  // of a sealed file
  uint64_t mapped_ = 0;         // bytes
};

}  // namespace vireo::vfio_user
