// SPDX-License-Identifier: Apache-2.0
// Who waits for whom at a card's pins.

#include "sim/simulator/pin_watch.h"

#include <gtest/gtest.h>

#include <array>

namespace vireo::sim {
namespace {

// Two streams, of which the test says what the card's side does.
class Pins final : public Dut {
 public:
  std::span<const StreamPort> ports() const override { return kPorts; }
  void SetClock(bool) override {}
  void SetReset(bool) override {}
  void Eval() override {}
  void SetInput(size_t, bool, const uint32_t*) override {}
  bool InputReady(size_t) const override { return takes; }
  void SetOutputReady(size_t, bool) override {}
  bool OutputValid(size_t) const override { return gives; }
  void GetOutput(size_t, uint32_t*) const override {}
  bool is_core() const override { return false; }
  uint32_t latency() const override { return 0; }

  bool takes = false, gives = false;

 private:
  static constexpr std::array<StreamPort, 2> kPorts = {StreamPort{"orders", true, 8, {}},
                                                       StreamPort{"answers", false, 8, {}}};
};

class PinWatchTest : public ::testing::Test {
 protected:
  void Clock() {
    watch_.SetClock(false);
    watch_.SetClock(true);
  }
  void Drive(bool offers, bool is_ready) {
    const uint32_t word = 0;
    watch_.SetInput(0, offers, &word);
    watch_.SetOutputReady(1, is_ready);
  }

  Pins pins_;
  PinWatch watch_ = PinWatch(pins_);
};

TEST_F(PinWatchTest, CountsClocksInWhichNothingMoves) {
  Drive(true, true);
  for (int i = 0; i < 5; ++i) Clock();
  EXPECT_EQ(watch_.still(), 5U);
  pins_.takes = true;
  Clock();
  EXPECT_EQ(watch_.still(), 0U);
  pins_.takes = false;
  Clock();
  EXPECT_EQ(watch_.still(), 1U);
  pins_.gives = true;
  Clock();
  EXPECT_EQ(watch_.still(), 0U);
  Drive(true, false);
  Clock();
  EXPECT_EQ(watch_.still(), 1U);
}

TEST_F(PinWatchTest, NamesTheStreamsThatHoldATokenAndWhoseTurnItIs) {
  EXPECT_EQ(watch_.Waiting(), "  no stream holds a token: the card itself owes an answer\n");
  Drive(true, false);
  pins_.gives = true;
  EXPECT_EQ(watch_.Waiting(),
            "  orders: offered to the card, which is not ready\n"
            "  answers: given by the card, and the simulator is not ready\n");
  pins_.takes = true;
  EXPECT_EQ(watch_.Waiting(), "  answers: given by the card, and the simulator is not ready\n");
}

}  // namespace
}  // namespace vireo::sim
