// SPDX-License-Identifier: Apache-2.0
// Two readers and two writers on one requester interface, with a host behind it.
#ifndef VIREO_TESTS_HW_PCIE_DMA_BENCH_H_
#define VIREO_TESTS_HW_PCIE_DMA_BENCH_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "tests/hw/pcie/host.h"
#include "tests/hw/pcie/loop_model.h"
#include "tests/hw/primitives/bench.h"

namespace vireo::test {

// A request as the tests write it; its number in the unit's list is its context.
struct Piece {
  uint64_t address;
  unsigned length;
};
struct Unit {
  unsigned reader;
  unsigned key;
  unsigned function;
  std::vector<Piece> requests;
  bool fails = false;  // an error is expected
};

// A write. Reads that are asked for before its ack has come keep away from its addresses.
struct Write {
  unsigned function;
  uint64_t address;
  std::vector<uint8_t> bytes;
  bool wants_ack = false;
};
std::vector<WriteLine> LinesOf(const Write& write, unsigned cookie);

class DmaBench {
 public:
  static constexpr int kReaders = Loop::kReaders;
  static constexpr int kWriters = Loop::kWriters;
  static constexpr int kTags = Loop::kTags;
  static constexpr unsigned kMasters = 6;  // functions from 0 that may be bus masters
  using Context = Loop::Context;
  using Request = Loop::Request;

  DmaBench(const Traffic& traffic, Host::Options options);

  void Add(const Unit& unit);
  // A unit of which only `unit` comes back: its last request stands for `rest`.
  void AddLonger(const Unit& unit, const std::vector<Piece>& rest);
  void Add(unsigned writer, const Write& write);
  // The same in two parts: its first line, and the others.
  void Begin(unsigned writer, const Write& write);
  void End(unsigned writer, const Write& write);

  // One clock. What comes is checked against what was asked for.
  void Clock();
  void Run(unsigned clocks);
  void RunUntilDone(uint64_t limit);

  bool is_done() const { return left_ == 0 && acks_left_ == 0; }
  size_t left() const { return left_; }
  uint64_t clock() const { return clock_; }
  size_t delivered() const { return units_ - left_; }  // units
  bool HasArrived(const Write& write) const;
  std::optional<uint32_t> dropped_writes() const { return ports_.dropped_writes; }

  Host host;

 private:
  struct Expected {
    size_t number;  // of the unit
    std::deque<ReadLine<Context>> lines;
  };

  void Ask(const Unit& unit, const Piece& piece, bool last, size_t context);
  void Expect(const Unit& unit);
  void Check(unsigned reader, const ReadLine<Context>& line);
  void Check(unsigned writer, const WriteAck& ack);

  Traffic traffic_;
  sim::Random random_;
  LoopPorts ports_;
  std::unique_ptr<LoopModel> model_;
  std::vector<Source<Request>> requests_;
  std::vector<Source<WriteLine>> writes_;
  std::vector<size_t> units_of_[kReaders];                       // by context
  std::vector<unsigned> keys_;                                   // of units
  std::map<unsigned, std::deque<Expected>> expected_[kReaders];  // by key
  size_t units_ = 0;
  size_t left_ = 0;
  Memory expected_memory_;
  size_t cookies_[kWriters] = {};  // of the next write, and of the next ack
  size_t acked_[kWriters] = {};
  size_t acks_left_ = 0;
  size_t current_[kReaders];  // the unit whose lines come, or kNone
  uint64_t clock_ = 0;

  static constexpr size_t kNone = ~size_t{0};
};

}  // namespace vireo::test

#endif  // VIREO_TESTS_HW_PCIE_DMA_BENCH_H_
