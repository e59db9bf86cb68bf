// SPDX-License-Identifier: Apache-2.0
// Finds the blocks of registers in the management function's BAR, which describe themselves:
// hw/spec/management_bar.h.
#pragma once

#include <cstdint>

#include "host-driver/transport/transport.h"
#include "hw/spec/management_bar.h"
#include "hw/spec/register_access.h"

namespace vireo::host {

using Registers = spec::Window<Transport>;

// The records of a block that this card has.
struct Records {
  uint32_t at, count, stride;  // bytes in the BAR, records, bytes
};

class RegisterBlocks {
 public:
  // Of a card whose registers are those that this program was built with. `transport` must outlive
  // the blocks and has to be enabled.
  static Result<RegisterBlocks> Of(Transport& transport);

  // An error if the card has no such block, or one of another version.
  Result<Records> Find(const spec::Block& wanted) const;
  Registers Record(const Records& records, uint32_t number) const {
    return {*transport_, records.at + uint64_t{number} * records.stride};
  }

 private:
  explicit RegisterBlocks(Transport& transport) : transport_(&transport) {}

  Transport* transport_;
};

}  // namespace vireo::host
