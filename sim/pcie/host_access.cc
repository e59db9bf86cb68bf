// SPDX-License-Identifier: Apache-2.0
// HardBlock's side towards software: BARs, configuration space, reset, and when nothing happens.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "sim/pcie/hard_block.h"

namespace vireo::sim::pcie {

std::optional<MmioTarget> HardBlock::Target(Function function, uint32_t bar, uint64_t offset,
                                            uint64_t bytes) const {
  if (function >= functions_.size() || bar >= 6 || bytes == 0 || bytes > kMaxMmioBytes)
    return std::nullopt;
  const ConfigSpace& space = functions_[function];
  const uint64_t size = space.bar_bytes(bar);
  if (offset >= size || bytes > size - offset) return std::nullopt;
  const uint64_t address = space.bar_address(bar) + offset;
  if (address % kRequestBoundary + bytes > kRequestBoundary) return std::nullopt;
  return MmioTarget{function, static_cast<uint8_t>(bar),
                    static_cast<uint8_t>(std::countr_zero(size)), address};
}

bool HardBlock::MmioRead(Function function, uint32_t bar, uint64_t offset, uint32_t bytes,
                         MmioReadDone done) {
  const auto target = Target(function, bar, offset, bytes);
  if (!target) return false;
  ++counters_.mmio_reads;
  ++function_counters_[function].mmio_reads;
  Saw(TrafficKind::kMmioRead, function, offset, bytes);
  if (functions_[function].flags().memory_space) {
    mmio_.Read(*target, bytes, std::move(done));
  } else if (done) {
    std::array<uint8_t, kMaxMmioBytes> ones;
    ones.fill(0xff);
    done(Status::kUnsupportedRequest, {ones.data(), bytes});
  }
  return true;
}

bool HardBlock::MmioWrite(Function function, uint32_t bar, uint64_t offset,
                          std::span<const uint8_t> bytes, MmioWriteDone done) {
  const auto target = Target(function, bar, offset, bytes.size());
  if (!target) return false;
  ++counters_.mmio_writes;
  ++function_counters_[function].mmio_writes;
  uint64_t value = 0;
  std::memcpy(&value, bytes.data(), std::min(bytes.size(), sizeof value));
  Saw(TrafficKind::kMmioWrite, function, offset, static_cast<uint32_t>(bytes.size()), 0, value);
  if (functions_[function].flags().memory_space) {
    mmio_.Write(*target, bytes, std::move(done));
  } else if (done) {
    done();
  }
  return true;
}

bool HardBlock::ConfigRead(Function function, uint32_t offset, uint32_t bytes,
                           ConfigReadDone done) {
  if (function >= functions_.size() || bytes == 0 || offset > ConfigSpace::kBytes ||
      bytes > ConfigSpace::kBytes - offset)
    return false;
  functions_[function].SetTransactionsPending(split_.in_flight_of(function) != 0);
  config_access_.Read(function, offset, bytes, std::move(done));
  return true;
}

bool HardBlock::ConfigWrite(Function function, uint32_t offset, std::span<const uint8_t> bytes,
                            ConfigWriteDone done) {
  if (function >= functions_.size() || bytes.empty() || offset > ConfigSpace::kBytes ||
      bytes.size() > ConfigSpace::kBytes - offset)
    return false;
  config_access_.Write(function, offset, bytes, std::move(done));
  return true;
}

void HardBlock::ConfigWritten(Function function, bool flr) {
  if (flr) {
    ResetFunction(function);
  } else if (functions_[function].flags() != told_[function].flags) {
    Tell(function, false);
  }
}

void HardBlock::Tell(Function function, bool flr) {
  const FunctionFlags flags = functions_[function].flags();
  told_[function].flags = flags;
  ++told_[function].waiting;
  state_tokens_.push_back({function, flags.bus_master, flags.memory_space, flags.intx_disable,
                           flags.msix_enable, flags.msix_mask, flr});
}

void HardBlock::ResetFunction(Function function, std::function<void()> done) {
  if (function >= functions_.size()) return;
  Reset& reset = resets_[function];
  if (done) reset.done.push_back(std::move(done));
  functions_[function].Reset();
  if (reset.under_way) return;
  reset.under_way = true;
  reset.deadline = clock_ + config_.host_timeout_clocks;
  ++resets_under_way_;
  Tell(function, true);
}

bool HardBlock::idle() const {
  return up_.idle() && down_.idle() && completer_.idle() && mmio_.idle() && config_access_.idle() &&
         held_reads_.empty() && cq_queue_.empty() && rc_queue_.empty() && state_tokens_.empty() &&
         !cq_stands_ && !rc_stands_ && resets_under_way_ == 0 && !cq_sender_.under_way() &&
         !rc_sender_.under_way() && split_.in_flight() == 0;
}

uint64_t HardBlock::NextEvent() const {
  const bool acts_now = !held_reads_.empty() || !cq_queue_.empty() || !rc_queue_.empty() ||
                        !state_tokens_.empty() || cq_stands_ || rc_stands_ ||
                        cq_sender_.under_way() || rc_sender_.under_way() ||
                        !config_access_.idle() || mmio_.has_waiting() || resets_under_way_ != 0;
  if (acts_now) return clock_;
  const uint64_t next = std::min({up_.NextEvent(clock_), down_.NextEvent(clock_),
                                  completer_.NextEvent(), split_.NextEvent(), mmio_.NextEvent()});
  return std::max(next, clock_);
}

}  // namespace vireo::sim::pcie
