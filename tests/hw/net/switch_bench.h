// SPDX-License-Identifier: Apache-2.0
// Functions and a wire that exchange frames with a number in each, and who should have got which.
#ifndef VIREO_TESTS_HW_NET_SWITCH_BENCH_H_
#define VIREO_TESTS_HW_NET_SWITCH_BENCH_H_

#include <cstdint>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "tests/hw/net/net_bench.h"

namespace vireo::test {

// Function f receives on queue 2 f and transmits on queue 2 f + 1.
class SwitchBench {
 public:
  static constexpr unsigned kWire = kFunctions;  // as a sender or a receiver
  static constexpr uint64_t kAll = 0xFFFFFFFFFFFF, kGroup = 0x0100005E0001,
                            kNobody = 0x0F0000000002;
  static uint64_t MacOf(unsigned function) { return 0x02 | uint64_t{function} << 40; }

  SwitchBench(const Traffic& traffic, const std::vector<unsigned>& functions);

  // Buffers of these many bytes for the function's frames, header and all.
  void Post(unsigned function, uint32_t length);
  size_t outstanding(unsigned function) const { return posted_.at(function).size(); }

  // Says who gets it.
  std::vector<unsigned> Send(unsigned sender, uint64_t destination, size_t length);

  // Takes what has come; each must be the sender's next one for the receiver. With is_lossy some
  // may be missing in between.
  void Collect(bool is_lossy = false);
  size_t copies_missing() const;  // expected, and neither there nor passed over
  size_t bytes_missing() const;
  // Who got what so far, in the order in which it came: receiver and length.
  const std::vector<std::pair<unsigned, size_t>>& received() const { return received_; }

  NetBench net;

 private:
  struct Buffer {
    unsigned head;
    Extent run;
  };
  void Receive(unsigned receiver, const Packet& frame, bool is_lossy);

  sim::Random random_;
  std::vector<unsigned> functions_;
  std::map<unsigned, std::deque<Buffer>> posted_;
  std::map<unsigned, unsigned> heads_;
  std::map<unsigned, Packet> partial_;  // of the frame whose buffers are coming
  std::map<std::pair<unsigned, unsigned>, std::deque<Packet>> expected_;  // by sender and receiver
  std::vector<std::pair<unsigned, size_t>> received_;
  size_t used_seen_ = 0, wire_seen_ = 0;
};

}  // namespace vireo::test

#endif  // VIREO_TESTS_HW_NET_SWITCH_BENCH_H_
