// SPDX-License-Identifier: Apache-2.0
// The card's Ethernet wire with all that hangs on it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "sim/simulator/card.h"
#include "sim/simulator/ethernet_port.h"

namespace vireo::sim {

// A frame from the card goes to every port, one from a port to the card and to the other ports'
// records.
class Wire {
 public:
  // `to_card` tells the direction. Called as a frame passes the card's MAC queue.
  using Hook = std::function<void(std::span<const uint8_t> frame, bool to_card)>;

  // The card must outlive the wire.
  static tl::expected<std::unique_ptr<Wire>, std::string> Open(
      const std::vector<std::string>& ports, Card& card);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  void OnFrame(Hook hook) { hook_ = std::move(hook); }
  std::vector<int> poll_fds() const;
  // Hands over what has come; whether there was any.
  bool Move();
  uint64_t NextFrame() const;

 private:
  static constexpr int kFramesOfRound = 16;  // of a port

  explicit Wire(Card& card) : card_(card) {}

  // The card's first DMA is the sign that a driver has queues for it.
  bool Gives(const EthernetPort& port) const {
    return !port.waits_for_driver() || card_.block().counters().reads != 0;
  }

  Card& card_;
  Hook hook_;
  std::vector<std::unique_ptr<EthernetPort>> ports_;
};

}  // namespace vireo::sim
