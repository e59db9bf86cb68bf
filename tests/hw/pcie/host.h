// SPDX-License-Identifier: Apache-2.0
// A host behind the PCIE4C block: takes requester requests, checks that they are lawful, and
// completes reads late, split, out of order, or never.
#ifndef VIREO_TESTS_HW_PCIE_HOST_H_
#define VIREO_TESTS_HW_PCIE_HOST_H_

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "hw/pcie/pcie4c.h"
#include "sim/harness/random.h"

namespace vireo::test {

// Bytes that nobody wrote are a hash of their address.
class Memory {
 public:
  uint8_t operator[](uint64_t address) const {
    const auto written = written_.find(address);
    if (written != written_.end()) return written->second;
    uint64_t x = (address + 0x632be59bd9b4e019) * 0x9e3779b97f4a7c15;
    x ^= x >> 29;
    return static_cast<uint8_t>((x * 0xbf58476d1ce4e5b9) >> 56);
  }
  void Write(uint64_t address, uint8_t value) { written_[address] = value; }
  const std::unordered_map<uint64_t, uint8_t>& written() const { return written_; }

 private:
  std::unordered_map<uint64_t, uint8_t> written_;
};

struct HostRequest {
  bool is_write;
  uint64_t address;  // of the first byte that is enabled
  uint64_t end;      // behind the last
  unsigned tag;
  unsigned function;
  std::vector<uint32_t> payload;

  uint64_t first_dword() const { return address & ~uint64_t{3}; }
};

// Requests from their beats. What the PCI Express Base Specification or PG213 forbids is a failure.
class RequestReader {
 public:
  std::optional<HostRequest> Take(const pcie4c::RqBeat& beat);

 private:
  std::vector<uint32_t> dwords_;
  pcie4c::RqUser user_;
};

struct Completion {
  unsigned tag;
  uint64_t address;  // of the first byte
  unsigned byte_count;
  std::vector<uint32_t> payload;
  bool completes;
  pcie4c::ErrorCode error = pcie4c::ErrorCode::kNone;
};
std::vector<pcie4c::RcBeat> BeatsOf(const Completion& completion);

class Host {
 public:
  struct Options {
    unsigned min_delay = 0, max_delay = 0;  // clocks from a read to its first completion
    unsigned split = 0;                     // percent: a completion ends at the next 64 bytes
    bool in_order = false;
    // Reads that fail, and reads that are never answered.
    std::function<bool(const HostRequest&)> refuses = [](const HostRequest&) { return false; };
    std::function<bool(const HostRequest&)> ignores = [](const HostRequest&) { return false; };
  };

  Host(uint64_t seed, Options options) : random_(seed, "host"), options_(std::move(options)) {}

  void Take(const pcie4c::RqBeat& beat, uint64_t clock);
  // The next beat for RC, if one is due.
  std::optional<pcie4c::RcBeat> Give(uint64_t clock);

  // Answers what was ignored so far with a time-out.
  void TimeOut();

  size_t in_flight() const { return reads_.size() + ignored_.size(); }
  size_t ignored() const { return ignored_.size(); }

  Memory memory;
  std::vector<HostRequest> requests;  // all of them, in order

 private:
  struct Read {
    HostRequest request;
    std::vector<uint8_t> bytes;  // as they were when the request came
    uint64_t due;
    uint64_t at;  // address of the next byte
    bool has_failed;
  };

  void Complete(Read& read);

  sim::Random random_;
  Options options_;
  RequestReader reader_;
  std::deque<Read> reads_;
  std::vector<HostRequest> ignored_;
  std::array<bool, 256> tags_{};
  std::deque<pcie4c::RcBeat> beats_;
};

}  // namespace vireo::test

#endif  // VIREO_TESTS_HW_PCIE_HOST_H_
