// SPDX-License-Identifier: Apache-2.0
// Functions that are taken away from their driver in the middle of their work: not one DMA of
// theirs comes afterwards, the others do not notice, and they work again when set up anew.
// VIRTIO 1.4, 2.4 "Device Reset"; PCI Express, 6.6.2 "Function Level Reset".

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>

#include "hw/spec/size.h"
#include "tests/hw/card/load.h"

namespace vireo::testing {
namespace {

enum class Taking { kDeviceReset, kFunctionLevelReset, kBusMasterOff, kMemoryGone };

struct Case {
  const char* name;
  Taking how;
  int function;  // the one that is taken; the other one goes on
};
void PrintTo(const Case& what, std::ostream* out) { *out << what.name; }

class Reset : public CardTest, public ::testing::WithParamInterface<Case> {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(Start({}));
    net_ = Attach(kNetFunction);
    blk_ = Attach(kBlkFunction);
    transmit_ = std::make_unique<TransmitLoad>(*net_, 1);
    requests_ = std::make_unique<BlkLoad>(*blk_, 1);
    card_->mac().OnSend([this](std::span<const uint8_t> frame) { transmit_->Sent(frame); });
    card_->memory().OnAccess([this](const sim::pcie::DmaAccess& access) {
      if (access.function == silent_) ADD_FAILURE() << "DMA of a function that was taken away";
    });
    transmit_->Begin();
    requests_->Begin();
  }

  void Work(uint64_t clocks) {
    for (const uint64_t end = card_->clock() + clocks; card_->clock() < end;) {
      card_->Step();
      if (card_->clock() % Load::kBetweenLooks != 0) continue;
      if (silent_ != kNetFunction) transmit_->Look();
      if (silent_ != kBlkFunction) requests_->Look();
    }
  }

  Load& of(int function) {
    if (function == kNetFunction) return *transmit_;
    return *requests_;
  }

  void Take(CardDevice& device, int function, Taking how) {
    switch (how) {
      case Taking::kDeviceReset: device.driver.Reset(); break;
      case Taking::kFunctionLevelReset: {
        bool is_done = false;
        card_->block().ResetFunction(static_cast<sim::pcie::Function>(function),
                                     [&] { is_done = true; });
        EXPECT_TRUE(Run([&] { return is_done; })) << "the card does not end its reset";
        break;
      }
      case Taking::kBusMasterOff:
        device.bus.WriteConfig(spec::pci_header::kCommand.offset, spec::pci_header::kCommandMemory);
        for (int i = 0; i < 300; ++i) card_->Step();  // requests under way are dropped
        break;
      case Taking::kMemoryGone:
        // Reads fail from here on: the queues stop with a fault, and the reset still ends.
        card_->memory().UnmapAll(static_cast<sim::pcie::Function>(function));
        Work(3000);
        device.driver.Reset();
        break;
    }
    silent_ = function;
  }

  void GiveBack(CardDevice& device, int function, Taking how) {
    silent_ = kNobody;
    if (how == Taking::kMemoryGone) {
      const auto mapped = card_->memory().Map(
          static_cast<sim::pcie::Function>(function),
          {.iova = CardDevice::kMemory,
           .length = CardDevice::kMemoryBytes,
           .host = device.memory.At(CardDevice::kMemory, CardDevice::kMemoryBytes)});
      EXPECT_TRUE(mapped);
    }
    SwitchOn(device);
    of(function).Begin();
  }

  static constexpr int kNobody = -1;

  int silent_ = kNobody;
  std::unique_ptr<CardDevice> net_, blk_;
  std::unique_ptr<TransmitLoad> transmit_;
  std::unique_ptr<BlkLoad> requests_;
};

TEST_P(Reset, StopsOneFunctionAndNothingElse) {
  const Case what = GetParam();
  const int other = what.function == kNetFunction ? kBlkFunction : kNetFunction;
  CardDevice& device = what.function == kNetFunction ? *net_ : *blk_;
  sim::Random random(1, "when");
  for (int round = 0; round < 4; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    const uint64_t before = of(what.function).done();
    Work(3000 + random.Below(1500));
    EXPECT_GT(of(what.function).done(), before) << "it does not work";
    const uint64_t others = of(other).done();
    ASSERT_NO_THROW(Take(device, what.function, what.how));
    Work(3000);
    EXPECT_GT(of(other).done(), others) << "the other function has stopped";
    if (HasFailure()) return;
    ASSERT_NO_THROW(GiveBack(device, what.function, what.how));
  }
  const uint64_t before = of(what.function).done();
  Work(5000);
  EXPECT_GT(of(what.function).done(), before) << "it does not come back";
}

INSTANTIATE_TEST_SUITE_P(
    , Reset,
    ::testing::Values(Case{"DeviceResetOfNet", Taking::kDeviceReset, kNetFunction},
                      Case{"DeviceResetOfBlk", Taking::kDeviceReset, kBlkFunction},
                      Case{"FunctionLevelResetOfNet", Taking::kFunctionLevelReset, kNetFunction},
                      Case{"FunctionLevelResetOfBlk", Taking::kFunctionLevelReset, kBlkFunction},
                      Case{"BusMasterOffOfNet", Taking::kBusMasterOff, kNetFunction},
                      Case{"BusMasterOffOfBlk", Taking::kBusMasterOff, kBlkFunction},
                      Case{"MemoryGoneOfNet", Taking::kMemoryGone, kNetFunction},
                      Case{"MemoryGoneOfBlk", Taking::kMemoryGone, kBlkFunction}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace vireo::testing
