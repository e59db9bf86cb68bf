// SPDX-License-Identifier: Apache-2.0
// The windows of guest memory that a client has opened to a function, by I/O virtual address.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>

#include "sim/vfio_user/dma_file.h"
#include "sim/vfio_user/protocol.h"

namespace vireo::vfio_user {

enum class DmaStatus {
  kDone,
  kFault,   // not mapped, or not for this direction
  kRemote,  // mapped without a file: only the client can do it
};

class DmaTable {
 public:
  static constexpr size_t kMaxWindows = 1u << 20;
  static constexpr size_t kMaxFiles = 256;

  // 0 or an errno. Without `fd` the window is remote.
  int Map(const DmaMap& request, UniqueFd fd);
  // Closes every window in [address, address + size), which may not cut one: 0 or an errno.
  int Unmap(uint64_t address, uint64_t size);
  void Clear();

  // Whole or not at all; an access may run over windows that touch.
  DmaStatus Read(uint64_t address, std::span<uint8_t> bytes) const;
  DmaStatus Write(uint64_t address, std::span<const uint8_t> bytes) const;

  size_t windows() const { return windows_.size(); }
  size_t files() const { return files_.size(); }

 private:
  struct Window {
    uint64_t size;
    uint64_t offset;  // in the file
    DmaFile* file;    // nullptr: remote
    uint32_t flags;
  };
  using Windows = std::map<uint64_t, Window>;

  // The file that `fd` is, made reachable to `end`.
  tl::expected<DmaFile*, int> FindFile(UniqueFd fd, uint64_t end, bool writeable);
  void Release(const Window& window);
  // The window of `address`, or end().
  Windows::const_iterator Find(uint64_t address) const;
  DmaStatus Check(uint64_t address, uint64_t size, uint32_t direction) const;
  // Calls move(file, offset, position in the access, bytes) for the piece of each window.
  template <class F>
  bool ForEachPiece(uint64_t address, uint64_t size, F move) const;

  Windows windows_;  // by first address; disjoint
  std::map<DmaFile::Identity, std::unique_ptr<DmaFile>> files_;
};

}  // namespace vireo::vfio_user
