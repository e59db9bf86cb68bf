// SPDX-License-Identifier: Apache-2.0
// The functions that stand in front of the C library's, and what happens when they are loaded.
//
// They are declared here under other names, with the symbol's name as a label: the C library's
// headers declare the same symbols with attributes and macros that stand in the way.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>

#include "host-driver/vfio-shim/group.h"
#include "host-driver/vfio-shim/imports.h"
#include "host-driver/vfio-shim/libc.h"
#include "host-driver/vfio-shim/log.h"
#include "host-driver/vfio-shim/settings.h"

namespace vireo::vfio_shim {
namespace {

constexpr char kFolder[] = "/dev/vfio/";
constexpr char kLibrary[] = "libvireo-vfio.so";

// Set once, while the library is loaded; then null if it has nothing to do.
const Settings* the_settings = nullptr;

Memory& TheMemory() {
  static Memory* memory = new Memory;
  return *memory;
}

// Programs that QEMU starts are no business of this library.
void LeaveEnvironment() {
  const char* preloaded = std::getenv("LD_PRELOAD");
  if (preloaded == nullptr) return;
  std::string others;
  for (const char* at = preloaded; *at != '\0';) {
    const size_t size = std::strcspn(at, " :");
    const std::string item(at, size);
    if (!item.empty() && !item.ends_with(kLibrary)) others += (others.empty() ? "" : ":") + item;
    at += size + (at[size] != '\0');
  }
  others.empty() ? unsetenv("LD_PRELOAD") : setenv("LD_PRELOAD", others.c_str(), 1);
}

[[gnu::constructor]] void Start() {
  const char* groups = std::getenv("VIREO_VFIO");
  if (groups == nullptr) return;
  LeaveEnvironment();
  std::string error;
  const auto settings = ParseSettings(groups, std::getenv("VIREO_VFIO_PATIENCE_MS"), error);
  if (error.empty()) error = CheckImports(ImportsOfProgram());
  if (!error.empty()) {
    Log("%s", error.c_str());
    _exit(1);
  }
  the_settings = new Settings(*settings);
}

// A descriptor for one of VFIO's files, -1 with errno, or nothing: the path is another's.
std::optional<int> OpenVfio(const char* path) {
  if (the_settings == nullptr || std::strncmp(path, kFolder, sizeof kFolder - 1) != 0) return {};
  const char* name = path + sizeof kFolder - 1;
  if (std::strcmp(name, "vfio") == 0) return OpenFile(std::make_shared<Container>(TheMemory()));
  char* end;
  const unsigned long number = std::strtoul(name, &end, 10);
  const auto found = the_settings->sockets.find(static_cast<unsigned>(number));
  if (end == name || *end != '\0' || found == the_settings->sockets.end()) return {};
  auto device = std::make_shared<Device>(found->second, the_settings->patience);
  if (const int failed = device->Connect()) {
    device.reset();  // which has an errno of its own
    errno = failed;
    return -1;
  }
  return OpenFile(std::make_shared<Group>(std::move(device)));
}

template <class T>
T Result(T value) {
  if (value >= 0) return value;
  errno = static_cast<int>(-value);
  return -1;
}

mode_t Mode(int flags, va_list arguments) {
  const bool creates = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  return creates ? va_arg(arguments, mode_t) : 0;
}

}  // namespace
}  // namespace vireo::vfio_shim

using vireo::vfio_shim::FindFile;
using vireo::vfio_shim::OpenVfio;
using vireo::vfio_shim::RealLibc;
using vireo::vfio_shim::Result;

#define VIREO_TAKE_OVER(symbol) __asm__(symbol) __attribute__((visibility("default")))

extern "C" {

int VireoOpen(const char* path, int flags, ...) VIREO_TAKE_OVER("open64");
int VireoOpen(const char* path, int flags, ...) {
  if (const auto fd = OpenVfio(path)) return *fd;
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = vireo::vfio_shim::Mode(flags, arguments);
  va_end(arguments);
  return RealLibc().open(path, flags, mode);
}

int VireoOpenAt(int directory, const char* path, int flags, ...) VIREO_TAKE_OVER("openat64");
int VireoOpenAt(int directory, const char* path, int flags, ...) {
  if (const auto fd = OpenVfio(path)) return *fd;
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = vireo::vfio_shim::Mode(flags, arguments);
  va_end(arguments);
  return RealLibc().openat(directory, path, flags, mode);
}

// The checked variants are those without a mode.
int VireoOpen2(const char* path, int flags) VIREO_TAKE_OVER("__open64_2");
int VireoOpen2(const char* path, int flags) { return VireoOpen(path, flags); }
int VireoOpenAt2(int directory, const char* path, int flags) VIREO_TAKE_OVER("__openat64_2");
int VireoOpenAt2(int directory, const char* path, int flags) {
  return VireoOpenAt(directory, path, flags);
}

int VireoIoctl(int fd, unsigned long request, ...) VIREO_TAKE_OVER("ioctl");
int VireoIoctl(int fd, unsigned long request, ...) {
  va_list arguments;
  va_start(arguments, request);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  const auto file = FindFile(fd);
  if (!file) return RealLibc().ioctl(fd, request, argument);
  return static_cast<int>(Result(file->Ioctl(request, argument)));
}

ssize_t VireoPread(int fd, void* to, size_t size, off_t offset) VIREO_TAKE_OVER("pread64");
ssize_t VireoPread(int fd, void* to, size_t size, off_t offset) {
  const auto file = FindFile(fd);
  if (!file) return RealLibc().pread(fd, to, size, offset);
  return Result(file->Pread({static_cast<uint8_t*>(to), size}, static_cast<uint64_t>(offset)));
}

ssize_t VireoPreadChecked(int fd, void* to, size_t size, off_t offset, size_t room)
    VIREO_TAKE_OVER("__pread64_chk");
ssize_t VireoPreadChecked(int fd, void* to, size_t size, off_t offset, size_t room) {
  if (size > room) std::abort();
  return VireoPread(fd, to, size, offset);
}

ssize_t VireoPwrite(int fd, const void* from, size_t size, off_t offset)
    VIREO_TAKE_OVER("pwrite64");
ssize_t VireoPwrite(int fd, const void* from, size_t size, off_t offset) {
  const auto file = FindFile(fd);
  if (!file) return RealLibc().pwrite(fd, from, size, offset);
  return Result(
      file->Pwrite({static_cast<const uint8_t*>(from), size}, static_cast<uint64_t>(offset)));
}

void* VireoMmap(void* address, size_t size, int protection, int flags, int fd, off_t offset)
    VIREO_TAKE_OVER("mmap64");
void* VireoMmap(void* address, size_t size, int protection, int flags, int fd, off_t offset) {
  void* mapping = RealLibc().mmap(address, size, protection, flags, fd, offset);
  if (vireo::vfio_shim::the_settings != nullptr) {
    vireo::vfio_shim::TheMemory().Forget(reinterpret_cast<uint64_t>(mapping), size);
  }
  return mapping;
}

int VireoMunmap(void* address, size_t size) VIREO_TAKE_OVER("munmap");
int VireoMunmap(void* address, size_t size) {
  if (vireo::vfio_shim::the_settings != nullptr) {
    vireo::vfio_shim::TheMemory().Forget(reinterpret_cast<uint64_t>(address), size);
  }
  return RealLibc().munmap(address, size);
}

int VireoClose(int fd) VIREO_TAKE_OVER("close");
int VireoClose(int fd) {
  const auto file = vireo::vfio_shim::ReleaseFile(fd);
  return RealLibc().close(fd);
}

// Where off_t has 64 bits these are the same functions.
static_assert(sizeof(off_t) == 8);
#define VIREO_SAME(name, symbol, as) \
  decltype(name) name##Same VIREO_TAKE_OVER(symbol) __attribute__((alias(as)))
VIREO_SAME(VireoOpen, "open", "open64");
VIREO_SAME(VireoOpenAt, "openat", "openat64");
VIREO_SAME(VireoOpen2, "__open_2", "__open64_2");
VIREO_SAME(VireoOpenAt2, "__openat_2", "__openat64_2");
VIREO_SAME(VireoPread, "pread", "pread64");
VIREO_SAME(VireoPreadChecked, "__pread_chk", "__pread64_chk");
VIREO_SAME(VireoPwrite, "pwrite", "pwrite64");
VIREO_SAME(VireoMmap, "mmap", "mmap64");

}  // extern "C"
