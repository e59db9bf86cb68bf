// SPDX-License-Identifier: Apache-2.0
// A VFIO group of one device.
#pragma once

#include <memory>

#include "host-driver/vfio-shim/device.h"
#include "host-driver/vfio-shim/file.h"

namespace vireo::vfio_shim {

class Group final : public File {
 public:
  // `device` is connected.
  explicit Group(std::shared_ptr<Device> device) : device_(std::move(device)) {}
  ~Group() override;

  long Ioctl(unsigned long request, void* argument) override;

 private:
  std::shared_ptr<Device> device_;
  bool has_container_ = false;
};

}  // namespace vireo::vfio_shim
