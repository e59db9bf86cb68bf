// SPDX-License-Identifier: Apache-2.0
#include "sim/vfio_user/dma_table.h"

#include <algorithm>
#include <cerrno>
#include <limits>

namespace vireo::vfio_user {
namespace {

constexpr uint64_t kTop = std::numeric_limits<uint64_t>::max();
constexpr uint64_t kLongestFile = std::numeric_limits<int64_t>::max();

// [begin, begin + size) is not empty and does not run over the top.
bool IsRange(uint64_t begin, uint64_t size) { return size != 0 && size - 1 <= kTop - begin; }

}  // namespace

int DmaTable::Map(const DmaMap& request, UniqueFd fd) {
  const uint64_t last = request.address + (request.size - 1);
  if (!IsRange(request.address, request.size) || request.size > kLongestFile ||
      request.offset > kLongestFile - request.size ||
      (request.address | request.size) % kPageSize != 0) {
    return EINVAL;
  }
  if (request.flags == 0 || (request.flags & ~(kDmaReadable | kDmaWriteable)) != 0) return EINVAL;
  const auto after = windows_.upper_bound(last);
  if (after != windows_.begin()) {
    const auto& [address, window] = *std::prev(after);
    if (address + (window.size - 1) >= request.address) return EEXIST;
  }
  if (windows_.size() >= kMaxWindows) return ENOSPC;

  Window window = {request.size, request.offset, nullptr, request.flags};
  if (fd) {
    const auto file = FindFile(std::move(fd), request.offset + request.size,
                               (request.flags & kDmaWriteable) != 0);
    if (!file) return file.error();
    window.file = *file;
    ++window.file->windows;
  }
  windows_.emplace_hint(after, request.address, window);
  return 0;
}

tl::expected<DmaFile*, int> DmaTable::FindFile(UniqueFd fd, uint64_t end, bool writeable) {
  const auto identity = DmaFile::Identify(fd.get());
  if (!identity) return tl::unexpected(identity.error());
  if (writeable && !identity->writeable) return tl::unexpected(EACCES);
  const auto known = files_.find(*identity);
  if (known != files_.end()) {
    if (const int error = known->second->Cover(end)) return tl::unexpected(error);
    return known->second.get();
  }
  if (files_.size() >= kMaxFiles) return tl::unexpected(ENOSPC);
  auto file = DmaFile::Open(std::move(fd), *identity);
  if (!file) return tl::unexpected(file.error());
  if (const int error = (*file)->Cover(end)) return tl::unexpected(error);
  return files_.emplace(*identity, std::move(*file)).first->second.get();
}

void DmaTable::Release(const Window& window) {
  if (window.file != nullptr && --window.file->windows == 0) {
    files_.erase(DmaFile::Identity(window.file->identity()));
  }
}

int DmaTable::Unmap(uint64_t address, uint64_t size) {
  if (!IsRange(address, size)) return EINVAL;
  const uint64_t last = address + (size - 1);
  auto first = windows_.lower_bound(address);
  auto end = windows_.upper_bound(last);
  if (Find(address) != windows_.end() && first->first != address) return EINVAL;
  if (first == end) return ENOENT;
  const auto& [final_address, final_window] = *std::prev(end);
  if (final_address + (final_window.size - 1) > last) return EINVAL;
  for (auto window = first; window != end; ++window) Release(window->second);
  windows_.erase(first, end);
  return 0;
}

void DmaTable::Clear() {
  windows_.clear();
  files_.clear();
}

DmaTable::Windows::const_iterator DmaTable::Find(uint64_t address) const {
  const auto after = windows_.upper_bound(address);
  if (after == windows_.begin()) return windows_.end();
  const auto window = std::prev(after);
  return address - window->first < window->second.size ? window : windows_.end();
}

DmaStatus DmaTable::Check(uint64_t address, uint64_t size, uint32_t direction) const {
  if (!IsRange(address, size)) return DmaStatus::kFault;
  DmaStatus status = DmaStatus::kDone;
  auto window = Find(address);
  while (true) {
    // A window after a gap begins above the address: the difference is then huge.
    if (window == windows_.end() || address - window->first >= window->second.size ||
        (window->second.flags & direction) == 0) {
      return DmaStatus::kFault;
    }
    if (window->second.file == nullptr) status = DmaStatus::kRemote;
    const uint64_t here = window->second.size - (address - window->first);
    if (here >= size) return status;
    address += here;
    size -= here;
    ++window;
  }
}

template <class F>
bool DmaTable::ForEachPiece(uint64_t address, uint64_t size, F move) const {
  uint64_t position = 0;
  for (auto window = Find(address); position < size; ++window) {
    const uint64_t inside = address + position - window->first;
    const uint64_t here = std::min(window->second.size - inside, size - position);
    if (!move(*window->second.file, window->second.offset + inside, position, here)) return false;
    position += here;
  }
  return true;
}

DmaStatus DmaTable::Read(uint64_t address, std::span<uint8_t> bytes) const {
  const DmaStatus status = Check(address, bytes.size(), kDmaReadable);
  if (status != DmaStatus::kDone) return status;
  const bool whole =
      ForEachPiece(address, bytes.size(),
                   [&](const DmaFile& file, uint64_t offset, uint64_t position, uint64_t size) {
                     return file.Read(offset, bytes.subspan(position, size));
                   });
  return whole ? DmaStatus::kDone : DmaStatus::kFault;
}

DmaStatus DmaTable::Write(uint64_t address, std::span<const uint8_t> bytes) const {
  const DmaStatus status = Check(address, bytes.size(), kDmaWriteable);
  if (status != DmaStatus::kDone) return status;
  const bool whole =
      ForEachPiece(address, bytes.size(),
                   [&](const DmaFile& file, uint64_t offset, uint64_t position, uint64_t size) {
                     return file.Write(offset, bytes.subspan(position, size));
                   });
  return whole ? DmaStatus::kDone : DmaStatus::kFault;
}

}  // namespace vireo::vfio_user
