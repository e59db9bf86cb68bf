// SPDX-License-Identifier: Apache-2.0
// The C library's own functions, behind those that this library puts in front of them.
#pragma once

#include <sys/types.h>

#include <cstddef>

namespace vireo::vfio_shim {

struct Libc {
  int (*open)(const char* path, int flags, ...);
  int (*openat)(int directory, const char* path, int flags, ...);
  int (*ioctl)(int fd, unsigned long request, ...);
  ssize_t (*pread)(int fd, void* to, size_t size, off_t offset);
  ssize_t (*pwrite)(int fd, const void* from, size_t size, off_t offset);
  void* (*mmap)(void* address, size_t size, int protection, int flags, int fd, off_t offset);
  int (*munmap)(void* address, size_t size);
  int (*close)(int fd);
};

// Looked up at the first call, which may come before any constructor has run.
const Libc& RealLibc();

}  // namespace vireo::vfio_shim
