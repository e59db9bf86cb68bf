// SPDX-License-Identifier: Apache-2.0
#include "sim/pcie/mmio.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace vireo::sim::pcie {

namespace {

// The root complex's own requester id.
constexpr uint16_t kHostId = 0;

constexpr uint32_t kBoundary = 64;

}  // namespace

Tlp* Mmio::Make(TlpType type, const MmioTarget& target, uint32_t bytes) {
  Tlp* tlp = pool_.Take();
  tlp->type = type;
  tlp->requester = kHostId;
  tlp->completer = static_cast<uint16_t>((bus_ << 8) | target.function);
  tlp->bar = target.bar;
  tlp->bar_aperture = target.bar_aperture;
  SetRange(*tlp, target.address, bytes);
  return tlp;
}

void Mmio::Read(const MmioTarget& target, uint32_t bytes, MmioReadDone done) {
  waiting_.push_back({Make(TlpType::kMemoryRead, target, bytes), std::move(done), {}});
}

void Mmio::Write(const MmioTarget& target, std::span<const uint8_t> bytes, MmioWriteDone done) {
  Tlp* tlp = Make(TlpType::kMemoryWrite, target, static_cast<uint32_t>(bytes.size()));
  std::memset(tlp->payload, 0, 4UL * tlp->dwords);
  std::memcpy(tlp->payload + target.address % 4, bytes.data(), bytes.size());
  waiting_.push_back({tlp, {}, std::move(done)});
}

Tlp* Mmio::Next(uint64_t clock) {
  if (waiting_.empty()) return nullptr;
  if (waiting_.front().tlp->is_posted()) {
    Waiting write = waiting_.pop_front();
    writes_.push_back(std::move(write.write_done));
    return write.tlp;
  }
  Entry& entry = entries_[next_tag_];
  if (entry.active) return nullptr;
  Waiting read = waiting_.pop_front();
  Tlp* tlp = read.tlp;
  tlp->tag = next_tag_++;
  entry.active = true;
  entry.function = static_cast<Function>(tlp->completer & 0xff);
  entry.next = FirstByte(*tlp);
  entry.bytes = entry.left = ByteCount(*tlp);
  entry.deadline = clock + timeout_clocks_;
  entry.done = std::move(read.read_done);
  look_at_ = in_flight_++ == 0 ? entry.deadline : std::min(look_at_, entry.deadline);
  return tlp;
}

void Mmio::WriteArrived() {
  const MmioWriteDone done = writes_.pop_front();
  if (done) done();
}

void Mmio::End(Entry& entry, Status status) {
  entry.active = false;
  --in_flight_;
  if (status != Status::kSuccess) entry.data.fill(0xff);
  const MmioReadDone done = std::exchange(entry.done, {});
  const auto data = entry.data;
  if (done) done(status, {data.data(), entry.bytes});
}

std::string Mmio::Complete(const Tlp& completion) {
  Entry& entry = entries_[completion.tag];
  const auto wrong = [&](const std::string& what) {
    return fmt::format("CC: completion of tag {}: {}", completion.tag, what);
  };
  if (!entry.active) return wrong("no request with this tag is in flight");
  if (completion.requester != kHostId)
    return wrong(fmt::format("it goes to requester {:#06x}, the request came from {:#06x}",
                             completion.requester, kHostId));
  if ((completion.completer & 0xff) != entry.function)
    return wrong(fmt::format("it comes from function {}, the request went to {}",
                             completion.completer & 0xff, entry.function));
  if (completion.status != Status::kSuccess) {
    if (completion.dwords != 0)
      return wrong(fmt::format("status {} with {} DWords of payload",
                               static_cast<int>(completion.status), completion.dwords));
    End(entry, completion.status);
    return {};
  }
  if (completion.lower_address != (entry.next & 0x7f))
    return wrong(fmt::format("lower address {:#x}, the data goes on at {:#x}",
                             completion.lower_address, entry.next & 0x7f));
  if (completion.byte_count != entry.left)
    return wrong(
        fmt::format("byte count {}, {} bytes are to come", completion.byte_count, entry.left));
  const auto skip = static_cast<uint32_t>(entry.next % 4);
  if (completion.dwords == 0 || 4U * (completion.dwords - 1U) >= skip + entry.left)
    return wrong(fmt::format("{} DWords of payload for {} bytes at {:#x}", completion.dwords,
                             entry.left, entry.next));
  const uint32_t bytes = std::min(entry.left, 4U * completion.dwords - skip);
  if (bytes != entry.left && (entry.next + bytes) % kBoundary != 0)
    return wrong(fmt::format("it is split at {:#x}, which is no multiple of {}", entry.next + bytes,
                             kBoundary));
  std::memcpy(entry.data.data() + (entry.bytes - entry.left), completion.payload + skip, bytes);
  entry.next += bytes;
  entry.left -= bytes;
  if (entry.left == 0) End(entry, Status::kSuccess);
  return {};
}

std::string Mmio::TimeOut(uint64_t clock) {
  if (in_flight_ == 0 || clock < look_at_) return {};
  look_at_ = UINT64_MAX;
  for (Entry& entry : entries_) {
    if (!entry.active) continue;
    if (entry.deadline > clock) {
      look_at_ = std::min(look_at_, entry.deadline);
      continue;
    }
    look_at_ = clock;
    std::string what =
        fmt::format("no completion of a read of {} bytes at {:#x} of function {} after {} clocks",
                    entry.left, entry.next, entry.function, timeout_clocks_);
    End(entry, Status::kCompleterAbort);
    return what;
  }
  return {};
}

}  // namespace vireo::sim::pcie
