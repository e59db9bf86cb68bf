// SPDX-License-Identifier: Apache-2.0
// The first message of a connection: what both sides can do.
#pragma once

#include <optional>
#include <string>

#include "sim/vfio_user/message.h"

namespace vireo::vfio_user {

struct Capabilities {
  uint64_t max_msg_fds = 1;  // the sender's own limits, and what VERSION's absence means
  uint64_t max_data_xfer_size = kDefaultMaxTransfer;
  uint64_t max_dma_maps = 65535;
  bool twin_socket = false;
  std::optional<uint64_t> twin_fd_index;
  bool write_multiple = false;
};

struct Proposal {
  uint16_t major = 0;
  uint16_t minor = 0;
  Capabilities capabilities;
};

// Of a VERSION command or reply; nothing if it is malformed.
std::optional<Proposal> ReadVersion(const Message& message);

// The body of a VERSION command or reply.
std::vector<uint8_t> WriteVersion(const Proposal& proposal);

}  // namespace vireo::vfio_user
