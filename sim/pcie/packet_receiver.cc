// SPDX-License-Identifier: Apache-2.0
#include "sim/pcie/packet_receiver.h"

#include <bit>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace vireo::sim::pcie {

using pcie4c::kBeatDwords;

PacketReceiver::PacketReceiver(Stream stream, bool straddle, TlpPool& pool,
                               std::function<void(Tlp*)> receive,
                               std::function<void(std::string)> report)
    : layout_(Layout(stream)),
      stream_(stream),
      straddle_(straddle),
      pool_(pool),
      receive_(std::move(receive)),
      report_(std::move(report)),
      current_(pool.Take()) {}

PacketReceiver::~PacketReceiver() { pool_.Give(current_); }

void PacketReceiver::Report(const std::string& what) {
  bad_ = true;
  report_(fmt::format("{}: {}", layout_.name, what));
}

void PacketReceiver::Begin(const Beat& beat, uint32_t lane, uint32_t number) {
  in_packet_ = true;
  bad_ = false;
  dwords_ = 0;
  static_cast<TlpHeader&>(*current_) = TlpHeader{};
  for (uint32_t i = 0; i < layout_.descriptor_dwords; ++i)
    descriptor_[i] = lane + i < static_cast<uint32_t>(kBeatDwords) ? beat.data[lane + i] : 0;
  if (layout_.first_be < 0) return;
  const uint32_t* user = beat.user.data();
  const auto be = [&](int low) {
    return static_cast<uint8_t>(GetBits(user, static_cast<uint32_t>(low) + 4 * number, 4));
  };
  first_be_ = be(layout_.first_be);
  last_be_ = be(layout_.last_be);
}

void PacketReceiver::TakePart(const Beat& beat, uint32_t lane, uint32_t end, bool first, bool last,
                              uint32_t number) {
  if (first) Begin(beat, lane, number);
  if (!bad_ && GetBits(beat.user.data(), layout_.discontinue, 1) != 0)
    Report("the packet is discontinued");
  const uint32_t skip = first ? std::min(layout_.descriptor_dwords, end - lane) : 0;
  const uint32_t count = end - lane - skip;
  const uint32_t have =
      dwords_ < layout_.descriptor_dwords ? 0 : dwords_ - layout_.descriptor_dwords;
  if (!bad_ && 4 * (have + count) > kMaxPayloadBytes)
    Report(fmt::format("the packet goes on after {} bytes of payload", kMaxPayloadBytes));
  if (!bad_) std::memcpy(current_->payload + 4 * have, &beat.data[lane + skip], 4UL * count);
  dwords_ += end - lane;
  if (last) End();
}

void PacketReceiver::End() {
  in_packet_ = false;
  if (bad_) return;
  if (dwords_ < layout_.descriptor_dwords) {
    Report(fmt::format("a packet of {} DWords is shorter than its descriptor", dwords_));
    return;
  }
  if (std::string wrong = Decode(stream_, descriptor_, first_be_, last_be_, *current_);
      !wrong.empty()) {
    Report(wrong);
    return;
  }
  const uint32_t payload = dwords_ - layout_.descriptor_dwords;
  if (payload != current_->payload_dwords()) {
    Report(fmt::format("the descriptor promises {} DWords of payload, the beats have {}",
                       current_->payload_dwords(), payload));
    return;
  }
  receive_(std::exchange(current_, pool_.Take()));
}

void PacketReceiver::TakeWhole(const Beat& beat) {
  const auto dwords = static_cast<uint32_t>(std::popcount(beat.keep));
  const bool first = !in_packet_;
  TakePart(beat, 0, dwords, first, false, 0);
  const auto is_sop =
      static_cast<uint32_t>(GetBits(beat.user.data(), layout_.is_sop, layout_.straddle));
  const auto is_eop =
      static_cast<uint32_t>(GetBits(beat.user.data(), layout_.is_eop, layout_.straddle));
  // is_sop and is_eop may be left out without straddling, but not say something else.
  if (!bad_ && (dwords == 0 || beat.keep != static_cast<uint16_t>((1U << dwords) - 1)))
    Report(fmt::format("TKEEP {:#06x} is not one run of DWords from the first on", beat.keep));
  if (!bad_ && !beat.last && beat.keep != 0xffff)
    Report(fmt::format("TKEEP {:#06x} in a beat without TLAST: it must be full", beat.keep));
  if (!bad_ && (is_sop > 1 || (is_sop == 1 && !first)))
    Report(fmt::format("is_sop is {} in the packet's {} beat", is_sop, first ? "first" : "later"));
  if (!bad_ && (is_eop > 1 || (is_eop == 1 && !beat.last)))
    Report(fmt::format("is_eop is {} in a beat {} TLAST", is_eop, beat.last ? "with" : "without"));
  if (beat.last) End();
}

void PacketReceiver::TakeStraddled(const Beat& beat) {
  const uint32_t* user = beat.user.data();
  const uint32_t most = layout_.straddle;
  const auto is_sop = static_cast<uint32_t>(GetBits(user, layout_.is_sop, most));
  const auto is_eop = static_cast<uint32_t>(GetBits(user, layout_.is_eop, most));
  const auto starts = static_cast<uint32_t>(std::popcount(is_sop));
  const auto ends = static_cast<uint32_t>(std::popcount(is_eop));
  if (is_sop != (1U << starts) - 1 || is_eop != (1U << ends) - 1) {
    Report(fmt::format("is_sop {:#x}, is_eop {:#x}: a later bit is set without those before it",
                       is_sop, is_eop));
    in_packet_ = false;
    return;
  }
  const auto end_of = [&](uint32_t i) {
    return i < ends ? static_cast<uint32_t>(GetBits(user, layout_.eop + 4 * i, 4)) + 1
                    : static_cast<uint32_t>(kBeatDwords);
  };
  uint32_t ended = 0;
  uint32_t behind = 0;  // the lane behind the last packet
  if (in_packet_) {
    behind = end_of(0);
    TakePart(beat, 0, behind, false, ends != 0, 0);
    ended = ends != 0 ? 1 : 0;
  }
  for (uint32_t i = 0; i < starts; ++i) {
    const uint32_t lane = 4 * static_cast<uint32_t>(GetBits(user, layout_.sop + 2 * i, 2));
    if (behind == 0 && lane != 0) {
      Report(
          fmt::format("packet {} of the beat begins in DWord {}, and nothing is before it: it "
                      "must begin in DWord 0",
                      i, lane));
      return;
    }
    if (in_packet_ || lane < behind || lane % (16 / most) != 0) {
      Report(
          fmt::format("packet {} of the beat begins in DWord {}, and what is before it ends "
                      "behind DWord {}",
                      i, lane, in_packet_ ? 15 : static_cast<int>(behind) - 1));
      in_packet_ = false;
      return;
    }
    if (end_of(ended) <= lane) {
      Report(fmt::format("packet {} of the beat begins in DWord {} and ends in DWord {}", i, lane,
                         end_of(ended) - 1));
      return;
    }
    behind = end_of(ended);
    const bool last = ended < ends;
    TakePart(beat, lane, behind, true, last, i);
    ended += last ? 1 : 0;
  }
  if (starts == 0 && behind == 0) Report("a beat that belongs to no packet");
  if (ended < ends) Report(fmt::format("is_eop {:#x} ends packets that never began", is_eop));
}

void PacketReceiver::Take(const Beat& beat) {
  if (straddle_) {
    TakeStraddled(beat);
  } else {
    TakeWhole(beat);
  }
}

}  // namespace vireo::sim::pcie
