// SPDX-License-Identifier: Apache-2.0
#include "sim/vfio_user/dma_file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <atomic>
#include <cerrno>

namespace vireo::vfio_user {
namespace {

// Moves one word if both the rest and the shared address allow it.
template <class Word>
bool MoveWord(uint8_t*& to, const uint8_t*& from, size_t& left, const uint8_t* shared) {
  if (left < sizeof(Word) || reinterpret_cast<uintptr_t>(shared) % sizeof(Word) != 0) return false;
  Word word;
  if (shared == from) {
    word = __atomic_load_n(reinterpret_cast<const Word*>(from), __ATOMIC_RELAXED);
    __builtin_memcpy(to, &word, sizeof word);
  } else {
    __builtin_memcpy(&word, from, sizeof word);
    __atomic_store_n(reinterpret_cast<Word*>(to), word, __ATOMIC_RELAXED);
  }
  to += sizeof(Word);
  from += sizeof(Word);
  left -= sizeof(Word);
  return true;
}

// `to_shared` says which side is memory that guests change meanwhile.
void Move(uint8_t* to, const uint8_t* from, size_t left, bool to_shared) {
  while (left != 0) {
    const uint8_t* shared = to_shared ? to : from;
    MoveWord<uint64_t>(to, from, left, shared) || MoveWord<uint32_t>(to, from, left, shared) ||
        MoveWord<uint16_t>(to, from, left, shared) || MoveWord<uint8_t>(to, from, left, shared);
  }
}

}  // namespace

tl::expected<DmaFile::Identity, int> DmaFile::Identify(int fd) {
  struct stat status;
  const int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fstat(fd, &status) != 0) return tl::unexpected(errno);
  if (!S_ISREG(status.st_mode)) return tl::unexpected(EINVAL);
  if ((flags & O_ACCMODE) == O_WRONLY || (flags & O_PATH) != 0) return tl::unexpected(EACCES);
  return Identity{status.st_dev, status.st_ino, (flags & O_ACCMODE) == O_RDWR};
}

tl::expected<std::unique_ptr<DmaFile>, int> DmaFile::Open(UniqueFd fd, const Identity& identity) {
  const int seals = fcntl(fd.get(), F_GET_SEALS);
  const bool sealed = seals >= 0 && (seals & F_SEAL_SHRINK) != 0;
  struct statfs system;
  if (!sealed && fstatfs(fd.get(), &system) == 0 && system.f_type == HUGETLBFS_MAGIC) {
    return tl::unexpected(EOPNOTSUPP);  // takes no write()
  }
  return std::unique_ptr<DmaFile>(new DmaFile(std::move(fd), identity, sealed));
}

DmaFile::DmaFile(UniqueFd fd, const Identity& identity, bool sealed)
    : fd_(std::move(fd)), identity_(identity), sealed_(sealed) {}

DmaFile::~DmaFile() {
  if (mapping_ != nullptr) munmap(mapping_, mapped_);
}

int DmaFile::Cover(uint64_t end) {
  if (end <= mapped_) return 0;
  struct stat status;
  if (fstat(fd_.get(), &status) != 0) return errno;
  const auto size = static_cast<uint64_t>(status.st_size);
  if (end > size) return EINVAL;
  if (!sealed_) return 0;
  const int protection = identity_.writeable ? PROT_READ | PROT_WRITE : PROT_READ;
  void* mapping = mmap(nullptr, size, protection, MAP_SHARED, fd_.get(), 0);
  if (mapping == MAP_FAILED) return errno;
  if (mapping_ != nullptr) munmap(mapping_, mapped_);
  mapping_ = static_cast<uint8_t*>(mapping);
  mapped_ = size;
  return 0;
}

bool DmaFile::Read(uint64_t offset, std::span<uint8_t> bytes) const {
  bool whole = true;
  if (mapping_ != nullptr) {
    Move(bytes.data(), mapping_ + offset, bytes.size(), false);
  } else {
    whole = pread(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset)) ==
            static_cast<ssize_t>(bytes.size());
  }
  std::atomic_thread_fence(std::memory_order_acquire);
  return whole;
}

bool DmaFile::Write(uint64_t offset, std::span<const uint8_t> bytes) const {
  std::atomic_thread_fence(std::memory_order_release);
  if (mapping_ != nullptr) {
    Move(mapping_ + offset, bytes.data(), bytes.size(), true);
    return true;
  }
  // A write past the end would make a file longer that its owner has cut.
  struct stat status;
  return fstat(fd_.get(), &status) == 0 &&
         offset + bytes.size() <= static_cast<uint64_t>(status.st_size) &&
         pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset)) ==
             static_cast<ssize_t>(bytes.size());
}

}  // namespace vireo::vfio_user
