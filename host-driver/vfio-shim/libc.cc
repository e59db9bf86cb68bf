// SPDX-License-Identifier: Apache-2.0
#include "host-driver/vfio-shim/libc.h"

#include <dlfcn.h>

namespace vireo::vfio_shim {
namespace {

template <class Function>
void Find(Function& function, const char* name) {
  function = reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

}  // namespace

const Libc& RealLibc() {
  static const Libc kLibc = [] {
    Libc libc;
    Find(libc.open, "open64");
    Find(libc.openat, "openat64");
    Find(libc.ioctl, "ioctl");
    Find(libc.pread, "pread64");
    Find(libc.pwrite, "pwrite64");
    Find(libc.mmap, "mmap64");
    Find(libc.munmap, "munmap");
    Find(libc.close, "close");
    return libc;
  }();
  return kLibc;
}

}  // namespace vireo::vfio_shim
