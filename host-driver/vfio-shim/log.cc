// SPDX-License-Identifier: Apache-2.0
#include "host-driver/vfio-shim/log.h"

#include <cstdarg>
#include <cstdio>

namespace vireo::vfio_shim {

void Log(const char* format, ...) {
  char line[1024];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  std::fprintf(stderr, "libvireo-vfio: %s\n", line);
}

}  // namespace vireo::vfio_shim
