// SPDX-License-Identifier: Apache-2.0
#include "sim/pcie/split_table.h"

#include <algorithm>

namespace vireo::sim::pcie {

namespace {
constexpr uint32_t kLine = 64;
}  // namespace

uint32_t SplitTable::Lines(const TlpHeader& read) {
  const uint64_t begin = FirstByte(read);
  return static_cast<uint32_t>((begin + ByteCount(read) - 1) / kLine - begin / kLine + 1);
}

void SplitTable::Begin(const TlpHeader& read) {
  Entry& entry = entries_[read.tag];
  entry.active = true;
  entry.requester = read.requester;
  ++entry.generation;
  entry.next = FirstByte(read);
  entry.left = ByteCount(read);
  entry.lines_left = 0;
  ++of_function_[read.requester & 0xff];
  ++count_;
}

bool SplitTable::Reserve(const TlpHeader& read, uint64_t clock) {
  const uint32_t lines = Lines(read);
  if (headers_left_ < lines || bytes_left_ < kLine * lines) return false;
  headers_left_ -= lines;
  bytes_left_ -= kLine * lines;
  Entry& entry = entries_[read.tag];
  entry.lines_left = lines;
  deadlines_.push_back({clock + config_.timeout_clocks, read.tag, entry.generation});
  return true;
}

void SplitTable::End(Entry& entry) {
  entry.active = false;
  --of_function_[entry.requester & 0xff];
  --count_;
  while (!deadlines_.empty() && !Waits(deadlines_.front())) deadlines_.pop_front();
}

bool SplitTable::Complete(Tlp& completion) {
  Entry& entry = entries_[completion.tag];
  if (!entry.active) return false;
  completion.lower_address = entry.next & 0xfff;
  uint32_t bytes = 0;
  if (completion.status == Status::kSuccess) {
    const uint32_t room = 4U * completion.dwords - static_cast<uint32_t>(entry.next % 4);
    bytes = std::min(entry.left, room);
    completion.request_completed = bytes == entry.left;
  } else {
    completion.error = ErrorCode::kBadStatus;
    completion.request_completed = true;
  }
  const uint64_t next = entry.next + bytes;
  completion.lines = static_cast<uint16_t>(
      completion.request_completed ? entry.lines_left : next / kLine - entry.next / kLine);
  entry.lines_left -= completion.lines;
  entry.next = next;
  entry.left -= bytes;
  if (completion.request_completed) End(entry);
  return true;
}

void SplitTable::Release(const TlpHeader& completion) {
  headers_left_ += completion.lines;
  bytes_left_ += kLine * completion.lines;
}

bool SplitTable::TimeOut(uint64_t clock, Tlp& completion) {
  if (NextEvent() > clock) return false;
  const uint8_t tag = deadlines_.front().tag;
  Entry& entry = entries_[tag];
  completion.type = TlpType::kCompletion;
  completion.tag = tag;
  completion.requester = entry.requester;
  completion.byte_count = static_cast<uint16_t>(entry.left);
  completion.lower_address = entry.next & 0xfff;
  completion.error = ErrorCode::kTimeout;
  completion.request_completed = true;
  completion.lines = static_cast<uint16_t>(entry.lines_left);
  End(entry);
  return true;
}

uint64_t SplitTable::NextEvent() const {
  return deadlines_.empty() ? UINT64_MAX : deadlines_.front().clock;
}

}  // namespace vireo::sim::pcie
