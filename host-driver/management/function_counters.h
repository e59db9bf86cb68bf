// SPDX-License-Identifier: Apache-2.0
// What the card counts of a function, from the card's reset on: hw/spec/card_counters.h.
#pragma once

#include <cstdint>
#include <map>

#include "host-driver/management/register_blocks.h"
#include "hw/spec/reason.h"

namespace vireo::host {

struct FunctionCounters {
  uint64_t rx_packets, rx_bytes;  // net: to the driver
  uint64_t tx_packets, tx_bytes;  // net: from the driver
  uint64_t reads, read_bytes;     // blk
  uint64_t writes, write_bytes;   // blk
  uint64_t others;                // blk: flushes, identities
  // Drops, refusals and faults, without those that were not met.
  std::map<spec::Reason, uint64_t> reasons;
};

// Of the card's function `number`. The counters go on while they are read, one after the other.
Result<FunctionCounters> ReadFunctionCounters(const RegisterBlocks& blocks, uint32_t number);

}  // namespace vireo::host
