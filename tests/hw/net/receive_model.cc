// SPDX-License-Identifier: Apache-2.0
// What a driver expects of its receive queues.
#include "tests/hw/net/receive_model.h"

#include <algorithm>

namespace vireo::test {

void ReceiveModel::SetUp(unsigned queue, unsigned function, unsigned number, bool is_mergeable) {
  queues_[queue] = {is_mergeable, {}};
  bench_->SetUp(queue, function, QueueKind::kReceive, number, is_mergeable);
}

void ReceiveModel::Post(unsigned queue, const std::vector<uint32_t>& lengths, int alignment) {
  Chain chain = {static_cast<unsigned>(posts_[queue]++), {}, 0};
  std::vector<Extent> runs;
  for (const uint32_t length : lengths) {
    // Ten bytes behind each run belong to nobody.
    Extent run = bench_->memory.Allocate(std::min<uint32_t>(length, 20000) + 10, alignment);
    run.length = length;
    runs.push_back(run);
    if (length == 0 || chain.runs.size() == kReceiveSegments) continue;
    bench_->memory.Lend({run.address, std::min<uint32_t>(length, 20000)});
    chain.runs.push_back(run);
    chain.capacity += std::min<uint32_t>(length, 20000);
  }
  bench_->Post(queue, QueueKind::kReceive, chain.head, runs);
  queues_[queue].chains.push_back(chain);
}

uint32_t ReceiveModel::room(unsigned queue) const {
  const Queue& of = queues_.at(queue);
  uint32_t sum = 0;
  for (const Chain& chain : of.chains) {
    sum += chain.capacity;
    if (!of.is_mergeable) break;
  }
  return sum < kNetHeader ? 0 : sum - kNetHeader;
}

size_t ReceiveModel::outstanding(unsigned queue) const {
  const auto posts = posts_.find(queue);
  const auto uses = uses_.find(queue);
  return (posts == posts_.end() ? 0 : posts->second) - (uses == uses_.end() ? 0 : uses->second);
}

spec::Reason ReceiveModel::Deliver(unsigned queue, const Packet& frame) {
  Queue& of = queues_[queue];
  if (of.chains.empty()) return spec::Reason::kDropNoBuffer;
  if (room(queue) < frame.size()) {
    return of.is_mergeable ? spec::Reason::kDropNoBuffer : spec::Reason::kDropBuffersShort;
  }
  Frame expected;
  uint32_t left = static_cast<uint32_t>(frame.size()) + kNetHeader;
  do {
    expected.chains.push_back(of.chains.front());
    left -= std::min(left, of.chains.front().capacity);
    of.chains.pop_front();
  } while (left != 0);
  expected.bytes.resize(kNetHeader);
  expected.bytes[10] = static_cast<uint8_t>(expected.chains.size());
  expected.bytes.insert(expected.bytes.end(), frame.begin(), frame.end());
  expected_[queue].push_back(expected);
  return spec::Reason::kNone;
}

void ReceiveModel::CheckFrame(unsigned queue, const Frame& frame) const {
  const std::vector<UsedBuffer>& used = seen_.at(queue);
  ASSERT_EQ(used.size(), frame.chains.size()) << "buffers of the frame";
  size_t at = 0;
  for (size_t i = 0; i < used.size(); ++i) {
    const Chain& chain = frame.chains[i];
    const auto length =
        static_cast<uint32_t>(std::min<size_t>(chain.capacity, frame.bytes.size() - at));
    ASSERT_EQ(used[i].id, chain.head) << "buffers in the order of posting";
    ASSERT_EQ(used[i].length, length) << "filled as far as there is data";
    uint32_t left = length;
    for (const Extent& run : chain.runs) {
      const uint32_t bytes = std::min(run.length, left);
      const auto begin = frame.bytes.begin() + static_cast<ptrdiff_t>(at);
      ASSERT_EQ(bench_->memory.Load({run.address, bytes}),
                Packet(begin, begin + static_cast<ptrdiff_t>(bytes)))
          << "from byte " << at << " of the frame with its header";
      at += bytes;
      left -= bytes;
    }
  }
  ASSERT_EQ(at, frame.bytes.size());
}

void ReceiveModel::Check(bool all) {
  for (; checked_ < bench_->used().size(); ++checked_) {
    const UsedBuffer& used = bench_->used()[checked_];
    if (used.is_stop == 1) continue;
    const unsigned queue = used.queue.to_uint();
    if (!queues_.contains(queue)) continue;  // one that transmits
    SCOPED_TRACE("queue " + std::to_string(queue) + ", used buffer " + std::to_string(checked_));
    ++uses_[queue];
    seen_[queue].push_back(used);
    if (used.gathers == 1) continue;
    ASSERT_FALSE(expected_[queue].empty()) << "a frame that nobody expects";
    CheckFrame(queue, expected_[queue].front());
    if (testing::Test::HasFatalFailure()) return;
    expected_[queue].pop_front();
    seen_[queue].clear();
    ++delivered_;
  }
  for (const auto& [queue, frames] : expected_) {
    if (all) ASSERT_TRUE(frames.empty()) << frames.size() << " frames missing on queue " << queue;
  }
}

}  // namespace vireo::test
