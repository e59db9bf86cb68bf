// SPDX-License-Identifier: Apache-2.0
// Functions and a wire that exchange frames with a number in each, and who should have got which.
#include "tests/hw/net/switch_bench.h"

#include <algorithm>

namespace vireo::test {
namespace {

constexpr size_t kSenderAt = 14;  // behind addresses and type

}  // namespace

SwitchBench::SwitchBench(const Traffic& traffic, const std::vector<unsigned>& functions)
    : net(traffic), random_(traffic.seed, "switch"), functions_(functions) {
  for (const unsigned function : functions) {
    net.SetAddress(function, MacOf(function));
    net.SetUp(2 * function, function, QueueKind::kReceive, 0);
    net.SetUp(2 * function + 1, function, QueueKind::kTransmit, 1);
    posted_[function];
  }
  net.Settle();
}

void SwitchBench::Post(unsigned function, uint32_t length) {
  const Buffer buffer = {heads_[function]++ % 0x10000, net.memory.Allocate(length)};
  net.memory.Lend(buffer.run);
  net.Post(2 * function, QueueKind::kReceive, buffer.head, {buffer.run});
  posted_[function].push_back(buffer);
}

std::vector<unsigned> SwitchBench::Send(unsigned sender, uint64_t destination, size_t length) {
  Packet frame = RandomPacket(random_, length);
  for (unsigned i = 0; i < 6; ++i) frame.at(i) = static_cast<uint8_t>(destination >> (8 * i));
  frame.at(12) = 0x88;
  frame.at(13) = 0xB5;
  frame.at(kSenderAt) = static_cast<uint8_t>(sender);

  std::vector<unsigned> receivers;
  const bool is_group = (destination & 1) != 0;
  for (const unsigned function : functions_) {
    const bool is_other = sender != function;
    if (is_group ? is_other : destination == MacOf(function)) receivers.push_back(function);
  }
  const bool is_known = !is_group && !receivers.empty();
  if (sender == kWire && receivers.empty()) receivers.push_back(kNetFunction);
  if (sender != kWire && !is_known) receivers.push_back(kWire);

  for (const unsigned receiver : receivers) {
    Packet arrives = frame;
    if (receiver == kWire) arrives.resize(std::max<size_t>(length, kShortestOnWire));
    expected_[{sender, receiver}].push_back(arrives);
  }
  if (sender == kWire) {
    net.Send(frame);
  } else {
    Packet bytes(kNetHeader);
    bytes.insert(bytes.end(), frame.begin(), frame.end());
    net.Post(2 * sender + 1, QueueKind::kTransmit, 0, {net.memory.Store(bytes)});
  }
  return receivers;
}

void SwitchBench::Receive(unsigned receiver, const Packet& frame, bool is_lossy) {
  received_.emplace_back(receiver, frame.size());
  ASSERT_GT(frame.size(), kSenderAt);
  const unsigned sender = frame[kSenderAt];
  std::deque<Packet>& expected = expected_[{sender, receiver}];
  while (is_lossy && !expected.empty() && expected.front() != frame) expected.pop_front();
  ASSERT_FALSE(expected.empty()) << "receiver " << receiver << ": a frame of sender " << sender
                                 << " that it should not have";
  ASSERT_EQ(expected.front(), frame)
      << "receiver " << receiver << ": the next one of sender " << sender;
  expected.pop_front();
}

void SwitchBench::Collect(bool is_lossy) {
  for (; used_seen_ < net.used().size(); ++used_seen_) {
    const UsedBuffer& used = net.used()[used_seen_];
    const unsigned queue = used.queue.to_uint();
    if (used.is_stop == 1 || queue % 2 == 1) continue;
    const unsigned function = queue / 2;
    ASSERT_FALSE(posted_.at(function).empty());
    const Buffer buffer = posted_[function].front();
    posted_[function].pop_front();
    ASSERT_EQ(used.id, buffer.head) << "buffers in the order of posting";
    const Packet part = net.memory.Load({buffer.run.address, used.length.to_uint()});
    Packet& frame = partial_[function];
    frame.insert(frame.end(), part.begin(), part.end());
    if (used.gathers == 1) continue;
    frame.erase(frame.begin(), frame.begin() + kNetHeader);
    Receive(function, frame, is_lossy);
    frame.clear();
    if (testing::Test::HasFatalFailure()) return;
  }
  for (; wire_seen_ < net.frames_out.size(); ++wire_seen_) {
    Receive(kWire, net.frames_out[wire_seen_], is_lossy);
    if (testing::Test::HasFatalFailure()) return;
  }
}

size_t SwitchBench::copies_missing() const {
  size_t count = 0;
  for (const auto& [pair, frames] : expected_) count += frames.size();
  return count;
}

size_t SwitchBench::bytes_missing() const {
  size_t bytes = 0;
  for (const auto& [pair, frames] : expected_) {
    for (const Packet& frame : frames) bytes += frame.size() + 64;
  }
  return bytes;
}

}  // namespace vireo::test
