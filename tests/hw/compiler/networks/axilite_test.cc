// SPDX-License-Identifier: Apache-2.0
// Registers behind AXI4-Lite: written, read, and seen by the process.
// AMBA AXI and ACE Protocol Specification, chapter B1 "AMBA AXI4-Lite".

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>

#include "Vaxilite_registers.h"

namespace vireo::testing {
namespace {

constexpr uint32_t kFactor = 0x10, kOffset = 0x18, kOffsetHigh = 0x1c, kLast = 0x24;
constexpr uint32_t kSum = 0x10, kSumHigh = 0x14;

class AxiLite : public ::testing::Test {
 protected:
  AxiLite() {
    Reset();
    model_.out_TREADY = 1;
    model_.s_axi_control_BREADY = 1;
    model_.s_axi_control_RREADY = 1;
    model_.s_axi_status_RREADY = 1;
  }
  ~AxiLite() override { model_.final(); }

  void Reset() {
    model_.ap_rst_n = 0;
    for (int i = 0; i < 4; ++i) Clock();
    model_.ap_rst_n = 1;
  }

  // Settles the inputs, so that outputs can be looked at, or ends the clock.
  void Settle() {
    model_.ap_clk = 0;
    model_.eval();
  }
  void Clock() {
    Settle();
    model_.ap_clk = 1;
    model_.eval();
    Settle();
  }

  void Write(uint32_t address, uint32_t data, uint8_t strobes = 0xf) {
    model_.s_axi_control_AWADDR = static_cast<uint8_t>(address);
    model_.s_axi_control_WDATA = data;
    model_.s_axi_control_WSTRB = strobes;
    model_.s_axi_control_AWVALID = model_.s_axi_control_WVALID = 1;
    Settle();
    ASSERT_TRUE(model_.s_axi_control_AWREADY && model_.s_axi_control_WREADY);
    Clock();
    model_.s_axi_control_AWVALID = model_.s_axi_control_WVALID = 0;
    Settle();
    EXPECT_TRUE(model_.s_axi_control_BVALID);
    EXPECT_EQ(model_.s_axi_control_BRESP, 0);
    Clock();
    EXPECT_FALSE(model_.s_axi_control_BVALID);
  }

  uint32_t Read(uint32_t address) {
    model_.s_axi_control_ARADDR = static_cast<uint8_t>(address);
    model_.s_axi_control_ARVALID = 1;
    Settle();
    EXPECT_TRUE(model_.s_axi_control_ARREADY);
    Clock();
    model_.s_axi_control_ARVALID = 0;
    Settle();
    EXPECT_TRUE(model_.s_axi_control_RVALID);
    const uint32_t data = model_.s_axi_control_RDATA;
    Clock();
    EXPECT_FALSE(model_.s_axi_control_RVALID);
    return data;
  }

  uint32_t ReadStatus(uint32_t address) {
    model_.s_axi_status_ARADDR = static_cast<uint8_t>(address);
    model_.s_axi_status_ARVALID = 1;
    Clock();
    model_.s_axi_status_ARVALID = 0;
    const uint32_t data = model_.s_axi_status_RDATA;
    Clock();
    return data;
  }

  uint64_t Through(uint16_t value) {
    model_.in_TDATA = value;
    model_.in_TVALID = 1;
    std::optional<uint64_t> result;
    for (int i = 0; i < 50 && !result; ++i) {
      Settle();
      const bool taken = model_.in_TVALID && model_.in_TREADY;
      if (model_.out_TVALID) result = model_.out_TDATA;
      Clock();
      if (taken) model_.in_TVALID = 0;
    }
    EXPECT_TRUE(result.has_value());
    return result.value_or(0);
  }

  Vaxilite_registers model_;
};

TEST_F(AxiLite, RegistersAreZeroAfterReset) {
  for (const uint32_t address : {kFactor, kOffset, kOffsetHigh}) Write(address, 0xffffffff);
  Through(7);
  Reset();
  for (const uint32_t address : {kFactor, kOffset, kOffsetHigh, kLast}) {
    EXPECT_EQ(Read(address), 0U) << address;
  }
}

TEST_F(AxiLite, WhatIsWrittenIsReadAndBitsBeyondTheScalarAreZero) {
  Write(kFactor, 0xffffff12);
  Write(kOffset, 0x89abcdef);
  Write(kOffsetHigh, 0xffffff77);
  EXPECT_EQ(Read(kFactor), 0x12U);
  EXPECT_EQ(Read(kOffset), 0x89abcdefU);
  EXPECT_EQ(Read(kOffsetHigh), 0x77U);
}

TEST_F(AxiLite, StrobesChooseBytes) {
  Write(kOffset, 0x11223344);
  Write(kOffset, 0xaabbccdd, 0b0101);
  EXPECT_EQ(Read(kOffset), 0x11bb33ddU);
  Write(kOffset, 0xffffffff, 0);
  EXPECT_EQ(Read(kOffset), 0x11bb33ddU);
}

TEST_F(AxiLite, OtherAddressesReadZeroAndTakeNothing) {
  Write(kFactor, 5);
  Write(kOffset, 6);
  Write(kOffsetHigh, 7);
  for (uint32_t address = 0; address < 0x40; address += 4) {
    if (address == kFactor || address == kOffset || address == kOffsetHigh) continue;
    Write(address, 0xffffffff);
    EXPECT_EQ(Read(kFactor), 5U) << address;
    EXPECT_EQ(Read(address), 0U) << address;
  }
  EXPECT_EQ(Read(kFactor), 5U);
  EXPECT_EQ(Read(kOffset), 6U);
  EXPECT_EQ(Read(kOffsetHigh), 7U);
}

TEST_F(AxiLite, TheProcessSeesWhatIsWrittenAndShowsWhatItDid) {
  Write(kFactor, 3);
  Write(kOffset, 0);
  Write(kOffsetHigh, 0x80);
  EXPECT_EQ(Through(7), 0x80'0000'0015U);
  EXPECT_EQ(Through(1007), 0x80'0000'0bcdU);
  EXPECT_EQ(Read(kLast), 1007U % 8);
  EXPECT_EQ(ReadStatus(kSum), 0x0be2U);
  EXPECT_EQ(ReadStatus(kSumHigh), 0x100U);
}

TEST_F(AxiLite, AnAddressWaitsForItsData) {
  model_.s_axi_control_AWADDR = kFactor;
  model_.s_axi_control_AWVALID = 1;
  for (int i = 0; i < 5; ++i) {
    Settle();
    EXPECT_FALSE(model_.s_axi_control_AWREADY);
    Clock();
    EXPECT_FALSE(model_.s_axi_control_BVALID);
  }
  Write(kFactor, 9);
  EXPECT_EQ(Read(kFactor), 9U);
}

TEST_F(AxiLite, AnAnswerStandsUntilItIsTaken) {
  model_.s_axi_control_BREADY = 0;
  model_.s_axi_control_AWADDR = kFactor;
  model_.s_axi_control_WDATA = 1;
  model_.s_axi_control_WSTRB = 0xf;
  model_.s_axi_control_AWVALID = model_.s_axi_control_WVALID = 1;
  Clock();
  model_.s_axi_control_WDATA = 2;
  for (int i = 0; i < 5; ++i) {
    Settle();
    EXPECT_TRUE(model_.s_axi_control_BVALID);
    EXPECT_FALSE(model_.s_axi_control_AWREADY);
    Clock();
  }
  model_.s_axi_control_BREADY = 1;
  Clock();
  model_.s_axi_control_AWVALID = model_.s_axi_control_WVALID = 0;
  Clock();
  EXPECT_EQ(Read(kFactor), 2U);

  model_.s_axi_control_RREADY = 0;
  model_.s_axi_control_ARADDR = kFactor;
  model_.s_axi_control_ARVALID = 1;
  Clock();
  model_.s_axi_control_ARADDR = kOffset;
  for (int i = 0; i < 5; ++i) {
    Settle();
    EXPECT_TRUE(model_.s_axi_control_RVALID);
    EXPECT_EQ(model_.s_axi_control_RDATA, 2U);
    EXPECT_FALSE(model_.s_axi_control_ARREADY);
    Clock();
  }
}

}  // namespace
}  // namespace vireo::testing
