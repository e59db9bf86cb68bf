// SPDX-License-Identifier: Apache-2.0
#include "sim/simulator/wire.h"

#include <algorithm>
#include <array>

namespace vireo::sim {

tl::expected<std::unique_ptr<Wire>, std::string> Wire::Open(const std::vector<std::string>& ports,
                                                            Card& card) {
  std::unique_ptr<Wire> wire(new Wire(card));
  for (const std::string& text : ports) {
    auto port = OpenEthernetPort(text);
    if (!port) return tl::unexpected(port.error());
    wire->ports_.push_back(std::move(*port));
  }
  card.mac().OnSend([it = wire.get()](std::span<const uint8_t> frame) {
    if (it->hook_) it->hook_(frame, false);
    for (const auto& port : it->ports_) port->Write(frame, it->card_.clock());
  });
  return wire;
}

Wire::~Wire() { card_.mac().OnSend({}); }

std::vector<int> Wire::poll_fds() const {
  std::vector<int> fds;
  for (const auto& port : ports_) {
    if (port->poll_fd() >= 0) fds.push_back(port->poll_fd());
  }
  return fds;
}

bool Wire::Move() {
  std::array<uint8_t, kLargestFrame> buffer;
  bool any = false;
  for (const auto& port : ports_) {
    if (!Gives(*port)) continue;
    for (int i = 0; i < kFramesOfRound; ++i) {
      const size_t bytes = port->Read(buffer, card_.clock());
      if (bytes == 0) break;
      any = true;
      const auto frame = std::span<const uint8_t>(buffer).first(bytes);
      if (!card_.mac().Receive(frame)) continue;
      if (hook_) hook_(frame, true);
      for (const auto& other : ports_) {
        if (other != port) other->Delivered(frame, card_.clock());
      }
    }
  }
  return any;
}

uint64_t Wire::NextFrame() const {
  uint64_t next = UINT64_MAX;
  for (const auto& port : ports_) {
    if (Gives(*port)) next = std::min(next, port->NextFrame());
  }
  return next;
}

}  // namespace vireo::sim
