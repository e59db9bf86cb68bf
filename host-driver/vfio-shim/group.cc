// SPDX-License-Identifier: Apache-2.0
#include "host-driver/vfio-shim/group.h"

#include <linux/vfio.h>

#include <cerrno>

namespace vireo::vfio_shim {

Group::~Group() { device_->Leave(); }

long Group::Ioctl(unsigned long request, void* argument) {
  switch (request) {
    case VFIO_GROUP_GET_STATUS: {
      auto* status = static_cast<vfio_group_status*>(argument);
      if (status->argsz < sizeof *status) return -EINVAL;
      status->flags = VFIO_GROUP_FLAGS_VIABLE;
      if (has_container_) status->flags |= VFIO_GROUP_FLAGS_CONTAINER_SET;
      return 0;
    }
    case VFIO_GROUP_SET_CONTAINER: {
      if (has_container_) return -EINVAL;
      auto container =
          std::dynamic_pointer_cast<Container>(FindFile(*static_cast<const int*>(argument)));
      if (!container) return -EINVAL;  // the kernel's, or no container at all
      const int error = device_->Join(std::move(container));
      has_container_ = error == 0;
      return -error;
    }
    case VFIO_GROUP_UNSET_CONTAINER:
      if (!has_container_) return -EINVAL;
      device_->Leave();
      has_container_ = false;
      return 0;
    case VFIO_GROUP_GET_DEVICE_FD: {
      if (!has_container_) return -EINVAL;
      const int fd = OpenFile(device_);
      return fd < 0 ? -errno : fd;
    }
    default: return -ENOTTY;
  }
}

}  // namespace vireo::vfio_shim
