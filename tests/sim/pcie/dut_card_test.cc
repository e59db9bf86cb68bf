// SPDX-License-Identifier: Apache-2.0
// The block on the pins of a Verilated card.
#include <cstring>
#include <memory>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "echo_card_cosim.h"
#include "sim/pcie/dut_card.h"
#include "sim/pcie/hard_block.h"
#include "tests/sim/pcie/echo_card.h"

namespace vireo::sim::pcie {
namespace {

constexpr uint64_t kBase = 0x1'0000'0000;

FunctionSpec Spec() {
  FunctionSpec function;
  function.type = &spec::kPhysicalNet;
  function.parameters.view = spec::ConfigView::kVfio;
  return function;
}

class DutCardTest : public testing::Test {
 protected:
  void Start(const HardBlockConfig& config) {
    VerilatedRandomReset(config.seed);
    dut_ = std::make_unique<cosim::echo_card>();
    auto card = DutCard::Make(*dut_);
    ASSERT_TRUE(card) << card.error();
    card_.emplace(*card);
    block_ =
        std::make_unique<HardBlock>(config, std::vector<FunctionSpec>(2, Spec()), *card_, memory_);
    block_->OnInterrupt([this](const Interrupt& interrupt) { interrupts_.push_back(interrupt); });
    dut_->SetReset(true);
    for (int i = 0; i < 4; ++i) Edge();
    dut_->SetReset(false);
    memory_.UnmapAll(0);
    ASSERT_TRUE(memory_.Map(0, {kBase, ram_.size(), ram_.data()}));
    const uint8_t enable[] = {6, 0};
    bool is_enabled = false;
    block_->ConfigWrite(0, 4, enable, [&] { is_enabled = true; });
    ASSERT_TRUE(RunUntil([&] { return is_enabled; }));
  }
  void Edge() {
    dut_->Eval();
    dut_->SetClock(true);
    dut_->Eval();
    dut_->SetClock(false);
  }
  void Clock() {
    block_->Drive();
    dut_->Eval();
    block_->Sample();
    dut_->SetClock(true);
    dut_->Eval();
    dut_->SetClock(false);
  }
  bool RunUntil(const std::function<bool()>& condition) {
    for (int i = 0; i < 20'000 && !condition(); ++i) Clock();
    return condition();
  }
  void Write(uint64_t offset, uint32_t value) {
    ASSERT_TRUE(block_->MmioWrite(0, 0, offset, {reinterpret_cast<const uint8_t*>(&value), 4}));
  }
  uint32_t Read(uint64_t offset) {
    std::optional<uint32_t> value;
    EXPECT_TRUE(
        block_->MmioRead(0, 0, offset, 4, [&](Status status, std::span<const uint8_t> data) {
          EXPECT_EQ(status, Status::kSuccess);
          value.emplace();
          std::memcpy(&*value, data.data(), 4);
        }));
    EXPECT_TRUE(RunUntil([&] { return value.has_value(); }));
    return value.value_or(0);
  }
  // Rings the doorbell for the 16 bytes at `at`.
  void Echo(uint32_t at) {
    Write(EchoCard::kAddressLow, at);
    Write(EchoCard::kAddressHigh, kBase >> 32);
    Write(EchoCard::kDoorbell, 1);
  }

  HostMemory memory_;
  std::vector<uint8_t> ram_ = std::vector<uint8_t>(0x2000);
  std::unique_ptr<cosim::echo_card> dut_;
  std::optional<DutCard> card_;
  std::unique_ptr<HardBlock> block_;
  std::vector<Interrupt> interrupts_;
};

TEST_F(DutCardTest, EveryStreamWorksUnderStalls) {
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(seed);
    HardBlockConfig config;
    config.seed = seed;
    const auto stall = static_cast<uint32_t>(15 * (seed - 1));
    config.stalls = {stall, stall, stall, stall, stall};
    Start(config);
    std::fill(ram_.begin(), ram_.end(), 0);
    for (uint32_t i = 0; i < 20; ++i) {
      for (uint32_t j = 0; j < 16; ++j) ram_[16 * i + j] = static_cast<uint8_t>(seed + 7 * i + j);
      Echo(16 * i);
      ASSERT_TRUE(RunUntil([&] { return block_->counters().writes == i + 1; }));
      for (uint32_t j = 0; j < 16; ++j)
        ASSERT_EQ(ram_[0x100 + 16 * i + j], static_cast<uint8_t>(~ram_[16 * i + j]));
      ASSERT_EQ(Read(EchoCard::kEchoes), i + 1);
      ASSERT_EQ(Read(0x40 + 4 * i % 0x40), 0x40 + 4 * i % 0x40);
    }
    std::optional<uint32_t> reply;
    ASSERT_TRUE(block_->ConfigRead(
        1, 0xb8, 4, [&](std::span<const uint8_t> data) { reply = data[0] | (data[1] << 8); }));
    ASSERT_TRUE(RunUntil([&] { return reply.has_value(); }));
    EXPECT_EQ(*reply, 0xb8U / 4);
    interrupts_.clear();
    Write(EchoCard::kIntx, 1);
    Write(EchoCard::kIntx, 0);
    ASSERT_TRUE(RunUntil([&] { return interrupts_.size() == 2; }));
    EXPECT_TRUE(interrupts_[0].asserted);
    EXPECT_FALSE(interrupts_[1].asserted);
    bool is_reset = false;
    block_->ResetFunction(1, [&] { is_reset = true; });
    EXPECT_TRUE(RunUntil([&] { return is_reset; }));
  }
}

TEST_F(DutCardTest, AMissingOrMisshapenStreamIsNamed) {
  cosim::echo_card dut;
  EXPECT_EQ(DutCard::Make(dut, {.cq = "completer"}).error(),
            "the card's top has no stream 'completer'");
  EXPECT_EQ(DutCard::Make(dut, {.cq = "cc"}).error(),
            "stream 'cc' of the card is an output, it must be an input");
  EXPECT_EQ(DutCard::Make(dut, {.rc = "cq"}).error(),
            "stream 'cq' of the card has 824 bits, its payload has 802");
  EXPECT_TRUE(DutCard::Make(dut, {.intx_level = ""}));
}

}  // namespace
}  // namespace vireo::sim::pcie
