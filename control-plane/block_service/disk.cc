// SPDX-License-Identifier: Apache-2.0
#include "control-plane/block_service/disk.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

namespace vireo::block_service {
namespace {

constexpr std::chrono::seconds kLockPatience(10);
constexpr std::chrono::milliseconds kLockAgain(5);
constexpr uint32_t kLargestAlignment = 4096;  // a data slot's

}  // namespace

tl::unexpected<std::string> Disk::Failure(const std::string& what, int error) const {
  return tl::unexpected(fmt::format("{} {}: {}", what, file(), strerror(error)));
}

Result<std::unique_ptr<Disk>> Disk::Open(const DiskSettings& settings) {
  vfio_user::UniqueFd fd(
      open(settings.file.c_str(), (settings.read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC));
  const int error = errno;
  std::unique_ptr<Disk> disk(new Disk(settings, std::move(fd)));
  if (!disk->fd_) {
    const bool may_read = error == EACCES || error == EROFS || error == EPERM;
    return tl::unexpected(fmt::format(
        "open {}: {}{}", settings.file, strerror(error),
        may_read && !settings.read_only ? " (to serve it read-only, add ,read_only)" : ""));
  }
  if (const auto locked = disk->Lock(); !locked) return tl::unexpected(locked.error());
  if (const auto measured = disk->Measure(); !measured) return tl::unexpected(measured.error());
  if (!settings.buffered) disk->PassCacheBy();
  return disk;
}

Result<void> Disk::Lock() {
  const int kind = read_only() ? LOCK_SH : LOCK_EX;
  const auto end = std::chrono::steady_clock::now() + kLockPatience;
  // The lock is the descriptor's, and I/O that is under way keeps that: who has the lock knows that
  // nothing of a process before is still to come.
  while (flock(fd(), kind | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return Failure("lock", errno);
    if (std::chrono::steady_clock::now() > end) {
      return tl::unexpected(
          fmt::format("lock {}: another process serves it (lslocks shows which)", file()));
    }
    std::this_thread::sleep_for(kLockAgain);
  }
  return {};
}

Result<void> Disk::Measure() {
  struct stat status;
  if (fstat(fd(), &status) != 0) return Failure("stat", errno);
  if (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode)) {
    return tl::unexpected(fmt::format("{} is neither a file nor a block device", file()));
  }
  const off_t end = lseek(fd(), 0, SEEK_END);
  if (end < 0) return Failure("measure", errno);
  bytes_ = static_cast<uint64_t>(end);
  if (bytes_ == 0 || bytes_ % kSectorBytes != 0) {
    return tl::unexpected(fmt::format(
        "{} has {} bytes, which is no whole number of sectors of {} (truncate -s gives it a size)",
        file(), bytes_, kSectorBytes));
  }
  return {};
}

void Disk::PassCacheBy() {
  struct statx about = {};
  uint32_t alignment = kLargestAlignment;
  if (statx(fd(), "", AT_EMPTY_PATH, STATX_DIOALIGN, &about) == 0 &&
      (about.stx_mask & STATX_DIOALIGN) != 0) {
    alignment = about.stx_dio_offset_align;  // 0: it cannot be passed by
  }
  int logical = 0;
  if (ioctl(fd(), BLKSSZGET, &logical) == 0) alignment = static_cast<uint32_t>(logical);
  if (alignment == 0 || alignment > kLargestAlignment || bytes_ % alignment != 0) return;
  const int flags = fcntl(fd(), F_GETFL);
  if (fcntl(fd(), F_SETFL, flags | O_DIRECT) == 0) alignment_ = alignment;
}

}  // namespace vireo::block_service
