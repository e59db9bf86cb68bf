// SPDX-License-Identifier: Apache-2.0
#include "sim/pcie/packet_sender.h"

#include <algorithm>
#include <cstring>

namespace vireo::sim::pcie {

using pcie4c::kBeatDwords;

PacketSender::PacketSender(Stream stream, bool straddle)
    : layout_(Layout(stream)),
      stream_(stream),
      straddle_(straddle),
      segments_(straddle ? layout_.straddle : 1) {}

void PacketSender::Begin(Tlp* tlp, uint32_t lane, uint32_t number, Beat& beat) {
  current_ = tlp;
  descriptor_ = Encode(stream_, *tlp);
  position_ = 0;
  length_ = layout_.descriptor_dwords + tlp->payload_dwords();
  uint32_t* user = beat.user.data();
  PutBits(user, layout_.is_sop + number, 1, 1);
  PutBits(user, layout_.sop + 2 * number, 2, lane / 4);
  if (layout_.first_be < 0) return;
  PutBits(user, static_cast<uint32_t>(layout_.first_be) + 4 * number, 4, tlp->first_be);
  PutBits(user, static_cast<uint32_t>(layout_.last_be) + 4 * number, 4, tlp->last_be);
}

void PacketSender::PutByteEnables(uint32_t lane, uint32_t first, uint32_t count, Beat& beat) const {
  uint64_t enables = count == kBeatDwords ? ~uint64_t{0} : (uint64_t{1} << (4 * count)) - 1;
  const auto set = [&](uint32_t index) {
    const uint32_t at = 4 * (index - first);
    enables &= ~(uint64_t{0xf} << at);
    enables |= static_cast<uint64_t>(PayloadBytes(*current_, index)) << at;
  };
  if (first == 0) set(0);
  if (first + count == current_->payload_dwords()) set(first + count - 1);
  PutBits(beat.user.data(), static_cast<uint32_t>(layout_.byte_enables) + 4 * lane, 4 * count,
          enables);
}

uint32_t PacketSender::Fill(uint32_t lane, Beat& beat) {
  while (position_ < layout_.descriptor_dwords) beat.data[lane++] = descriptor_[position_++];
  const uint32_t first = position_ - layout_.descriptor_dwords;
  const uint32_t count = std::min(static_cast<uint32_t>(kBeatDwords) - lane, length_ - position_);
  if (count != 0) {
    std::memcpy(&beat.data[lane], current_->payload + 4 * first, 4UL * count);
    if (layout_.byte_enables >= 0) PutByteEnables(lane, first, count, beat);
  }
  position_ += count;
  return lane + count;
}

bool PacketSender::Next(Ring<Tlp*>& queue, Beat& beat) {
  ended_count_ = 0;
  if (current_ == nullptr && queue.empty()) return false;
  beat = Beat{};
  const uint32_t step = static_cast<uint32_t>(kBeatDwords) / segments_;
  uint32_t lane = 0;
  uint32_t begun = 0;
  while (lane < static_cast<uint32_t>(kBeatDwords)) {
    if (current_ == nullptr) {
      lane = (lane + step - 1) / step * step;
      if (queue.empty() || lane == static_cast<uint32_t>(kBeatDwords)) break;
      Begin(queue.pop_front(), lane, begun++, beat);
    }
    lane = Fill(lane, beat);
    if (position_ != length_) break;
    const auto number = static_cast<uint32_t>(ended_count_);
    PutBits(beat.user.data(), layout_.is_eop + number, 1, 1);
    PutBits(beat.user.data(), layout_.eop + 4 * number, 4, lane - 1);
    ended_[ended_count_++] = current_;
    current_ = nullptr;
    if (!straddle_) break;
  }
  beat.keep = straddle_ ? 0xffff : static_cast<uint16_t>((1U << lane) - 1);
  beat.last = !straddle_ && ended_count_ != 0;
  return true;
}

}  // namespace vireo::sim::pcie
