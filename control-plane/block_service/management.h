// SPDX-License-Identifier: Apache-2.0
// The management function as the service needs it: which card it is, its disks, its channel.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "host-driver/management/register_blocks.h"
#include "host-driver/transport/transport.h"
#include "hw/spec/card_registers.h"

namespace vireo::block_service {

using host::Registers;
using host::Result;
using host::Transport;

class Management {
 public:
  // Of a card whose registers are those that this program was built with.
  static Result<Management> Find(Transport& transport);

  // blk, blk_vf0, ...: the functions that are block devices, with their numbers.
  const std::map<std::string, uint16_t>& disks() const { return disks_; }
  // Makes a function's disk one of the channel. A driver sees a change of its size.
  void SetDisk(uint16_t function, uint64_t sectors, bool read_only);

  uint32_t clock_khz() { return spec::Read<spec::identity::kClockKhz>(identity_); }
  // Registers of backend channel 0.
  Registers& channel() { return channel_; }

 private:
  Management(const host::RegisterBlocks& blocks, Registers identity, Registers channel,
             host::Records functions, std::map<std::string, uint16_t> disks)
      : blocks_(blocks),
        identity_(identity),
        channel_(channel),
        functions_(functions),
        disks_(std::move(disks)) {}

  host::RegisterBlocks blocks_;
  Registers identity_, channel_;
  host::Records functions_;
  std::map<std::string, uint16_t> disks_;
};

}  // namespace vireo::block_service
