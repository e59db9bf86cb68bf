// SPDX-License-Identifier: Apache-2.0
// BAR 0 of a function of a simulated card: each access runs the card until it is answered.
#ifndef VIREO_TESTS_HW_CARD_CARD_BUS_H_
#define VIREO_TESTS_HW_CARD_CARD_BUS_H_

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>

#include "sim/simulator/card.h"

namespace vireo::testing {

class CardBus {
 public:
  static constexpr uint64_t kClockLimit = 100'000;  // for one access

  CardBus(sim::Card& card, sim::pcie::Function function) : card_(card), function_(function) {}

  template <typename T>
  T Read(uint64_t offset) {
    T value = {};
    bool is_done = false;
    const bool is_good = card_.block().MmioRead(function_, 0, offset, sizeof(T),
                                                [&](auto, std::span<const uint8_t> bytes) {
                                                  std::memcpy(&value, bytes.data(), sizeof(T));
                                                  is_done = true;
                                                });
    Wait(is_good, is_done);
    return value;
  }

  template <typename T>
  void Write(uint64_t offset, T value) {
    std::array<uint8_t, sizeof(T)> bytes;
    std::memcpy(bytes.data(), &value, sizeof(T));
    bool is_done = false;
    const bool is_good =
        card_.block().MmioWrite(function_, 0, offset, bytes, [&] { is_done = true; });
    Wait(is_good, is_done);
  }

  // Configuration space.
  uint32_t ReadConfig(uint32_t offset) {
    uint32_t value = 0;
    bool is_done = false;
    const bool is_good =
        card_.block().ConfigRead(function_, offset, 4, [&](std::span<const uint8_t> bytes) {
          std::memcpy(&value, bytes.data(), 4);
          is_done = true;
        });
    Wait(is_good, is_done);
    return value;
  }
  void WriteConfig(uint32_t offset, uint32_t value) {
    std::array<uint8_t, 4> bytes;
    std::memcpy(bytes.data(), &value, 4);
    bool is_done = false;
    const bool is_good =
        card_.block().ConfigWrite(function_, offset, bytes, [&] { is_done = true; });
    Wait(is_good, is_done);
  }

 private:
  void Wait(bool is_good, const bool& is_done) {
    if (!is_good) throw std::logic_error("the access does not lie in the BAR");
    const uint64_t end = card_.clock() + kClockLimit;
    while (!is_done) {
      if (card_.clock() == end) throw std::runtime_error("the card does not answer");
      card_.Step();
    }
  }

  sim::Card& card_;
  sim::pcie::Function function_;
};

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_CARD_CARD_BUS_H_
