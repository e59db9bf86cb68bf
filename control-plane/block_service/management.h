// SPDX-License-Identifier: Apache-2.0
// The management function as the service needs it: which card it is, its disks, its channel.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "host-driver/transport/transport.h"
#include "hw/spec/card_registers.h"
#include "hw/spec/register_access.h"

namespace vireo::block_service {

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
  spec::Window<Transport>& channel() { return channel_; }

 private:
  Management(Transport& transport, uint32_t identity, uint32_t channel, uint32_t functions,
             uint32_t stride)
      : transport_(&transport),
        identity_(transport, identity),
        channel_(transport, channel),
        functions_(functions),
        stride_(stride) {}

  spec::Window<Transport> Function(uint32_t number) {
    return {*transport_, functions_ + uint64_t{number} * stride_};
  }
  void FindDisks(uint32_t functions);

  Transport* transport_;
  spec::Window<Transport> identity_, channel_;
  uint32_t functions_, stride_;
  std::map<std::string, uint16_t> disks_;
};

}  // namespace vireo::block_service
