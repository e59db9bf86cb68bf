// SPDX-License-Identifier: Apache-2.0
// The card with 256 functions and 4096 virtqueues: its first and its last functions work side by
// side.

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "hw/virtio/functions.h"
#include "tests/hw/card/load.h"

namespace vireo::testing {
namespace {

class LargeCard : public CardTest {};

TEST_F(LargeCard, WorksFromItsFirstFunctionToItsLast) {
  static_assert(kFunctions == 256 && kQueues == 4096);
  ASSERT_NO_FATAL_FAILURE(Start({}));
  constexpr int kNets[] = {kNetFunction, kFirstBlkVirtual - 1};
  constexpr int kBlks[] = {kBlkFunction, kFirstBlkVirtual, kVirtualEnd - 1};
  std::vector<std::unique_ptr<CardDevice>> devices;
  std::vector<std::unique_ptr<Load>> loads;
  for (const int function : kBlks) {
    devices.push_back(Attach(static_cast<sim::pcie::Function>(function)));
    loads.push_back(std::make_unique<BlkLoad>(*devices.back(), 1));
    loads.back()->Begin();
  }
  const auto work = [&](Load& sender) {
    for (uint64_t end = card_->clock() + 15'000; card_->clock() < end;) {
      card_->Step();
      if (card_->clock() % Load::kBetweenLooks != 0) continue;
      for (const auto& load : loads) load->Look();
      sender.Look();
    }
  };
  for (const int function : kNets) {
    devices.push_back(Attach(static_cast<sim::pcie::Function>(function)));
    TransmitLoad sender(*devices.back(), 1);
    card_->mac().OnSend([&](std::span<const uint8_t> frame) { sender.Sent(frame); });
    sender.Begin();
    std::vector<uint64_t> before;
    for (const auto& load : loads) before.push_back(load->done());
    work(sender);
    EXPECT_GT(sender.done(), 100U) << "frames of function " << function;
    for (size_t i = 0; i < loads.size(); ++i) {
      EXPECT_GT(loads[i]->done(), before[i] + 10) << "requests of function " << kBlks[i];
    }
    devices.back()->driver.Reset();
    card_->mac().OnSend([](std::span<const uint8_t>) {});
  }
}

}  // namespace
}  // namespace vireo::testing
