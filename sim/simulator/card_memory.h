// SPDX-License-Identifier: Apache-2.0
// The card's memory behind its AXI4 channels: answers in order, one line of 64 bytes a clock.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>

#include <tl/expected.hpp>

#include "hw/blk/axi4.h"
#include "sim/harness/dut.h"
#include "sim/harness/payload.h"

namespace vireo::sim {

struct CardMemoryCounters {
  uint64_t read_lines = 0, written_lines = 0;
  uint64_t refused = 0;  // bursts beyond the memory's end: SLVERR
};

// In each clock: Drive, then the card's logic settles, then Sample. A token stands until the card
// takes it. Bytes that nobody wrote are 0, and take no memory of the host.
class CardMemory {
 public:
  static constexpr uint64_t kLatency = 32;  // clocks from an address to its first line, as of DDR4

  // Streams axi_ar, axi_r, axi_aw, axi_w, axi_b of the card's top. Fails if one is missing or if
  // the host does not give `bytes` of address space.
  static tl::expected<CardMemory, std::string> Make(Dut& dut, uint64_t bytes);
  CardMemory(CardMemory&& other) noexcept;
  CardMemory& operator=(CardMemory&&) = delete;
  ~CardMemory();

  std::span<uint8_t> bytes() { return {base_, size_}; }
  const CardMemoryCounters& counters() const { return counters_; }
  bool idle() const { return reads_.empty() && writes_.empty() && answers_.empty(); }

  void Drive();
  void Sample();

 private:
  enum Port { kAr, kR, kAw, kW, kB };
  static constexpr std::array<const char*, 5> kNames = {"axi_ar", "axi_r", "axi_aw", "axi_w",
                                                        "axi_b"};
  static constexpr size_t kLine = 64;

  struct Burst {
    uint64_t address;  // of the next line
    uint32_t lines;    // left
    uint64_t clock;    // not answered before
    bool is_good;      // it lies in the memory
  };
  struct Answer {
    bool is_good;
    uint64_t clock;
  };

  CardMemory(Dut& dut, const std::array<size_t, 5>& ports, uint8_t* base, size_t size);

  template <typename T>
  T Get(Port port);
  template <typename T>
  void Offer(Port port, const T& value);
  void Withdraw(Port port);
  bool IsTaken(Port port);
  Burst ToBurst(const Axi4Address& address);
  Axi4ReadBeat NextLine() const;
  void Write(const Axi4WriteBeat& beat);

  Dut* dut_;
  std::array<size_t, 5> ports_;
  uint8_t* base_;
  size_t size_;
  uint64_t clock_ = 0;
  std::array<Token, 5> tokens_;      // to or from the pins
  std::array<bool, 5> stands_ = {};  // offered, and not yet taken
  std::array<bool, 5> driven_ = {};  // the pins show a token
  std::deque<Burst> reads_, writes_;
  std::deque<Answer> answers_;
  CardMemoryCounters counters_;
};

}  // namespace vireo::sim
