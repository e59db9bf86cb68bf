// SPDX-License-Identifier: Apache-2.0
// The card's wire as a TAP interface of this network namespace. Linux, networking/tuntap.rst.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include <tl/expected.hpp>

#include "sim/simulator/ethernet_port.h"
#include "sim/vfio_user/unique_fd.h"

namespace vireo::sim {

class Tap final : public EthernetPort {
 public:
  // An interface that exists and is ours, or a new one where we may make it.
  static tl::expected<Tap, std::string> Open(const std::string& name);

  int poll_fd() const override { return fd_.get(); }
  size_t Read(std::span<uint8_t> buffer, uint64_t clock) override;
  void Write(std::span<const uint8_t> frame, uint64_t clock) override;

 private:
  explicit Tap(vfio_user::UniqueFd fd) : fd_(std::move(fd)) {}

  vfio_user::UniqueFd fd_;
};

}  // namespace vireo::sim
