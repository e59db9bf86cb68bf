// SPDX-License-Identifier: Apache-2.0
// Where things are: files of the build, addresses.
#pragma once

namespace vireo::demonstration {

// The build says where.
inline constexpr char kSimulator[] = VIREO_SIM, kGuestKernel[] = VIREO_GUEST_KERNEL,
                      kGuestInitramfs[] = VIREO_GUEST_INITRAMFS,
                      kShimLibrary[] = VIREO_VFIO_LIBRARY, kSourceTree[] = VIREO_SOURCE_TREE,
                      kKeptLogs[] = VIREO_KEPT_LOGS;

inline constexpr char kHostAddress[] = "10.9.0.1", kGuestAddress[] = "10.9.0.2";
// The root ports' buses.
inline constexpr char kNetPlace[] = "01:00.0", kBlkPlace[] = "02:00.0";

}  // namespace vireo::demonstration
