// SPDX-License-Identifier: Apache-2.0
// A Verilated card with its host, its network and its memory around it, clock by clock.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "hw/net/token.h"
#include "sim/harness/dut.h"
#include "sim/pcie/dut_card.h"
#include "sim/pcie/hard_block.h"
#include "sim/pcie/host_memory.h"
#include "sim/simulator/card_memory.h"
#include "sim/simulator/mac_port.h"
#include "sim/simulator/token_port.h"

namespace vireo::sim {

// The card's functions by number, as a host sees them that has each through VFIO.
std::vector<pcie::FunctionSpec> CardFunctions();

class Card {
 public:
  // `dut` must outlive the card; it is reset.
  static tl::expected<std::unique_ptr<Card>, std::string> Make(Dut& dut,
                                                               const pcie::HardBlockConfig& config);

  void Step();
  uint64_t clock() const { return block_->clock(); }
  // Nothing is under way outside of the card.
  bool idle() const { return block_->idle() && mac_.idle() && disks_.idle() && addresses_.idle(); }

  pcie::HardBlock& block() { return *block_; }
  pcie::HostMemory& memory() { return memory_; }
  MacPort& mac() { return mac_; }
  CardMemory& disks() { return disks_; }
  TokenPort<FunctionAddress>& addresses() { return addresses_; }

 private:
  Card(Dut& dut, pcie::DutCard pins, MacPort mac, CardMemory disks,
       TokenPort<FunctionAddress> addresses)
      : dut_(dut),
        pins_(pins),
        mac_(std::move(mac)),
        disks_(std::move(disks)),
        addresses_(std::move(addresses)) {}

  Dut& dut_;
  pcie::DutCard pins_;
  MacPort mac_;
  CardMemory disks_;
  TokenPort<FunctionAddress> addresses_;
  pcie::HostMemory memory_;
  std::unique_ptr<pcie::HardBlock> block_;
};

}  // namespace vireo::sim
