// SPDX-License-Identifier: Apache-2.0
#include "host-driver/vfio-shim/file.h"

#include <sys/epoll.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <map>
#include <mutex>

#include "host-driver/vfio-shim/libc.h"

namespace vireo::vfio_shim {
namespace {

constexpr int kMaxFd = 1 << 20;

// One bit for each descriptor: the calls that this library takes over are made for all files.
std::array<std::atomic<uint64_t>, kMaxFd / 64> is_ours;

struct Table {
  std::mutex mutex;
  std::map<int, std::shared_ptr<File>> files;
};

Table& TheTable() {
  static Table* table = new Table;  // other threads use it while the process exits
  return *table;
}

bool IsOurs(int fd) {
  return fd >= 0 && fd < kMaxFd &&
         (is_ours[static_cast<size_t>(fd) / 64].load(std::memory_order_relaxed) >> fd % 64 & 1) !=
             0;
}

}  // namespace

ssize_t File::Pread(std::span<uint8_t>, uint64_t) { return -EINVAL; }
ssize_t File::Pwrite(std::span<const uint8_t>, uint64_t) { return -EINVAL; }

int OpenFile(std::shared_ptr<File> file) {
  const int fd = epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) return fd;
  if (fd >= kMaxFd) {
    RealLibc().close(fd);
    errno = EMFILE;
    return -1;
  }
  Table& table = TheTable();
  const std::lock_guard lock(table.mutex);
  table.files[fd] = std::move(file);
  is_ours[static_cast<size_t>(fd) / 64] |= uint64_t{1} << fd % 64;
  return fd;
}

std::shared_ptr<File> FindFile(int fd) {
  if (!IsOurs(fd)) return nullptr;
  Table& table = TheTable();
  const std::lock_guard lock(table.mutex);
  const auto found = table.files.find(fd);
  return found == table.files.end() ? nullptr : found->second;
}

std::shared_ptr<File> ReleaseFile(int fd) {
  if (!IsOurs(fd)) return nullptr;
  Table& table = TheTable();
  const std::lock_guard lock(table.mutex);
  is_ours[static_cast<size_t>(fd) / 64] &= ~(uint64_t{1} << fd % 64);
  auto entry = table.files.extract(fd);
  return entry ? std::move(entry.mapped()) : nullptr;
}

}  // namespace vireo::vfio_shim
