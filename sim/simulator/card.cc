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
// The disks that are there from reset on, one behind the other.
constexpr uint64_t kDiskBytes =
    (kInitialSectors << kLogSectorBytes) * uint64_t{1 + kBlkVirtualFunctions};

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

tl::expected<std::unique_ptr<Card>, std::string> Card::Make(Dut& dut,
                                                            const pcie::HardBlockConfig& config) {
  auto pins = pcie::DutCard::Make(dut);
  if (!pins) return tl::unexpected(pins.error());
  auto mac = MacPort::Make(dut);
  if (!mac) return tl::unexpected(mac.error());
  auto disks = CardMemory::Make(dut, kDiskBytes);
  if (!disks) return tl::unexpected(disks.error());
  auto addresses = TokenPort<FunctionAddress>::Make(dut, "function_address");
  if (!addresses) return tl::unexpected(addresses.error());
  std::unique_ptr<Card> card(
      new Card(dut, *pins, std::move(*mac), std::move(*disks), std::move(*addresses)));
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
  dut_.Eval();
  block_->Sample();
  mac_.Sample();
  disks_.Sample();
  addresses_.Sample();
  dut_.SetClock(true);
  dut_.Eval();
}

}  // namespace vireo::sim
