// SPDX-License-Identifier: Apache-2.0
// Ordering follows PCI Express Base 5.0, 2.4.1 "Transaction Ordering Rules", without relaxed or
// id-based ordering.
#include "sim/pcie/link.h"

#include <algorithm>
#include <cmath>

namespace vireo::sim::pcie {

Direction::Direction(const DirectionConfig& config)
    : config_(config),
      ticks_per_byte_(
          static_cast<uint64_t>(std::llround(std::ldexp(1.0, kTickBits) / config.bytes_per_clock))),
      available_(config.credits) {}

void Direction::Push(Tlp* tlp, uint64_t clock) {
  auto& queue = tlp->type == TlpType::kMemoryRead ? nonposted_ : ordered_;
  queue.push_back({tlp, next_sequence_++, (clock + 1) << kTickBits});
  bytes_waiting_ += WireBytes(*tlp, config_.short_headers);
}

bool Direction::HasCredit(const TlpHeader& tlp) const {
  switch (tlp.type) {
    case TlpType::kMemoryRead: return available_.nonposted_headers >= 1;
    case TlpType::kMemoryWrite:
      return available_.posted_headers >= 1 && available_.posted_data >= DataCredits(tlp);
    case TlpType::kCompletion: return true;
  }
  return true;
}

Ring<Direction::Waiting>* Direction::Choose() {
  const bool ordered_first =
      !ordered_.empty() &&
      (nonposted_.empty() || ordered_.front().sequence < nonposted_.front().sequence);
  if (!ordered_first && !nonposted_.empty() && HasCredit(*nonposted_.front().tlp))
    return &nonposted_;
  if (!ordered_.empty() && HasCredit(*ordered_.front().tlp)) return &ordered_;
  return nullptr;
}

void Direction::Send(Ring<Waiting>& queue, uint64_t start) {
  Tlp* tlp = queue.pop_front().tlp;
  const uint32_t bytes = WireBytes(*tlp, config_.short_headers);
  if (tlp->type == TlpType::kMemoryRead) {
    --available_.nonposted_headers;
  } else if (tlp->type == TlpType::kMemoryWrite) {
    --available_.posted_headers;
    available_.posted_data -= DataCredits(*tlp);
  }
  wire_free_ = start + bytes * ticks_per_byte_;
  bytes_waiting_ -= bytes;
  bytes_sent_ += bytes;
  constexpr uint64_t kRoundUp = (uint64_t{1} << kTickBits) - 1;
  flying_.push_back({tlp, ((wire_free_ + kRoundUp) >> kTickBits) + config_.delay_clocks});
}

void Direction::Advance(uint64_t clock) {
  while (!returns_.empty() && returns_.front().clock <= clock) {
    const Credits credits = returns_.pop_front().credits;
    available_.posted_headers += credits.posted_headers;
    available_.posted_data += credits.posted_data;
    available_.nonposted_headers += credits.nonposted_headers;
  }
  const uint64_t end = (clock + 1) << kTickBits;
  while (bytes_waiting_ != 0) {
    Ring<Waiting>* queue = Choose();
    if (queue == nullptr) {
      ++clocks_without_credit_;
      // Time in which nothing could be sent is lost.
      wire_free_ = std::max(wire_free_, end);
      return;
    }
    const uint64_t start = std::max(wire_free_, queue->front().ready);
    if (start >= end) return;
    Send(*queue, start);
  }
}

void Direction::ReturnCredit(const TlpHeader& tlp, uint64_t clock) {
  Credits credits;
  if (tlp.type == TlpType::kMemoryRead) credits.nonposted_headers = 1;
  if (tlp.type == TlpType::kMemoryWrite) credits = {1, DataCredits(tlp), 0};
  returns_.push_back({clock + config_.delay_clocks, credits});
}

uint64_t Direction::NextEvent(uint64_t clock) const {
  uint64_t next = UINT64_MAX;
  if (bytes_waiting_ != 0) next = clock + 1;
  if (!flying_.empty()) next = std::min(next, flying_.front().clock);
  return std::max(next, clock);
}

}  // namespace vireo::sim::pcie
