// SPDX-License-Identifier: Apache-2.0
// Counts the ARP frames that come in on an interface: the frames of a guest that are shorter than
// Ethernet's least, to which a MAC pads them. RFC 826.
#pragma once

#include <cstdint>
#include <string>

#include "sim/vfio_user/unique_fd.h"

namespace vireo::guest {

class ArpCount {
 public:
  static constexpr uint64_t kFrameBytes = 42, kLeastFrameBytes = 60;

  // Counts from now on. Throws Failure.
  explicit ArpCount(const std::string& interface);
  uint64_t Frames();

 private:
  vfio_user::UniqueFd socket_;
  uint64_t frames_ = 0;
};

}  // namespace vireo::guest
