// SPDX-License-Identifier: Apache-2.0
// The ring engines between drivers that wait for interrupts and a device that uses every chain.
#ifndef VIREO_TESTS_HW_VIRTQUEUE_RINGS_BENCH_H_
#define VIREO_TESTS_HW_VIRTQUEUE_RINGS_BENCH_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "hw/virtqueue/rings.h"
#include "sim/harness/random.h"
#include "tests/driver/host_memory.h"
#include "tests/driver/split_queue.h"
#include "tests/hw/virtqueue/memory_reader.h"

namespace vireo::testing {

// A chain as the device got it.
struct Chain {
  uint16_t head;
  std::vector<Buffer> buffers;
};

inline bool operator==(const Buffer& a, const Buffer& b) {
  return a.address == b.address && a.length == b.length && a.writable == b.writable;
}

class RingsBench {
 public:
  static constexpr uint64_t kBase = 0x1'0000'0000;

  explicit RingsBench(uint64_t seed)
      : memory(kBase, 64U << 20), random_(seed, "rings"), rings_(std::make_unique<Rings>()) {}

  // A live queue of the card, with rings of its own in memory.
  SplitQueue& AddQueue(unsigned queue, uint32_t size, bool event_idx, bool indirect,
                       QueueKind kind = QueueKind::kBlock, unsigned function = 0) {
    queues_[queue] = std::make_unique<SplitQueue>(memory, kBase + next_, size, event_idx);
    next_ += (SplitQueue::Bytes(size) + 4095) & ~uint64_t{4095};
    SplitQueue& split = *queues_[queue];
    QueueSetup setup = {};
    setup.queue = queue;
    setup.function = function;
    setup.kind = kind;
    setup.size = size;
    setup.desc = split.desc();
    setup.driver = split.driver();
    setup.device = split.device();
    setup.event_idx = event_idx ? 1 : 0;
    setup.indirect_desc = indirect ? 1 : 0;
    setup_.write(setup);
    return split;
  }

  // A live queue whose rings are at an address of which the bench knows nothing.
  void AddQueueAt(unsigned queue, uint32_t size, uint64_t address) {
    QueueSetup setup = {};
    setup.queue = queue;
    setup.kind = QueueKind::kBlock;
    setup.size = size;
    setup.desc = setup.driver = setup.device = address;
    setup_.write(setup);
  }

  void Notify(unsigned queue) { request_.write({queue, QueueCommand::kNotify}); }
  void Stop(unsigned queue) { request_.write({queue, QueueCommand::kStop}); }
  void Use(unsigned queue, uint16_t id, uint32_t length, bool gathers = false) {
    used_.write({queue, 0, id, length, gathers ? 1 : 0});
  }

  void Step() {
    rings_->Step(setup_, request_, used_, ring_.requests, ring_.lines, head_.requests, head_.lines,
                 chain_.requests, chain_.lines, hop_.requests, hop_.lines, event_.requests,
                 event_.lines, arm_.lines, arm_.acks, used_writer_.lines, used_writer_.acks,
                 segment_, interrupt_, stopped_, fault_);
    ring_.Step(memory, random_, percent);
    head_.Step(memory, random_, percent);
    chain_.Step(memory, random_, percent);
    hop_.Step(memory, random_, percent);
    event_.Step(memory, random_, percent);
    arm_.Step(memory, random_, percent);
    used_writer_.Step(memory, random_, percent);
    ++clock;
    while (!segment_.empty()) Take(segment_.read());
    while (!interrupt_.empty()) ++interrupts[Index(interrupt_.read().queue)];
    while (!stopped_.empty()) ++stopped[Index(stopped_.read().queue)];
    while (!fault_.empty()) {
      const QueueFaulted fault = fault_.read();
      faults[Index(fault.queue)].push_back(fault.fault);
    }
  }

  uint64_t reads() const {
    return ring_.reads() + head_.reads() + chain_.reads() + hop_.reads() + event_.reads();
  }
  uint64_t writes() const { return arm_.writes() + used_writer_.writes(); }

  HostMemory memory;
  unsigned percent = 50;  // chance that a reader or writer of the host acts in a clock
  uint64_t clock = 0;
  std::map<unsigned, std::deque<Chain>> chains;  // that came and were not taken by the test
  std::map<unsigned, unsigned> interrupts, stopped;
  std::map<unsigned, std::vector<QueueFault>> faults;

 private:
  static unsigned Index(const QueueIndex& queue) { return static_cast<unsigned>(queue); }

  void Take(const Segment& segment) {
    const unsigned queue = Index(segment.queue);
    if (segment.is_stop == 1) {
      if (open_) throw std::logic_error("a stop in the middle of a chain");
      used_.write({segment.queue, 1, 0, 0, 0});
      return;
    }
    if (!open_) {
      open_ = Chain{static_cast<uint16_t>(segment.head), {}};
      open_queue_ = queue;
    }
    if (open_queue_ != queue || open_->head != segment.head) {
      throw std::logic_error("chains are mixed up");
    }
    open_->buffers.push_back({static_cast<uint64_t>(segment.address),
                              static_cast<uint32_t>(segment.length), segment.writable == 1});
    if (segment.last == 1) {
      chains[queue].push_back(std::move(*open_));
      open_.reset();
    }
  }

  sim::Random random_;
  std::unique_ptr<Rings> rings_;
  std::map<unsigned, std::unique_ptr<SplitQueue>> queues_;
  uint64_t next_ = 0;
  std::optional<Chain> open_;
  unsigned open_queue_ = 0;
  MemoryReader<RingContext> ring_;
  MemoryReader<HeadContext> head_;
  MemoryReader<ChainContext> chain_;
  MemoryReader<HopSlot> hop_;
  MemoryReader<EventContext> event_;
  MemoryWriter arm_, used_writer_;
  hls::stream<QueueSetup> setup_;
  hls::stream<QueueRequest> request_;
  hls::stream<UsedBuffer> used_;
  hls::stream<Segment> segment_;
  hls::stream<QueueInterrupt> interrupt_;
  hls::stream<QueueStopped> stopped_;
  hls::stream<QueueFaulted> fault_;
};

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_VIRTQUEUE_RINGS_BENCH_H_
