// SPDX-License-Identifier: Apache-2.0
// What the card counts, read from its management function as any host software would.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "host-driver/management/function_counters.h"
#include "host-driver/transport/vfio_user_transport.h"

namespace vireo::demonstration {

class CardCounters {
 public:
  // By the management function's socket. Throws guest::Failure, as does Of.
  explicit CardCounters(const std::string& socket);

  // Of net, blk, ...
  host::FunctionCounters Of(const std::string& function) const;

 private:
  std::unique_ptr<host::VfioUserTransport> transport_;
  std::optional<host::RegisterBlocks> blocks_;
  std::map<std::string, uint16_t> functions_;  // by name
};

}  // namespace vireo::demonstration
