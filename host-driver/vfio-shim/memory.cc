// SPDX-License-Identifier: Apache-2.0
#include "host-driver/vfio-shim/memory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>

namespace vireo::vfio_shim {
namespace {

using vfio_user::UniqueFd;

// A line of /proc/self/maps.
struct Vma {
  uint64_t begin, end, offset;
  dev_t device;
  uint64_t inode;
  bool shared;
};

std::optional<Vma> ParseLine(const char* line) {
  Vma vma;
  char rights[5];
  unsigned major_number, minor_number;
  const int fields =
      std::sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %x:%x %" SCNu64, &vma.begin,
                  &vma.end, rights, &vma.offset, &major_number, &minor_number, &vma.inode);
  if (fields != 7) return std::nullopt;
  vma.device = makedev(major_number, minor_number);
  vma.shared = rights[3] == 's';
  return vma;
}

// The area at `address`, with those after it that go on in the same file.
std::optional<Vma> FindVma(uint64_t address) {
  std::FILE* maps = std::fopen("/proc/self/maps", "re");
  if (maps == nullptr) return std::nullopt;
  std::optional<Vma> found;
  char* line = nullptr;
  size_t capacity = 0;
  while (getline(&line, &capacity, maps) > 0) {
    const auto vma = ParseLine(line);
    if (!vma || vma->end <= address) continue;
    if (!found) {
      if (vma->begin > address) break;
      found = vma;
    } else if (vma->begin == found->end && vma->inode == found->inode &&
               vma->device == found->device && vma->shared == found->shared &&
               (vma->inode == 0 || vma->offset == found->offset + (found->end - found->begin))) {
      found->end = vma->end;
    } else {
      break;
    }
  }
  std::free(line);
  std::fclose(maps);
  return found;
}

// A descriptor of our own for the file, if this process has one that may be written.
UniqueFd FindFd(const Vma& vma) {
  UniqueFd found;
  DIR* directory = opendir("/proc/self/fd");
  if (directory == nullptr) return found;
  while (const dirent* entry = readdir(directory)) {
    char* end;
    const int fd = static_cast<int>(std::strtol(entry->d_name, &end, 10));
    struct stat status;
    if (end == entry->d_name || fstat(fd, &status) != 0) continue;
    if (status.st_dev != vma.device || status.st_ino != vma.inode) continue;
    if ((fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDWR) continue;
    found.Reset(fcntl(fd, F_DUPFD_CLOEXEC, 0));
    break;
  }
  closedir(directory);
  return found;
}

}  // namespace

std::optional<Backing> Memory::FindKnown(uint64_t address, uint64_t size) const {
  const auto after = areas_.upper_bound(address);
  if (after == areas_.begin()) return std::nullopt;
  const auto& [begin, area] = *std::prev(after);
  if (address - begin >= area.size || area.size - (address - begin) < size) return std::nullopt;
  return Backing{area.backing.fd, area.backing.offset + (address - begin)};
}

std::optional<Backing> Memory::Find(uint64_t address, uint64_t size, Unshared& why) {
  const std::lock_guard lock(mutex_);
  if (auto known = FindKnown(address, size)) return known;
  why = Unshared::kNothing;
  const auto vma = FindVma(address);
  if (!vma || vma->end - address < size) return std::nullopt;
  why = vma->inode != 0 && !vma->shared ? Unshared::kPrivateFile : Unshared::kAnonymous;
  if (vma->inode == 0 || !vma->shared) return std::nullopt;
  UniqueFd fd = FindFd(*vma);
  if (!fd) return std::nullopt;
  Erase(vma->begin, vma->end - vma->begin);
  const auto shared = std::make_shared<UniqueFd>(std::move(fd));
  areas_[vma->begin] = {vma->end - vma->begin, {shared, vma->offset}};
  return FindKnown(address, size);
}

void Memory::Forget(uint64_t address, uint64_t size) {
  const std::lock_guard lock(mutex_);
  Erase(address, size);
}

void Memory::Erase(uint64_t address, uint64_t size) {
  auto area = areas_.lower_bound(address);
  if (area != areas_.begin()) {
    const auto before = std::prev(area);
    if (before->first + before->second.size > address) area = before;
  }
  while (area != areas_.end() && area->first < address + size) area = areas_.erase(area);
}

}  // namespace vireo::vfio_shim
