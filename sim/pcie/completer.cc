// SPDX-License-Identifier: Apache-2.0
#include "sim/pcie/completer.h"

#include <algorithm>
#include <cstring>

namespace vireo::sim::pcie {

namespace {

// Stands in a completion's DWords where the request asked for nothing.
constexpr uint8_t kNotAskedFor = 0xa5;

}  // namespace

Completer::Completer(const CompleterConfig& config, HostMemory& memory, TlpPool& pool)
    : config_(config), memory_(memory), pool_(pool), random_(config.seed, "completer") {}

void Completer::Request(Tlp* read, uint64_t clock) {
  Job job;
  job.request = *read;
  pool_.Give(read);
  if (config_.lost_per_million != 0 && random_.Below(1'000'000) < config_.lost_per_million) return;
  job.next = FirstByte(job.request);
  job.left = ByteCount(job.request);
  job.ready = clock + config_.latency_clocks;
  if (config_.jitter_clocks != 0) job.ready += random_.Below(config_.jitter_clocks + 1ULL);
  earliest_ = std::min(earliest_, job.ready);
  if (free_.empty()) {
    free_.push_back(static_cast<uint16_t>(jobs_.size()));
    jobs_.emplace_back();
  }
  jobs_[free_.back()] = job;
  order_.push_back(free_.back());
  free_.pop_back();
}

size_t Completer::Choose(uint64_t clock) {
  size_t first = order_.size();
  size_t ready = 0;
  uint64_t earliest = UINT64_MAX;
  const size_t window = config_.reorder_percent == 0 ? 1 : config_.reorder_window;
  for (size_t i = 0; i < order_.size() && ready < window; ++i) {
    const Job& job = jobs_[order_[i]];
    earliest = std::min(earliest, job.ready);
    if (job.ready <= clock && ready++ == 0) first = i;
  }
  if (ready == 0) earliest_ = earliest;
  if (ready <= 1 || !random_.Percent(config_.reorder_percent)) return first;
  uint64_t skip = random_.Below(ready);
  size_t place = first;
  for (; skip != 0 || jobs_[order_[place]].ready > clock; ++place) {
    if (jobs_[order_[place]].ready <= clock) --skip;
  }
  return place;
}

uint32_t Completer::ChunkBytes(const Job& job) {
  uint32_t most = config_.max_payload;
  if (config_.split == Split::kBoundary) most = kReadCompletionBoundary;
  if (config_.split == Split::kRandom)
    most = kReadCompletionBoundary *
           static_cast<uint32_t>(random_.Between(1, config_.max_payload / kReadCompletionBoundary));
  const uint64_t end = (job.next + most) / kReadCompletionBoundary * kReadCompletionBoundary;
  return std::min(job.left, static_cast<uint32_t>(end - job.next));
}

Tlp* Completer::Next(uint64_t clock) {
  if (earliest_ > clock) return nullptr;
  const size_t place = Choose(clock);
  if (place == order_.size()) return nullptr;
  Job& job = jobs_[order_[place]];
  Tlp* tlp = pool_.Take();
  tlp->type = TlpType::kCompletion;
  tlp->tag = job.request.tag;
  tlp->requester = job.request.requester;
  tlp->traffic_class = job.request.traffic_class;
  tlp->attributes = job.request.attributes;
  tlp->lower_address = job.next & 0x7f;
  tlp->byte_count = static_cast<uint16_t>(job.left);
  const uint32_t bytes = ChunkBytes(job);
  const uint32_t skip = job.next % 4;
  const uint32_t dwords = (skip + bytes + 3) / 4;
  const bool is_empty = job.request.first_be == 0;
  if (skip != 0) std::memset(tlp->payload, kNotAskedFor, 4);
  if ((skip + bytes) % 4 != 0) std::memset(tlp->payload + 4 * (dwords - 1), kNotAskedFor, 4);
  const auto function = static_cast<Function>(job.request.requester & 0xff);
  if (is_empty || memory_.Read(function, job.next, {tlp->payload + skip, bytes})) {
    tlp->dwords = static_cast<uint16_t>(dwords);
    job.next += bytes;
    job.left -= bytes;
  } else {
    tlp->status = config_.fault_status;
    job.left = 0;
  }
  if (job.left == 0) Finish(place);
  return tlp;
}

void Completer::Finish(size_t place) {
  free_.push_back(order_[place]);
  order_.erase(order_.begin() + static_cast<ptrdiff_t>(place));
  if (order_.empty()) earliest_ = UINT64_MAX;
}

uint64_t Completer::NextEvent() const { return order_.empty() ? UINT64_MAX : earliest_; }

}  // namespace vireo::sim::pcie
