// SPDX-License-Identifier: Apache-2.0
// Lines on QEMU's stderr.
#pragma once

namespace vireo::vfio_shim {

[[gnu::format(printf, 1, 2)]] void Log(const char* format, ...);

}  // namespace vireo::vfio_shim
