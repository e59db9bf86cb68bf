// SPDX-License-Identifier: Apache-2.0
// Makes the models fit the card, and steps them with it.

#include "sim/simulator/card.h"

#include "hw/blk/token.h"
#include "hw/virtio/device_config.h"
#include "hw/virtio/functions.h"

namespace vireo::sim {
namespace {

constexpr int kResetClocks = 16;
// The card clears its tables, one entry of each in a clock.
constexpr int kClearClocks = 2 * (kQueues > kFunctions * 16 ? kQueues : kFunctions * 16) + 64;

const spec::FunctionType* TypeOfFunction(unsigned number) {
  const bool is_virtual = number >= kFirstVirtualFunction;
  switch (TypeOf(number)) {
    case DeviceType::kNet: return is_virtual ? &spec::kVirtualNet : &spec::kPhysicalNet;
    case DeviceType::kBlk: return is_virtual ? &spec::kVirtualBlk : &spec::kPhysicalBlk;
    case DeviceType::kManagement:
    case DeviceType::kNone: break;  // nobody asks for the numbers between
  }
  return &spec::kManagement;
}

}  // namespace

std::vector<pcie::FunctionSpec> CardFunctions() {
  std::vector<pcie::FunctionSpec> functions;
  for (unsigned number = 0; number < kVirtualEnd; ++number) {
    pcie::FunctionSpec function;
    function.type = TypeOfFunction(number);
    function.parameters.view = spec::ConfigView::kVfio;
    const unsigned vectors = VectorsOf(number).to_uint();
    function.parameters.vectors = vectors == 0 ? 1 : vectors;
    functions.push_back(function);
  }
  return functions;
}

// One behind the other.
const uint64_t Card::kInitialDiskBytes =
    (kInitialSectors << kLogSectorBytes) * uint64_t{1 + kBlkVirtualFunctions};

tl::expected<std::unique_ptr<Card>, std::string> Card::Make(Dut& dut,
                                                            const pcie::HardBlockConfig& config,
                                                            uint64_t disk_bytes) {
  auto pins = pcie::DutCard::Make(dut);
  if (!pins) return tl::unexpected(pins.error());
  auto mac = MacPort::Make(dut);
  if (!mac) return tl::unexpected(mac.error());
  auto disks = CardMemory::Make(dut, disk_bytes);
  if (!disks) return tl::unexpected(disks.error());
  auto addresses = TokenPort<FunctionAddress>::Make(dut, "function_address");
  if (!addresses) return tl::unexpected(addresses.error());
  auto updates = TokenPort<ConfigUpdate>::Make(dut, "config_update");
  if (!updates) return tl::unexpected(updates.error());
  auto blks = TokenPort<BlkConfig>::Make(dut, "blk_config");
  if (!blks) return tl::unexpected(blks.error());
  std::unique_ptr<Card> card(new Card(dut, *pins, std::move(*mac), std::move(*disks),
                                      std::move(*addresses), std::move(*updates),
                                      std::move(*blks)));
  card->block_ =
      std::make_unique<pcie::HardBlock>(config, CardFunctions(), card->pins_, card->memory_);

  const auto ports = dut.ports();
  for (size_t i = 0; i < ports.size(); ++i) {
    const std::vector<uint32_t> none((ports[i].bits + 31) / 32);
    if (ports[i].is_input) {
      dut.SetInput(i, false, none.data());
    } else {
      dut.SetOutputReady(i, true);  // what no model looks at is let go
    }
  }
  for (int i = 0; i < kResetClocks + kClearClocks; ++i) {
    dut.SetReset(i < kResetClocks);
    dut.SetClock(false);
    dut.Eval();
    dut.SetClock(true);
    dut.Eval();
  }
  return card;
}

void Card::Step() {
  dut_.SetClock(false);
  block_->Drive();
  mac_.Drive();
  disks_.Drive();
  addresses_.Drive();
  config_updates_.Drive();
  blk_configs_.Drive();
  dut_.Eval();
  DumpWaves(0);
  block_->Sample();
  mac_.Sample();
  disks_.Sample();
  addresses_.Sample();
  config_updates_.Sample();
  blk_configs_.Sample();
  dut_.SetClock(true);
  dut_.Eval();
  DumpWaves(1);
}

bool Card::RecordWaves(const char* path, uint64_t from, uint64_t to) {
  waves_from_ = from;
  waves_to_ = to;
  return dut_.OpenWaves(path);
}

void Card::DumpWaves(uint64_t half) {
  // `Sample` has counted the clock on.
  const uint64_t clock = this->clock() - half;
  if (clock < waves_from_ || clock >= waves_to_) return;
  dut_.DumpWaves(2 * clock + half);
}

}  // namespace vireo::sim
