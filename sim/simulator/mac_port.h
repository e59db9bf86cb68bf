// SPDX-License-Identifier: Apache-2.0
// The card's Ethernet MAC: frames on one side, beats of the card's streams on the other.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "sim/harness/dut.h"
#include "sim/harness/random.h"

namespace vireo::sim {

using Frame = std::vector<uint8_t>;  // from the destination address on, without the CRC

struct MacCounters {
  uint64_t sent = 0, sent_bytes = 0;          // by the card
  uint64_t received = 0, received_bytes = 0;  // by the card
  uint64_t refused = 0;                       // frames that found the queue to the card full
};

// In each clock: Drive, then the card's logic settles, then Sample. A beat stands until the card
// takes it.
class MacPort {
 public:
  // Streams `rx` and `tx` of the card's top. Fails if one is missing.
  static tl::expected<MacPort, std::string> Make(Dut& dut, const std::string& rx = "mac_rx",
                                                 const std::string& tx = "mac_tx");

  // A frame for the card; false: kMaxWaiting frames wait already.
  bool Receive(std::span<const uint8_t> frame);
  // The network takes no beat of the card in so many percent of the clocks.
  void HoldBack(uint32_t percent, uint64_t seed);
  void OnSend(std::function<void(std::span<const uint8_t>)> hook) { on_send_ = std::move(hook); }

  void Drive();
  void Sample();
  bool idle() const { return waiting_.empty() && sending_.empty(); }
  size_t waiting() const { return waiting_.size(); }  // frames for the card
  const MacCounters& counters() const { return counters_; }

 private:
  static constexpr size_t kMaxWaiting = 4096;  // frames

  MacPort(Dut& dut, size_t rx, size_t tx) : dut_(&dut), rx_(rx), tx_(tx) {}

  Dut* dut_;
  size_t rx_, tx_;
  uint32_t held_percent_ = 0;
  Random random_{0, "mac"};
  bool takes_ = true;  // a beat of the card, in this clock
  std::deque<Frame> waiting_;
  size_t at_ = 0;        // bytes of the first one that the card has
  bool stands_ = false;  // a beat is on offer
  bool driven_ = false;  // the pins show one
  Frame sending_;        // what has come of a frame from the card
  MacCounters counters_;
  std::function<void(std::span<const uint8_t>)> on_send_;
};

}  // namespace vireo::sim
