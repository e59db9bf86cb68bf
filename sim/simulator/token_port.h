// SPDX-License-Identifier: Apache-2.0
// An input stream of the card's top into which software puts tokens, one after the other.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <tl/expected.hpp>

#include "sim/harness/dut.h"
#include "sim/harness/payload.h"

namespace vireo::sim {

// In each clock: Drive, then the card's logic settles, then Sample.
template <typename T>
class TokenPort {
 public:
  // Fails if the card's top has no such input stream.
  static tl::expected<TokenPort, std::string> Make(Dut& dut, std::string_view name) {
    const auto ports = dut.ports();
    for (size_t i = 0; i < ports.size(); ++i) {
      if (name == ports[i].name && ports[i].is_input) return TokenPort(dut, i);
    }
    return tl::unexpected(fmt::format("the card's top has no input stream '{}'", name));
  }

  void Send(const T& token) { waiting_.push_back(token); }
  bool idle() const { return waiting_.empty(); }

  void Drive() {
    if (stands_) return;
    if (!waiting_.empty()) {
      Pack(dut_->ports()[port_], reinterpret_cast<const std::byte*>(&waiting_.front()), token_);
      dut_->SetInput(port_, true, token_.data());
      stands_ = driven_ = true;
    } else if (driven_) {
      dut_->SetInput(port_, false, token_.data());
      driven_ = false;
    }
  }
  void Sample() {
    if (!stands_ || !dut_->InputReady(port_)) return;
    stands_ = false;
    waiting_.pop_front();
  }

 private:
  TokenPort(Dut& dut, size_t port)
      : dut_(&dut), port_(port), token_(WordsOf(dut.ports()[port].bits)) {}

  Dut* dut_;
  size_t port_;
  Token token_;          // on the pins
  bool stands_ = false;  // offered, and not yet taken
  bool driven_ = false;  // the pins show a token
  std::deque<T> waiting_;
};

}  // namespace vireo::sim
