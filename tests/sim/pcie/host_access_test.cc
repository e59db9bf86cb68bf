// SPDX-License-Identifier: Apache-2.0
// Software's side: BARs, configuration space, function level reset.
#include <algorithm>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/pcie/mock_card.h"

// After hw/spec, which has the same names.
#include <linux/pci_regs.h>

namespace vireo::sim::pcie {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A card whose BARs are memory, and whose configuration registers hold their number.
class HostAccessTest : public testing::Test {
 protected:
  void Start(const HardBlockConfig& config = {}) {
    bench_.emplace(config);
    bench_->card.on_cq = [this](const Tlp& tlp) { Serve(tlp); };
    bench_->card.on_config = [this](const pcie4c::ConfigRequest& request) {
      requests_.push_back(request);
      if (!request.write)
        bench_->card.config_replies.push_back(0xc0de0000U +
                                              static_cast<uint32_t>(request.register_number));
    };
    bench_->card.on_state = [this](const pcie4c::FunctionState& state) {
      states_.push_back(state);
    };
    bench_->Enable(0);
    bench_->Enable(1);
    states_.clear();
  }
  void Serve(const Tlp& tlp) {
    log_.push_back((tlp.is_posted() ? 'w' : 'r') + std::to_string(tlp.address % 0x10000));
    last_ = tlp;
    const uint64_t at = FirstByte(tlp) % bar_.size();
    if (tlp.is_posted()) {
      std::copy_n(tlp.payload + FirstByte(tlp) % 4, ByteCount(tlp),
                  bar_.begin() + static_cast<long>(at));
    } else if (answers_) {
      bench_->card.Answer(tlp, {bar_.data() + at, ByteCount(tlp)});
    }
  }
  std::vector<uint8_t> Read(Function function, uint64_t offset, uint32_t bytes) {
    std::vector<uint8_t> got;
    EXPECT_TRUE(bench_->block.MmioRead(function, 0, offset, bytes,
                                       [&](Status status, std::span<const uint8_t> data) {
                                         status_ = status;
                                         got.assign(data.begin(), data.end());
                                       }));
    EXPECT_TRUE(bench_->RunUntil([&] { return !got.empty(); }));
    return got;
  }
  std::vector<uint8_t> ReadConfig(Function function, uint32_t offset, uint32_t bytes) {
    std::vector<uint8_t> got;
    EXPECT_TRUE(bench_->block.ConfigRead(
        function, offset, bytes,
        [&](std::span<const uint8_t> data) { got.assign(data.begin(), data.end()); }));
    EXPECT_TRUE(bench_->RunUntil([&] { return !got.empty(); }, 5000));
    return got;
  }

  std::optional<Bench> bench_;
  std::vector<uint8_t> bar_ = std::vector<uint8_t>(0x10000);
  bool answers_ = true;
  std::vector<std::string> log_;
  Tlp last_;
  Status status_ = Status::kSuccess;
  std::vector<pcie4c::ConfigRequest> requests_;
  std::vector<pcie4c::FunctionState> states_;
};

TEST_F(HostAccessTest, BarsAreReadAndWrittenAtAnySizeAndAlignment) {
  Start({.stalls = {.cq = 30, .cc = 30}});
  for (uint64_t offset = 0x100; offset < 0x108; ++offset) {
    for (const uint32_t bytes : {1U, 2U, 4U, 8U, 13U, 64U}) {
      std::vector<uint8_t> data(bytes);
      std::iota(data.begin(), data.end(), static_cast<uint8_t>(offset * bytes));
      auto expected = bar_;
      std::copy(data.begin(), data.end(), expected.begin() + static_cast<long>(offset));
      ASSERT_TRUE(bench_->block.MmioWrite(0, 0, offset, data));
      EXPECT_EQ(Read(0, offset, bytes), data);
      EXPECT_EQ(bar_, expected);
    }
  }
  EXPECT_TRUE(bench_->errors.empty());
}

TEST_F(HostAccessTest, TheCardIsToldFunctionBarAndAddress) {
  Start();
  const uint32_t base = 0xfe000000;
  bench_->WriteConfig(1, PCI_BASE_ADDRESS_0, base, 4);
  bench_->Run(2);
  ASSERT_TRUE(bench_->block.MmioWrite(1, 0, 0x3010, std::vector<uint8_t>(2)));
  ASSERT_TRUE(bench_->RunUntil([&] { return !log_.empty(); }));
  EXPECT_EQ(last_.address, base + 0x3010);
  EXPECT_EQ(last_.completer, 1);
  EXPECT_EQ(last_.bar, 0);
  EXPECT_EQ(last_.bar_aperture, 16);
  EXPECT_EQ(last_.first_be, 3);
}

TEST_F(HostAccessTest, AccessesReachTheCardInOrder) {
  Start({.stalls = {.cq = 60}, .seed = 4});
  Random random(4, "card");
  bench_->card.on_clock = [&] { bench_->card.cq_ready = random.Percent(50); };
  int done = 0;
  std::vector<std::string> expected;
  for (uint64_t i = 0; i < 600; ++i) {
    if (i % 3 == 0) {
      bench_->block.MmioRead(0, 0, 4 * i, 4, [&](auto...) { ++done; });
    } else {
      bench_->block.MmioWrite(0, 0, 4 * i, std::vector<uint8_t>(4), [&] { ++done; });
    }
    expected.push_back((i % 3 == 0 ? "r" : "w") + std::to_string(4 * i));
  }
  ASSERT_TRUE(bench_->RunUntil([&] { return done == 600; }));
  EXPECT_EQ(log_, expected);
}

TEST_F(HostAccessTest, RangesOutsideABarAreNotTaken) {
  Start();
  const std::vector<uint8_t> eight(8);
  EXPECT_FALSE(bench_->block.MmioWrite(0, 0, 0xfffc, eight));
  EXPECT_FALSE(bench_->block.MmioWrite(0, 0, 0x10000, eight));
  EXPECT_FALSE(bench_->block.MmioWrite(0, 0, UINT64_MAX, eight));
  EXPECT_FALSE(bench_->block.MmioWrite(0, 0, 0xffc, eight));  // two blocks of 4 KiB
  EXPECT_FALSE(bench_->block.MmioWrite(0, 1, 0, eight));
  EXPECT_FALSE(bench_->block.MmioWrite(2, 0, 0, eight));
  EXPECT_FALSE(bench_->block.MmioWrite(0, 0, 0, std::vector<uint8_t>(65)));
  EXPECT_FALSE(bench_->block.MmioRead(0, 0, 0, 0, {}));
  EXPECT_FALSE(bench_->block.ConfigRead(0, 4093, 4, {}));
  EXPECT_FALSE(bench_->block.ConfigRead(0, UINT32_MAX, 4, {}));
}

TEST_F(HostAccessTest, WithMemorySpaceOffReadsGiveOnes) {
  Start();
  bench_->WriteConfig(0, PCI_COMMAND, 0, 2);
  bench_->Run(2);
  EXPECT_THAT(Read(0, 0x40, 4), ElementsAre(0xff, 0xff, 0xff, 0xff));
  EXPECT_EQ(status_, Status::kUnsupportedRequest);
  EXPECT_TRUE(bench_->block.MmioWrite(0, 0, 0x40, std::vector<uint8_t>(4)));
  bench_->Run(500);
  EXPECT_TRUE(log_.empty());
}

TEST_F(HostAccessTest, AReadThatTheCardDoesNotAnswerGivesOnesAndAnError) {
  Start({.host_timeout_clocks = 2000});
  answers_ = false;
  EXPECT_THAT(Read(0, 0x40, 2), ElementsAre(0xff, 0xff));
  EXPECT_EQ(status_, Status::kCompleterAbort);
  ASSERT_EQ(bench_->errors.size(), 1U);
  EXPECT_THAT(bench_->errors[0].what,
              HasSubstr("no completion of a read of 2 bytes at 0x40 of function 0 after 2000"));
}

TEST_F(HostAccessTest, ConfigurationIsTheBlocksOrTheCards) {
  Start();
  EXPECT_THAT(ReadConfig(1, PCI_VENDOR_ID, 4), ElementsAre(0xf4, 0x1a, 0x41, 0x10));
  EXPECT_TRUE(requests_.empty());
  EXPECT_THAT(ReadConfig(1, 0xb0, 4), ElementsAre(0xb0 / 4, 0x00, 0xde, 0xc0));
  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(requests_[0].register_number, 0xb0 / 4);
  EXPECT_EQ(requests_[0].function, 1);
  EXPECT_EQ(requests_[0].write, 0);
  const uint32_t value = 0x12345678;
  bench_->WriteConfig(0, 0xc2, value, 2);
  bench_->Run(3);
  ASSERT_EQ(requests_.size(), 2U);
  EXPECT_EQ(requests_[1].write, 1);
  EXPECT_EQ(requests_[1].byte_enables, 0b1100);
  EXPECT_EQ(requests_[1].data, 0x56780000);
}

TEST_F(HostAccessTest, AConfigurationReadMaySpanManyRegisters) {
  Start({.stalls = {.tokens = 40}});
  const auto bytes = ReadConfig(0, 0xae, 0x43);
  ASSERT_EQ(bytes.size(), 0x43U);
  for (uint32_t i = 2; i < bytes.size(); ++i) {
    const uint32_t at = 0xae + i;
    EXPECT_EQ(bytes[i], static_cast<uint8_t>((0xc0de0000U + at / 4) >> (8 * (at % 4)))) << at;
  }
}

TEST_F(HostAccessTest, AConfigurationReadWithoutAnswerGivesOnesAndAnError) {
  Start({.host_timeout_clocks = 1000});
  bench_->card.on_config = {};
  EXPECT_THAT(ReadConfig(0, 0xb4, 2), ElementsAre(0xff, 0xff));
  ASSERT_EQ(bench_->errors.size(), 1U);
  EXPECT_THAT(bench_->errors[0].what, HasSubstr("configuration read of register 0xb4"));
}

TEST_F(HostAccessTest, TheCardIsToldWhenAFunctionsStateChangesAndOnlyThen) {
  Start();
  bench_->WriteConfig(1, PCI_COMMAND, PCI_COMMAND_MASTER, 2);
  bench_->WriteConfig(1, PCI_COMMAND, PCI_COMMAND_MASTER | PCI_COMMAND_PARITY, 2);
  bench_->WriteConfig(1, 0x62, PCI_MSIX_FLAGS_ENABLE, 2);
  bench_->Run(10);
  ASSERT_EQ(states_.size(), 2U);
  EXPECT_EQ(states_[0].function, 1);
  EXPECT_EQ(states_[0].bus_master, 1);
  EXPECT_EQ(states_[0].memory_space, 0);
  EXPECT_EQ(states_[0].flr, 0);
  EXPECT_EQ(states_[1].msix_enable, 1);
}

TEST_F(HostAccessTest, AFunctionIsResetWhenTheCardSaysSo) {
  Start();
  bool done = false;
  bench_->WriteConfig(0, PCI_BASE_ADDRESS_0, 0xfe000000, 4);
  bench_->Run(2);
  bench_->block.ResetFunction(0, [&] { done = true; });
  bench_->Run(100);
  EXPECT_FALSE(done);
  ASSERT_EQ(states_.size(), 1U);
  EXPECT_EQ(states_[0].flr, 1);
  EXPECT_EQ(states_[0].bus_master, 0);
  EXPECT_EQ(bench_->block.config_space(0).bar_address(0), 0U);
  EXPECT_EQ(bench_->block.config_space(1).flags().bus_master, true);
  bench_->card.resets_done.push_back(0);
  bench_->Run(2);
  EXPECT_TRUE(done);
  EXPECT_FALSE(bench_->block.resetting(0));
}

TEST_F(HostAccessTest, DeviceControlStartsAReset) {
  Start();
  bench_->WriteConfig(1, 0x70 + PCI_EXP_DEVCTL, PCI_EXP_DEVCTL_BCR_FLR, 2);
  bench_->Run(3);
  EXPECT_TRUE(bench_->block.resetting(1));
  ASSERT_EQ(states_.size(), 1U);
  EXPECT_EQ(states_[0].flr, 1);
  EXPECT_EQ(states_[0].function, 1);
}

TEST_F(HostAccessTest, AResetThatNeverEndsIsAnError) {
  Start({.host_timeout_clocks = 500});
  bench_->block.ResetFunction(0);
  bench_->Run(600);
  ASSERT_EQ(bench_->errors.size(), 1U);
  EXPECT_THAT(bench_->errors[0].what, HasSubstr("function 0 is not reset after 500 clocks"));
}

TEST_F(HostAccessTest, TransactionsPendingIsSetWhileAReadIsInFlight) {
  Start();
  bench_->card.Read(0, 1, 0x1000, 4);
  bench_->Run(20);
  EXPECT_EQ(ReadConfig(0, 0x70 + PCI_EXP_DEVSTA, 2)[0], PCI_EXP_DEVSTA_TRPND);
  bench_->Run(400);
  EXPECT_EQ(ReadConfig(0, 0x70 + PCI_EXP_DEVSTA, 2)[0], 0);
}

}  // namespace
}  // namespace vireo::sim::pcie
