// SPDX-License-Identifier: Apache-2.0
// Drivers that break the rules of a ring, on the card's RTL: that queue stops, the device says that
// it needs a reset, the fault is counted under its reason; all other queues of the card go on; and
// after a reset the queue works.

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <tuple>

#include "hw/spec/card_counters.h"
#include "hw/spec/management_bar.h"
#include "hw/spec/size.h"
#include "hw/virtio/reasons.h"
#include "tests/driver/ring_attacks.h"
#include "tests/hw/card/load.h"

namespace vireo::testing {
namespace {

struct Victim {
  const char* name;
  int function;
  uint16_t queue;  // beside those of the load
};
constexpr Victim kVictims[] = {
    {"Transmit", kNetFunction, 3}, {"Receive", kNetFunction, 2}, {"Block", kBlkFunction, 2}};

class Hostile : public CardTest,
                public ::testing::WithParamInterface<std::tuple<Victim, RingAttack>> {
 protected:
  static constexpr uint16_t kSize = 64;
  // A loop is followed once around the table, a round trip for each block of it.
  static constexpr uint64_t kSlowestFault = 40'000;  // clocks

  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(Start({}));
    net_ = Attach(kNetFunction);
    blk_ = Attach(kBlkFunction);
    management_ = Manage();
    transmit_ = std::make_unique<TransmitLoad>(*net_, 1);
    requests_ = std::make_unique<BlkLoad>(*blk_, 1);
    card_->mac().OnSend([this](std::span<const uint8_t> frame) { transmit_->Sent(frame); });
  }

  void BeginAll(const Victim& victim) {
    const auto add_to = [&](int function) {
      if (victim.function != function) return;
      queue_ = &DeviceOf(victim).driver.AddQueue(victim.queue, kSize);
    };
    transmit_->Begin([&] { add_to(kNetFunction); });
    requests_->Begin([&] { add_to(kBlkFunction); });
  }

  CardDevice& DeviceOf(const Victim& victim) {
    return victim.function == kNetFunction ? *net_ : *blk_;
  }

  // Both loads go on.
  void ExpectWork() {
    const uint64_t frames = transmit_->done() + 50, requests = requests_->done() + 10;
    const uint64_t end = card_->clock() + 20'000;
    while (transmit_->done() < frames || requests_->done() < requests) {
      ASSERT_LT(card_->clock(), end) << "a load stands still";
      Step();
    }
  }
  void Step() {
    card_->Step();
    if (card_->clock() % Load::kBetweenLooks != 0) return;
    transmit_->Look();
    requests_->Look();
  }

  uint64_t CountOf(int function, spec::Reason reason) {
    return management_->Read<uint64_t>(
        spec::management_bar::kFunctionCounters.At(static_cast<uint32_t>(function)) +
        spec::function_counters::kReasonCount.At(static_cast<uint32_t>(reason)));
  }

  std::unique_ptr<CardDevice> net_, blk_;
  std::unique_ptr<CardBus> management_;
  std::unique_ptr<TransmitLoad> transmit_;
  std::unique_ptr<BlkLoad> requests_;
  SplitQueue* queue_ = nullptr;
};

TEST_P(Hostile, DriverStopsItsQueueAndNoOther) {
  const auto& [victim, attack] = GetParam();
  CardDevice& device = DeviceOf(victim);
  const spec::Reason reason = ReasonOf(attack.fault);
  ASSERT_NO_FATAL_FAILURE(BeginAll(victim));
  ASSERT_NO_FATAL_FAILURE(ExpectWork());
  const uint64_t counted = CountOf(victim.function, reason);

  attack.act(device.memory, *queue_);
  queue_->Publish();
  device.driver.Notify(victim.queue);
  for (const uint64_t end = card_->clock() + kSlowestFault; card_->clock() < end;) {
    for (int i = 0; i < 1000; ++i) Step();
    if ((device.driver.Status() & spec::VIRTIO_CONFIG_S_NEEDS_RESET) != 0) break;
  }
  ASSERT_NO_FATAL_FAILURE(ExpectWork());
  EXPECT_NE(device.driver.Status() & spec::VIRTIO_CONFIG_S_NEEDS_RESET, 0);
  EXPECT_FALSE(queue_->HasUsed());
  EXPECT_EQ(CountOf(victim.function, reason), counted + 1);

  ASSERT_NO_FATAL_FAILURE(BeginAll(victim));
  EXPECT_EQ(device.driver.Status() & spec::VIRTIO_CONFIG_S_NEEDS_RESET, 0);
  ASSERT_NO_FATAL_FAILURE(ExpectWork());
  EXPECT_EQ(CountOf(victim.function, reason), counted + 1);
}

INSTANTIATE_TEST_SUITE_P(, Hostile,
                         ::testing::Combine(::testing::ValuesIn(kVictims),
                                            ::testing::ValuesIn(RingAttacks())),
                         [](const auto& info) {
                           return std::string(std::get<0>(info.param).name) +
                                  std::get<1>(info.param).name;
                         });

}  // namespace
}  // namespace vireo::testing
