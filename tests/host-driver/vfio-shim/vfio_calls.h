// SPDX-License-Identifier: Apache-2.0
// VFIO as a program sees it, in this process under the preloaded library, with toy cards behind.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/vfio.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "sim/vfio_user/unique_fd.h"
#include "tests/sim/vfio_user/toy/toy_registers.h"

namespace vireo::vfio_shim {

using vfio_user::UniqueFd;

// A process of build/bin/toy_card on one socket.
class Card {
 public:
  explicit Card(const std::string& socket);
  ~Card() { Kill(); }
  void Kill();

 private:
  pid_t pid_ = -1;
};

// The sockets that VIREO_VFIO of this process names, by number of the group.
std::string SocketOf(int group);

// A device as QEMU opens it.
class VfioDevice {
 public:
  // With a container of its own, or in one that is there.
  explicit VfioDevice(int group, int container = -1);

  int container() const { return container_in_use_; }
  int group() const { return group_.get(); }
  int fd() const { return device_.get(); }
  // As at an unplug: the device, the group out of its container, the group.
  void Close();

  uint64_t Read(uint32_t region, uint64_t offset, size_t size);
  void Write(uint32_t region, uint64_t offset, size_t size, uint64_t value);
  int SetIrqs(uint32_t flags, uint32_t index, uint32_t start, const std::vector<int>& fds,
              uint32_t count);
  // Bus master and memory space on, MSI-X on, an eventfd for vector 1.
  void EnableMsix(const UniqueFd& event);
  // Lets the toy copy, and waits for vector 1: the toy's status.
  uint32_t Copy(uint64_t source, uint64_t destination, uint32_t length, const UniqueFd& event);

 private:
  UniqueFd own_container_;
  int container_in_use_;
  UniqueFd group_;
  UniqueFd device_;
};

UniqueFd OpenContainer();
int Map(int container, void* at, uint64_t iova, uint64_t size,
        uint32_t flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE);
// The number of bytes that were unmapped, or -1 with errno.
int64_t Unmap(int container, uint64_t iova, uint64_t size, uint32_t flags = 0);

UniqueFd MakeEventfd();
// True once the eventfd has been signalled; false if that takes more than 20 s.
bool Await(const UniqueFd& event);

}  // namespace vireo::vfio_shim
