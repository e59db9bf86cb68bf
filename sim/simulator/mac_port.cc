// SPDX-License-Identifier: Apache-2.0
// The words of a beat are those of hls::axis<ap_uint<512>, 1>: data, keep, strobe, user, last.

#include "sim/simulator/mac_port.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace vireo::sim {
namespace {

constexpr size_t kBeatBytes = 64;
constexpr size_t kKeepWord = 16, kStrobeWord = 18, kFlagsWord = 20;  // of 32 bits
constexpr uint32_t kLast = 2;                                        // beside user, which is bit 0
constexpr uint32_t kBeatBits = 32 * kFlagsWord + 2;

using BeatWords = std::array<uint32_t, kFlagsWord + 1>;

}  // namespace

tl::expected<MacPort, std::string> MacPort::Make(Dut& dut, const std::string& rx,
                                                 const std::string& tx) {
  size_t found[2] = {SIZE_MAX, SIZE_MAX};
  const auto ports = dut.ports();
  for (size_t i = 0; i < ports.size(); ++i) {
    if (ports[i].name == rx && ports[i].is_input && ports[i].bits == kBeatBits) found[0] = i;
    if (ports[i].name == tx && !ports[i].is_input && ports[i].bits == kBeatBits) found[1] = i;
  }
  for (const size_t i : {size_t{0}, size_t{1}}) {
    if (found[i] != SIZE_MAX) continue;
    return tl::unexpected(fmt::format("the card's top has no {} stream '{}' of {} bits",
                                      i == 0 ? "input" : "output", i == 0 ? rx : tx, kBeatBits));
  }
  return MacPort(dut, found[0], found[1]);
}

bool MacPort::Receive(std::span<const uint8_t> frame) {
  if (waiting_.size() == kMaxWaiting || frame.empty()) {
    ++counters_.refused;
    return false;
  }
  waiting_.emplace_back(frame.begin(), frame.end());
  return true;
}

void MacPort::HoldBack(uint32_t percent, uint64_t seed) {
  held_percent_ = percent;
  random_ = Random(seed, "mac");
}

void MacPort::Drive() {
  takes_ = held_percent_ == 0 || !random_.Percent(held_percent_);
  dut_->SetOutputReady(tx_, takes_);
  if (stands_) return;
  BeatWords words = {};
  if (waiting_.empty()) {
    if (driven_) dut_->SetInput(rx_, false, words.data());
    driven_ = false;
    return;
  }
  const Frame& frame = waiting_.front();
  const size_t bytes = std::min(kBeatBytes, frame.size() - at_);
  std::memcpy(words.data(), frame.data() + at_, bytes);
  const uint64_t keep = bytes == kBeatBytes ? ~uint64_t{0} : (uint64_t{1} << bytes) - 1;
  std::memcpy(&words[kKeepWord], &keep, sizeof keep);
  std::memcpy(&words[kStrobeWord], &keep, sizeof keep);
  words[kFlagsWord] = at_ + bytes == frame.size() ? kLast : 0;
  dut_->SetInput(rx_, true, words.data());
  stands_ = driven_ = true;
}

void MacPort::Sample() {
  if (stands_ && dut_->InputReady(rx_)) {
    stands_ = false;
    at_ += kBeatBytes;
    if (at_ >= waiting_.front().size()) {
      ++counters_.received;
      counters_.received_bytes += waiting_.front().size();
      waiting_.pop_front();
      at_ = 0;
    }
  }
  if (!takes_ || !dut_->OutputValid(tx_)) return;
  BeatWords words = {};
  dut_->GetOutput(tx_, words.data());
  uint64_t keep = 0;
  std::memcpy(&keep, &words[kKeepWord], sizeof keep);
  const auto* bytes = reinterpret_cast<const uint8_t*>(words.data());
  const size_t count = static_cast<size_t>(__builtin_popcountll(keep));
  sending_.insert(sending_.end(), bytes, bytes + count);
  if ((words[kFlagsWord] & kLast) == 0) return;
  ++counters_.sent;
  counters_.sent_bytes += sending_.size();
  if (on_send_) on_send_(sending_);
  sending_.clear();
}

}  // namespace vireo::sim
