// SPDX-License-Identifier: Apache-2.0
// The small card as RTL, or the large one, with a host's memory, and drivers of its functions.
#ifndef VIREO_TESTS_HW_CARD_CARD_TEST_H_
#define VIREO_TESTS_HW_CARD_CARD_TEST_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "hw/spec/pci_config.h"
#include "sim/simulator/card.h"
#include "tests/driver/host_memory.h"
#include "tests/driver/virtio_pci.h"
#include "tests/hw/card/card_bus.h"

#ifdef VIREO_SIZE_LARGE
#include "card_large_cosim.h"
#else
#include "card_small_cosim.h"
#endif

namespace vireo::testing {

#ifdef VIREO_SIZE_LARGE
using CardModel = cosim::card_large;
#else
using CardModel = cosim::card_small;
#endif

// A function with its driver and memory of its own: rings in the lower half, buffers in the upper.
struct CardDevice {
  static constexpr uint64_t kMemory = 0x1'0000'0000;
  static constexpr size_t kMemoryBytes = 16U << 20;
  static constexpr uint64_t kBuffers = kMemory + (8U << 20);

  CardDevice(sim::Card& card, sim::pcie::Function function)
      : memory(kMemory, kMemoryBytes), bus(card, function), driver(bus, memory, kMemory) {}

  HostMemory memory;
  CardBus bus;
  VirtioPci<CardBus> driver;
};

class CardTest : public ::testing::Test {
 protected:
  void Start(const sim::pcie::HardBlockConfig& config) {
    dut_ = std::make_unique<CardModel>();
    auto card = sim::Card::Make(*dut_, config);
    ASSERT_TRUE(card) << card.error();
    card_ = std::move(*card);
    card_->block().OnCardError([](const sim::pcie::CardError& error) {
      ADD_FAILURE() << "clock " << error.clock << ": " << error.what;
    });
    card_->mac().OnSend(
        [this](std::span<const uint8_t> frame) { sent_.emplace_back(frame.begin(), frame.end()); });
  }

  // A driver finds the function: memory and DMA are on.
  std::unique_ptr<CardDevice> Attach(sim::pcie::Function function) {
    auto device = std::make_unique<CardDevice>(*card_, function);
    const auto mapped = card_->memory().Map(
        function, {.iova = CardDevice::kMemory,
                   .length = CardDevice::kMemoryBytes,
                   .host = device->memory.At(CardDevice::kMemory, CardDevice::kMemoryBytes)});
    EXPECT_TRUE(mapped) << mapped.error();
    SwitchOn(*device);
    return device;
  }
  static void SwitchOn(CardDevice& device) {
    device.bus.WriteConfig(spec::pci_header::kCommand.offset,
                           spec::pci_header::kCommandMemory | spec::pci_header::kCommandBusMaster);
  }

  // The management function's registers.
  std::unique_ptr<CardBus> Manage() {
    auto management = std::make_unique<CardBus>(*card_, kManagementFunction);
    management->WriteConfig(spec::pci_header::kCommand.offset, spec::pci_header::kCommandMemory);
    return management;
  }

  // Runs until `done`, or fails.
  template <typename Done>
  ::testing::AssertionResult Run(Done done, uint64_t clocks = 200'000) {
    const uint64_t end = card_->clock() + clocks;
    while (!done()) {
      if (card_->clock() >= end) return ::testing::AssertionFailure() << "nothing for " << clocks;
      card_->Step();
    }
    return ::testing::AssertionSuccess();
  }

  std::unique_ptr<CardModel> dut_;
  std::unique_ptr<sim::Card> card_;
  std::deque<std::vector<uint8_t>> sent_;
};

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_CARD_CARD_TEST_H_
