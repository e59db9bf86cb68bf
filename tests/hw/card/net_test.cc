// SPDX-License-Identifier: Apache-2.0
// virtio-net on the card's RTL: a driver's frames reach the wire, and frames from the wire reach
// it.

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <vector>

#include "card_small_cosim.h"
#include "hw/spec/pci_config.h"
#include "hw/spec/virtio_net.h"
#include "sim/harness/random.h"
#include "sim/simulator/card.h"
#include "tests/driver/host_memory.h"
#include "tests/driver/virtio_pci.h"
#include "tests/hw/card/card_bus.h"

namespace vireo::testing {
namespace {

constexpr uint64_t kMemory = 0x1'0000'0000;
constexpr size_t kMemoryBytes = 16U << 20;
constexpr uint64_t kBuffers = kMemory + (8U << 20);
constexpr uint32_t kBufferBytes = 2048;
constexpr size_t kHeader = sizeof(spec::virtio_net_hdr);

class NetTest : public ::testing::Test {
 protected:
  void Start(const sim::pcie::HardBlockConfig& config) {
    dut_ = std::make_unique<cosim::card_small>();
    auto card = sim::Card::Make(*dut_, config);
    ASSERT_TRUE(card) << card.error();
    card_ = std::move(*card);
    card_->block().OnCardError([](const sim::pcie::CardError& error) {
      ADD_FAILURE() << "clock " << error.clock << ": " << error.what;
    });
    const auto mapped = card_->memory().Map(
        0, {.iova = kMemory, .length = kMemoryBytes, .host = memory_.At(kMemory, kMemoryBytes)});
    ASSERT_TRUE(mapped) << mapped.error();
    card_->mac().OnSend(
        [this](std::span<const uint8_t> frame) { sent_.emplace_back(frame.begin(), frame.end()); });
    bus_ = std::make_unique<CardBus>(*card_, 0);
    bus_->WriteConfig(spec::pci_header::kCommand.offset,
                      spec::pci_header::kCommandMemory | spec::pci_header::kCommandBusMaster);
    driver_ = std::make_unique<VirtioPci<CardBus>>(*bus_, memory_, kMemory);
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

  HostMemory memory_ = HostMemory(kMemory, kMemoryBytes);
  std::unique_ptr<cosim::card_small> dut_;
  std::unique_ptr<sim::Card> card_;
  std::unique_ptr<CardBus> bus_;
  std::unique_ptr<VirtioPci<CardBus>> driver_;
  std::deque<std::vector<uint8_t>> sent_;
};

std::vector<uint8_t> RandomFrame(sim::Random& random, size_t bytes) {
  std::vector<uint8_t> frame(bytes);
  for (uint8_t& byte : frame) byte = static_cast<uint8_t>(random.Next());
  frame[0] &= 0xfe;  // to one station
  return frame;
}

TEST_F(NetTest, SendsWhatTheDriverOffers) {
  ASSERT_NO_FATAL_FAILURE(Start({}));
  driver_->Negotiate(~uint64_t{0});
  SplitQueue& transmit = driver_->AddQueue(1, 256);
  driver_->Start();
  sim::Random random(1, "frames");
  std::deque<std::vector<uint8_t>> expected;
  unsigned returned = 0;
  for (unsigned i = 0; i < 200; ++i) {
    const size_t bytes = 60 + random.Below(1455);
    const std::vector<uint8_t> frame = RandomFrame(random, bytes);
    const uint64_t at = kBuffers + uint64_t{i % 128} * kBufferBytes + random.Below(64);
    std::memset(memory_.At(at, kHeader), 0, kHeader);
    std::memcpy(memory_.At(at + kHeader, bytes), frame.data(), bytes);
    expected.push_back(frame);
    const uint64_t cut = random.Below(bytes + kHeader - 1) + 1;
    const std::vector<Buffer> buffers = {
        {at, static_cast<uint32_t>(cut), false},
        {at + cut, static_cast<uint32_t>(bytes + kHeader - cut), false}};
    ASSERT_TRUE(transmit.Add(buffers, i % 2 == 0 ? ChainForm::kDirect : ChainForm::kIndirect));
    if (transmit.Publish()) driver_->Notify(1);
    if (i % 64 == 63) {
      EXPECT_TRUE(Run([&] { return sent_.size() == i + 1; }));
      while (transmit.Take()) ++returned;
    }
  }
  EXPECT_TRUE(Run([&] { return sent_.size() == expected.size(); }));
  EXPECT_TRUE(Run([&] {
    while (transmit.Take()) ++returned;
    return returned == expected.size();
  }));
  EXPECT_EQ(sent_, expected);
}

TEST_F(NetTest, PlacesFramesOfTheWire) {
  ASSERT_NO_FATAL_FAILURE(Start({}));
  driver_->Negotiate(~uint64_t{0});
  SplitQueue& receive = driver_->AddQueue(0, 256);
  driver_->Start();
  for (unsigned i = 0; i < 64; ++i) {
    receive.Add({{kBuffers + uint64_t{i} * kBufferBytes, kBufferBytes, true}}, ChainForm::kDirect);
  }
  if (receive.Publish()) driver_->Notify(0);
  for (int i = 0; i < 3000; ++i) card_->Step();
  sim::Random random(1, "frames");
  for (unsigned i = 0; i < 64; ++i) {
    const std::vector<uint8_t> frame = RandomFrame(random, 60 + random.Below(1455));
    ASSERT_TRUE(card_->mac().Receive(frame));
    ASSERT_TRUE(Run([&] { return receive.HasUsed(); })) << "frame " << i;
    const auto used = receive.Take();
    ASSERT_EQ(used->len, frame.size() + kHeader);
    // Buffers were offered in the order of their descriptors, from the first one on.
    const uint64_t at = kBuffers + uint64_t{i} * kBufferBytes;
    EXPECT_EQ(std::memcmp(memory_.At(at + kHeader, frame.size()), frame.data(), frame.size()), 0)
        << "frame " << i;
    EXPECT_EQ(memory_.Load<uint16_t>(at + offsetof(spec::virtio_net_hdr, num_buffers)), 1);
  }
}

}  // namespace
}  // namespace vireo::testing
