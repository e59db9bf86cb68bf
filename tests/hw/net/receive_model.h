// SPDX-License-Identifier: Apache-2.0
// What a driver expects of its receive queues: which buffers a frame takes, and what is in them.
#ifndef VIREO_TESTS_HW_NET_RECEIVE_MODEL_H_
#define VIREO_TESTS_HW_NET_RECEIVE_MODEL_H_

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "tests/hw/net/net_bench.h"

namespace vireo::test {

class ReceiveModel {
 public:
  explicit ReceiveModel(NetBench& bench) : bench_(&bench) {}

  void SetUp(unsigned queue, unsigned function, unsigned number, bool is_mergeable);
  // Gives the device memory of these lengths, each at an alignment of its own or at `alignment`.
  void Post(unsigned queue, const std::vector<uint32_t>& lengths, int alignment = -1);

  // Bytes that the queue's next frame can have; with MRG_RXBUF in all buffers together.
  uint32_t room(unsigned queue) const;
  size_t posted(unsigned queue) const { return queues_.at(queue).chains.size(); }
  size_t outstanding(unsigned queue) const;  // posted, and not seen in a used buffer yet

  // The frame is going to this queue; says what becomes of it.
  spec::Reason Deliver(unsigned queue, const Packet& frame);
  void Forget(unsigned queue) { queues_[queue].chains.clear(); }

  // All used buffers so far are those that were expected; with `all`, none is missing.
  void Check(bool all);
  size_t delivered() const { return delivered_; }

 private:
  struct Chain {
    unsigned head;
    std::vector<Extent> runs;  // that the device uses
    uint32_t capacity;
  };
  struct Queue {
    bool is_mergeable;
    std::deque<Chain> chains;
  };
  struct Frame {
    Packet bytes;  // with the header
    std::vector<Chain> chains;
  };
  void CheckFrame(unsigned queue, const Frame& frame) const;

  NetBench* bench_;
  std::map<unsigned, Queue> queues_;
  std::map<unsigned, std::deque<Frame>> expected_;
  std::map<unsigned, std::vector<UsedBuffer>> seen_;  // of the frame in the middle
  std::map<unsigned, size_t> posts_, uses_;
  size_t checked_ = 0;
  size_t delivered_ = 0;
};

}  // namespace vireo::test

#endif  // VIREO_TESTS_HW_NET_RECEIVE_MODEL_H_
