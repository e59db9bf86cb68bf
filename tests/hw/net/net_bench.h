// SPDX-License-Identifier: Apache-2.0
// The network engine between drivers' memory and a wire, with stalls and delays by seed.
#ifndef VIREO_TESTS_HW_NET_NET_BENCH_H_
#define VIREO_TESTS_HW_NET_NET_BENCH_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "hw/net/token.h"
#include "tests/hw/net/net_engine.h"
#include "tests/hw/primitives/bench.h"
#include "tests/hw/primitives/packet.h"

namespace vireo::test {

// A run of memory that a chain names.
struct Extent {
  uint64_t address;
  uint32_t length;
};

// Bytes of all functions in one space, each run at an address of its own. What is not lent to the
// device may not be written.
class GuestMemory {
 public:
  explicit GuestMemory(uint64_t seed) : random_(seed, "memory") {}

  // A fresh run whose address modulo 64 is `alignment`, or any.
  Extent Allocate(uint32_t length, int alignment = -1);
  Extent Store(const Packet& bytes, int alignment = -1);
  void Lend(const Extent& run);
  Packet Load(const Extent& run) const;

  uint8_t Read(uint64_t address) const;
  void Write(uint64_t address, uint8_t value);  // fails where nothing is lent
  size_t written() const { return written_; }

 private:
  static constexpr uint64_t kBase = 0xFFFF'0000'0000;
  sim::Random random_;
  std::vector<uint8_t> bytes_;
  std::vector<bool> is_lent_;
  size_t written_ = 0;
};

// Answers reads a unit at a time: in order for a key, in any order of keys, and late.
class ReadServer {
 public:
  ReadServer(GuestMemory& memory, const Traffic& traffic)
      : memory_(&memory), traffic_(traffic), random_(traffic.seed, "reads") {}

  void Step(hls::stream<ReadRequest<TransmitContext>>& requests,
            hls::stream<ReadLine<TransmitContext>>& lines);
  size_t requests_taken() const { return taken_; }
  bool is_done() const { return lines_.empty() && units_.empty() && asked_.empty(); }

  std::set<uint64_t> refused;  // addresses where a request fails
  unsigned delay = 40;         // clocks that a unit takes at most

 private:
  using Request = ReadRequest<TransmitContext>;
  void Begin(const std::vector<Request>& unit);

  GuestMemory* memory_;
  Traffic traffic_;
  sim::Random random_;
  std::vector<Request> asked_;  // of the unit that is not complete
  std::map<unsigned, std::deque<std::pair<uint64_t, std::vector<Request>>>> units_;
  std::deque<ReadLine<TransmitContext>> lines_;
  uint64_t clock_ = 0;
  size_t taken_ = 0;
};

// Puts lines into memory and acks writes late, in order. Checks that lines are those of a write.
class WriteServer {
 public:
  WriteServer(GuestMemory& memory, const Traffic& traffic)
      : memory_(&memory), traffic_(traffic), random_(traffic.seed, "writes") {}

  void Open(hls::stream<WriteLine>& lines);
  void Step(hls::stream<WriteLine>& lines, hls::stream<WriteAck>& acks);
  bool is_done() const { return due_.empty() && left_ == 0; }

  bool is_blocked = false;  // takes nothing
  unsigned delay = 100;     // clocks that an ack takes at most
  size_t lines_taken = 0;
  size_t acks_given = 0;
  unsigned last_function = 0;

 private:
  GuestMemory* memory_;
  Traffic traffic_;
  sim::Random random_;
  std::deque<std::pair<uint64_t, WriteAck>> due_;
  uint64_t address_ = 0;  // where the next line of the write begins
  uint32_t left_ = 0;     // bytes of the write still to come
  uint64_t clock_ = 0;
};

class NetBench {
 public:
  explicit NetBench(const Traffic& traffic);

  void SetUp(unsigned queue, unsigned function, QueueKind kind, unsigned number,
             bool mergeable = true);
  void SetAddress(unsigned function, uint64_t mac, unsigned pairs = 1, bool has_mac = true);
  // A chain of segments; all of a direction unless `odd_one` names one that is not.
  void Post(unsigned queue, QueueKind kind, unsigned head, const std::vector<Extent>& runs,
            int odd_one = -1);
  void Stop(unsigned queue, QueueKind kind);
  void Send(const Packet& frame, bool is_bad = false);  // from the wire

  void Clock();
  void Run(unsigned clocks) {
    for (unsigned i = 0; i < clocks; ++i) Clock();
  }
  // Until nothing moves for a while.
  void Settle();

  GuestMemory memory;
  ReadServer reads;
  WriteServer writes;

  // What came out so far.
  std::vector<Packet> frames_out;  // onto the wire
  const std::vector<UsedBuffer>& used() const { return used_sink_.tokens; }
  const std::vector<QueueFaulted>& faulted() const { return faulted_sink_.tokens; }
  const std::vector<NetEvent>& events() const { return event_sink_.tokens; }
  size_t count(spec::Reason reason) const;
  size_t gaps_out() const;  // clocks without a beat inside frames onto the wire
  // Bytes from the wire of which nothing has been heard.
  size_t bytes_inside() const { return bytes_sent_ - bytes_heard_of_; }
  size_t frames_waiting() const { return mac_source_.left(); }
  size_t segments_waiting() const { return segment_source_.left(); }
  uint64_t clock = 0;

 private:
  void TakeFromWire();

  sim::Random random_;
  std::unique_ptr<NetEngine> engine_;
  NetStreams streams_;

  Source<QueueSetup> setup_source_;
  Source<FunctionAddress> address_source_;
  Source<Segment> segment_source_;
  Source<MacBeat> mac_source_;
  Sink<ReadRequest<TransmitContext>> read_sink_;
  Sink<UsedBuffer> used_sink_;
  Sink<QueueFaulted> faulted_sink_;
  Sink<NetEvent> event_sink_;
  Sink<MacBeat> mac_sink_;
  size_t bytes_sent_ = 0;
  size_t bytes_heard_of_ = 0;
  Packet frame_;          // that comes onto the wire
  size_t mac_beats_ = 0;  // of mac_sink_ that are in frames
};

}  // namespace vireo::test

#endif  // VIREO_TESTS_HW_NET_NET_BENCH_H_
