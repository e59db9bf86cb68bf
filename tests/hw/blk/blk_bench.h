// SPDX-License-Identifier: Apache-2.0
// The block engine between the rings, whose chains are made here, a host's memory and card memory.
#ifndef VIREO_TESTS_HW_BLK_BLK_BENCH_H_
#define VIREO_TESTS_HW_BLK_BLK_BENCH_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <vector>

#include "sim/harness/random.h"
#include "tests/driver/host_memory.h"
#include "tests/hw/blk/blk_engine.h"
#include "tests/hw/blk/card_memory_model.h"
#include "tests/hw/blk/service_model.h"
#include "tests/hw/virtqueue/memory_reader.h"

namespace vireo::test {

// A descriptor.
struct Piece {
  uint64_t address;
  uint32_t length;
  bool writable;
};

class BlkBench {
 public:
  static constexpr uint64_t kBase = 0x1'0000'0000;

  explicit BlkBench(uint64_t seed)
      : memory(kBase, 64U << 20), random_(seed, "bench"), engine_(MakeBlkEngine(seed)) {}

  void SetUp(unsigned queue, unsigned function) {
    QueueSetup setup = {};
    setup.queue = queue;
    setup.function = function;
    setup.kind = QueueKind::kBlock;
    streams_.setup_in.write(setup);
  }
  void Configure(const BlkConfig& config) { streams_.config_in.write(config); }

  void Add(unsigned queue, uint16_t head, const std::vector<Piece>& pieces) {
    for (size_t i = 0; i < pieces.size(); ++i) {
      Segment segment = {};
      segment.queue = queue;
      segment.kind = QueueKind::kBlock;
      segment.head = head;
      segment.address = pieces[i].address;
      segment.length = pieces[i].length;
      segment.writable = pieces[i].writable;
      segment.last = i + 1 == pieces.size();
      streams_.segment_in.write(segment);
    }
  }
  void Stop(unsigned queue) {
    Segment segment = {};
    segment.queue = queue;
    segment.kind = QueueKind::kBlock;
    segment.is_stop = 1;
    segment.last = 1;
    streams_.segment_in.write(segment);
  }

  // Some bytes of host memory that nobody else has, at any alignment if `odd`.
  uint64_t Allocate(uint64_t bytes, bool odd = false) {
    if (next_ + bytes + 128 > memory.end()) next_ = kBase;
    const uint64_t address = next_ + (odd ? random_.Below(64) : 0);
    next_ = (address + bytes + 63) & ~uint64_t{63};
    return address;
  }

  void Step() {
    engine_->Step(streams_);
    if (!streams_.read_out.empty()) {
      const ReadRequest<BlkContext> request = streams_.read_out.read();
      if (!ignored.contains(static_cast<unsigned>(request.function))) {
        reader_.requests.write(request);
      }
    }
    Move(streams_.write_out, writer_.lines);
    reader_.Step(memory, random_, host_percent);
    writer_.Step(memory, random_, host_percent);
    card.Step(streams_, random_, card_percent);
    service.Step(streams_, random_);
    Move(reader_.lines, streams_.line_in);
    Move(writer_.acks, streams_.ack_in);
    ++clock;
    for (; !streams_.used_out.empty();) {
      used.push_back(streams_.used_out.read());
      requests_ += used.back().is_stop == 0;
    }
    for (; !streams_.event_out.empty();) {
      const BlkEvent event = streams_.event_out.read();
      if (event.owner.function == kManagementFunction) {
        service.reasons.push_back(event.reason);
      } else {
        events.push_back(event);
      }
    }
    for (; !streams_.faulted_out.empty();) {
      const QueueFaulted fault = streams_.faulted_out.read();
      faults[static_cast<unsigned>(fault.queue)].push_back(fault.fault);
    }
    Stall();
  }

  void Run(unsigned clocks) {
    for (unsigned i = 0; i < clocks; ++i) Step();
  }
  // Until `count` buffers came back in all; false if that takes too long.
  bool RunUntilUsed(size_t count, uint64_t clocks = 2'000'000) {
    for (uint64_t end = clock + clocks; used.size() < count; Step()) {
      if (clock == end) return false;
    }
    return true;
  }

  // Of the request that came back last.
  BlkEvent LastEvent() {
    for (int i = 0; i < 1000 && events.size() < requests_; ++i) Step();
    if (events.size() != requests_) throw std::logic_error("each request has one event");
    return events.back();
  }

  testing::HostMemory memory;
  CardMemoryModel card;
  ServiceModel service;
  unsigned host_percent = 50, card_percent = 50;  // chance that they act in a clock
  unsigned stall_percent = 10;                    // chance that an output has no room in a clock
  std::set<unsigned> ignored;                     // functions whose reads are never answered
  uint64_t clock = 0;
  std::deque<UsedBuffer> used;
  std::deque<BlkEvent> events;
  std::map<unsigned, std::vector<QueueFault>> faults;

 private:
  template <typename T>
  static void Move(hls::stream<T>& from, hls::stream<T>& to) {
    if (!from.empty() && to.empty()) to.write(from.read());
  }

  // Outputs have room for one token, or for none.
  void Stall() {
    streams_.ForEachOutput([this](auto& stream, const char*) {
      stream.set_capacity(random_.Percent(stall_percent) ? 0 : 1);
    });
  }

  sim::Random random_;
  BlkStreams streams_;
  std::unique_ptr<BlkEngine> engine_;
  uint64_t next_ = kBase;
  size_t requests_ = 0;  // that came back
  testing::MemoryReader<BlkContext> reader_;
  testing::MemoryWriter writer_;
};

}  // namespace vireo::test

#endif  // VIREO_TESTS_HW_BLK_BLK_BENCH_H_
