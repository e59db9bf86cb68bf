// SPDX-License-Identifier: Apache-2.0
// The card's wire as a TAP interface of this network namespace. Linux, networking/tuntap.rst.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include <tl/expected.hpp>

#include "sim/vfio_user/unique_fd.h"

namespace vireo::sim {

class Tap {
 public:
  // An interface that exists and is ours, or a new one where we may make it.
  static tl::expected<Tap, std::string> Open(const std::string& name);

  int poll_fd() const { return fd_.get(); }
  // A frame from the host, if there is one: bytes of it in `buffer`, otherwise 0.
  size_t Read(std::span<uint8_t> buffer);
  // A frame that the host does not take is lost, as on a wire.
  void Write(std::span<const uint8_t> frame);

 private:
  explicit Tap(vfio_user::UniqueFd fd) : fd_(std::move(fd)) {}

  vfio_user::UniqueFd fd_;
};

}  // namespace vireo::sim
