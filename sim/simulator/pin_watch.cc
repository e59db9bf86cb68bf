// SPDX-License-Identifier: Apache-2.0
#include "sim/simulator/pin_watch.h"

#include <fmt/format.h>

namespace vireo::sim {

void PinWatch::SetClock(bool high) {
  if (high) {
    ++still_;
    for (size_t i = 0; i < driven_.size(); ++i) {
      if (driven_[i] && CardSide(i)) still_ = 0;
    }
  }
  dut_.SetClock(high);
}

void PinWatch::SetInput(size_t port, bool valid, const uint32_t* words) {
  driven_[port] = valid;
  dut_.SetInput(port, valid, words);
}

void PinWatch::SetOutputReady(size_t port, bool ready) {
  driven_[port] = ready;
  dut_.SetOutputReady(port, ready);
}

std::string PinWatch::Waiting() const {
  std::string text;
  for (size_t i = 0; i < driven_.size(); ++i) {
    const StreamPort& port = ports()[i];
    if (port.is_input && driven_[i] && !dut_.InputReady(i)) {
      text += fmt::format("  {}: offered to the card, which is not ready\n", port.name);
    } else if (!port.is_input && !driven_[i] && dut_.OutputValid(i)) {
      text += fmt::format("  {}: given by the card, and the simulator is not ready\n", port.name);
    }
  }
  return text.empty() ? "  no stream holds a token: the card itself owes an answer\n" : text;
}

}  // namespace vireo::sim
