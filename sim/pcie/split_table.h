// SPDX-License-Identifier: Apache-2.0
// The card's reads in flight, by tag: the block's split completion table, with the room that it
// keeps for their completions.
#ifndef VIREO_SIM_PCIE_SPLIT_TABLE_H_
#define VIREO_SIM_PCIE_SPLIT_TABLE_H_

#include <array>
#include <cstdint>

#include "sim/pcie/ring.h"
#include "sim/pcie/tlp.h"

namespace vireo::sim::pcie {

struct SplitTableConfig {
  uint32_t completion_headers = 256;  // what the block's buffer holds
  uint32_t completion_bytes = 32 * 1024;
  uint64_t timeout_clocks = 250'000;  // 1 ms at 250 MHz
};

class SplitTable {
 public:
  explicit SplitTable(const SplitTableConfig& config)
      : config_(config),
        headers_left_(config.completion_headers),
        bytes_left_(config.completion_bytes) {}

  bool in_flight(uint8_t tag) const { return entries_[tag].active; }
  uint32_t in_flight_of(Function function) const { return of_function_[function]; }
  uint32_t in_flight() const { return count_; }

  // The tag is taken from the moment its request is accepted.
  void Begin(const TlpHeader& read);
  // Whether the buffer could take all completions of the read, whatever their number: one for each
  // line of 64 bytes. Reserves it if so.
  bool Reserve(const TlpHeader& read, uint64_t clock);
  // Fills in what the RC port tells of a completion that came in for `tag`; false: for no request.
  bool Complete(Tlp& completion);
  // The completion has left the buffer.
  void Release(const TlpHeader& completion);
  // A completion that ends a read overdue, made in `completion`; false: none is.
  bool TimeOut(uint64_t clock, Tlp& completion);
  // The clock at which the oldest read that waits is overdue; UINT64_MAX if none waits.
  uint64_t NextEvent() const;

 private:
  struct Entry {
    bool active = false;
    uint16_t requester = 0;
    uint16_t generation = 0;  // tells uses of the tag apart
    uint64_t next = 0;        // address of the first byte that is missing
    uint32_t left = 0;        // bytes
    uint32_t lines_left = 0;
  };
  struct Deadline {
    uint64_t clock = 0;
    uint8_t tag = 0;
    uint16_t generation = 0;
  };

  static uint32_t Lines(const TlpHeader& read);
  void End(Entry& entry);
  bool Waits(const Deadline& deadline) const {
    const Entry& entry = entries_[deadline.tag];
    return entry.active && entry.generation == deadline.generation;
  }

  SplitTableConfig config_;
  std::array<Entry, kTags> entries_;
  std::array<uint32_t, kFunctions> of_function_ = {};
  uint32_t count_ = 0;
  uint32_t headers_left_;
  uint32_t bytes_left_;
  Ring<Deadline> deadlines_;  // the first is of a read that waits
};

}  // namespace vireo::sim::pcie

#endif  // VIREO_SIM_PCIE_SPLIT_TABLE_H_
