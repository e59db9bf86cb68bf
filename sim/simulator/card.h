// SPDX-License-Identifier: Apache-2.0
// A Verilated card with its host, its network and its memory around it, clock by clock.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "hw/blk/token.h"
#include "hw/net/token.h"
#include "hw/virtio/token.h"
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
  static const uint64_t kInitialDiskBytes;  // of the disks that are there from reset on

  // `dut` must outlive the card; it is reset. The card's memory has room for so many bytes.
  static tl::expected<std::unique_ptr<Card>, std::string> Make(
      Dut& dut, const pcie::HardBlockConfig& config, uint64_t disk_bytes = kInitialDiskBytes);

  void Step();
  uint64_t clock() const { return block_->clock(); }
  // Nothing is under way outside of the card.
  bool idle() const {
    return block_->idle() && mac_.idle() && disks_.idle() && addresses_.idle() &&
           config_updates_.idle() && blk_configs_.idle();
  }
  // At rest, goes on at a later clock; the card has not seen those between.
  void SkipTo(uint64_t clock) { block_->SkipTo(clock); }

  // Records waves of the clocks from `from` up to `to`, where the model was Verilated with them.
  bool RecordWaves(const char* path, uint64_t from, uint64_t to);

  pcie::HardBlock& block() { return *block_; }
  pcie::HostMemory& memory() { return memory_; }
  MacPort& mac() { return mac_; }
  CardMemory& disks() { return disks_; }
  // What a management function sets.
  TokenPort<FunctionAddress>& addresses() { return addresses_; }
  TokenPort<ConfigUpdate>& config_updates() { return config_updates_; }
  TokenPort<BlkConfig>& blk_configs() { return blk_configs_; }

 private:
  Card(Dut& dut, pcie::DutCard pins, MacPort mac, CardMemory disks,
       TokenPort<FunctionAddress> addresses, TokenPort<ConfigUpdate> config_updates,
       TokenPort<BlkConfig> blk_configs)
      : dut_(dut),
        pins_(pins),
        mac_(std::move(mac)),
        disks_(std::move(disks)),
        addresses_(std::move(addresses)),
        config_updates_(std::move(config_updates)),
        blk_configs_(std::move(blk_configs)) {}

  // `half`: of the clock, 0 or 1.
  void DumpWaves(uint64_t half);

  Dut& dut_;
  pcie::DutCard pins_;
  MacPort mac_;
  CardMemory disks_;
  TokenPort<FunctionAddress> addresses_;
  TokenPort<ConfigUpdate> config_updates_;
  TokenPort<BlkConfig> blk_configs_;
  uint64_t waves_from_ = 0, waves_to_ = 0;  // clocks
  pcie::HostMemory memory_;
  std::unique_ptr<pcie::HardBlock> block_;
};

}  // namespace vireo::sim
