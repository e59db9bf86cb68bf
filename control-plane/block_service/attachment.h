// SPDX-License-Identifier: Apache-2.0
// What ties a service to a card and outlives its process if a service manager keeps it: the way to
// the management function, memory that the card reaches, and its interrupt.
#pragma once

#include <memory>
#include <string>

#include "control-plane/block_service/management.h"
#include "control-plane/block_service/rings.h"
#include "control-plane/block_service/shared_memory.h"
#include "host-driver/transport/transport.h"
#include "sim/vfio_user/unique_fd.h"

namespace vireo::block_service {

struct Attachment {
  // Where the card sees the memory.
  static constexpr uint64_t kIova = uint64_t{1} << 32;

  std::unique_ptr<Transport> transport;
  Management management;
  MemoryLayout layout;
  SharedMemory memory;
  vfio_user::UniqueFd interrupt;  // an eventfd
};

// Goes on with what a predecessor left, or begins anew. `card` is the path of the management
// function's vfio-user socket.
Result<Attachment> Attach(const std::string& card);

}  // namespace vireo::block_service
