// SPDX-License-Identifier: Apache-2.0
// The words of a beat are those of hls::axis: data, a keep and a strobe bit for each byte, user,
// last. Those of a token are its members in order, without gaps.
#include "sim/pcie/dut_card.h"

#include <cstring>

#include <fmt/format.h>

namespace vireo::sim::pcie {

namespace {

constexpr uint32_t kKeepWord = 16;
constexpr uint32_t kStrobeWord = 18;
constexpr uint32_t kUserWord = 20;
constexpr uint32_t kBeatWords = 26;
constexpr uint32_t kTokenWords = 2;

constexpr uint32_t BeatBits(int user_bits) {
  return 32 * kUserWord + static_cast<uint32_t>(user_bits) + 1;
}

struct Expected {
  const std::string CardNames::* name;
  bool is_input;  // of the card
  uint32_t bits;
};
// In the order of DutCard::Port.
const Expected kExpected[] = {
    {&CardNames::cq, true, BeatBits(pcie4c::cq::kUserBits)},
    {&CardNames::rc, true, BeatBits(pcie4c::rc::kUserBits)},
    {&CardNames::config_request, true, 55},
    {&CardNames::function_state, true, 14},
    {&CardNames::cc, false, BeatBits(pcie4c::cc::kUserBits)},
    {&CardNames::rq, false, BeatBits(pcie4c::rq::kUserBits)},
    {&CardNames::config_reply, false, 32},
    {&CardNames::function_reset_done, false, 8},
    {&CardNames::intx_level, false, 9},
};

// 16 bits of DWords become 64 bits of bytes.
uint64_t Spread(uint16_t dwords) {
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < 16; ++i)
    bytes |= ((dwords >> i) & 1) != 0 ? uint64_t{0xf} << (4 * i) : 0;
  return bytes;
}

uint16_t Join(uint64_t bytes) {
  uint16_t dwords = 0;
  for (uint32_t i = 0; i < 16; ++i)
    dwords = static_cast<uint16_t>(dwords | (((bytes >> (4 * i)) & 1) << i));
  return dwords;
}

}  // namespace

tl::expected<DutCard, std::string> DutCard::Make(Dut& dut, const CardNames& names) {
  DutCard card(dut);
  const auto ports = dut.ports();
  for (size_t i = 0; i < kPorts; ++i) {
    const Expected& expected = kExpected[i];
    const std::string& name = names.*expected.name;
    const bool is_packets = i == kCq || i == kRc || i == kCc || i == kRq;
    if (name.empty() && !is_packets) continue;
    for (size_t p = 0; p < ports.size(); ++p) {
      if (ports[p].name == name) card.ports_[i] = p;
    }
    if (card.ports_[i] == kNone)
      return tl::unexpected(fmt::format("the card's top has no stream '{}'", name));
    const StreamPort& port = ports[card.ports_[i]];
    if (port.is_input != expected.is_input)
      return tl::unexpected(fmt::format("stream '{}' of the card is an {}, it must be an {}", name,
                                        port.is_input ? "input" : "output",
                                        expected.is_input ? "input" : "output"));
    if (port.bits != expected.bits)
      return tl::unexpected(fmt::format("stream '{}' of the card has {} bits, its payload has {}",
                                        name, port.bits, expected.bits));
  }
  return card;
}

void DutCard::OfferBeat(Port port, const Beat* beat, uint32_t user_bits) {
  std::array<uint32_t, kBeatWords> words = {};
  if (beat != nullptr) {
    std::memcpy(words.data(), beat->data.data(), sizeof beat->data);
    const uint64_t keep = Spread(beat->keep);
    std::memcpy(&words[kKeepWord], &keep, sizeof keep);
    std::memcpy(&words[kStrobeWord], &keep, sizeof keep);
    std::memcpy(&words[kUserWord], beat->user.data(), sizeof beat->user);
    PutBits(words.data(), 32 * kUserWord + user_bits, 1, beat->last ? 1 : 0);
  }
  dut_->SetInput(ports_[port], beat != nullptr, words.data());
}

bool DutCard::GetBeat(Port port, uint32_t user_bits, Beat& beat) {
  if (!dut_->OutputValid(ports_[port])) return false;
  std::array<uint32_t, kBeatWords> words = {};
  dut_->GetOutput(ports_[port], words.data());
  std::memcpy(beat.data.data(), words.data(), sizeof beat.data);
  uint64_t keep = 0;
  std::memcpy(&keep, &words[kKeepWord], sizeof keep);
  beat.keep = Join(keep);
  std::memcpy(beat.user.data(), &words[kUserWord], sizeof beat.user);
  beat.last = GetBits(words.data(), 32 * kUserWord + user_bits, 1) != 0;
  PutBits(beat.user.data(), user_bits, 1, 0);
  return true;
}

void DutCard::OfferToken(Port port, const uint32_t* words) {
  if (ports_[port] == kNone) return;
  const std::array<uint32_t, kTokenWords> none = {};
  dut_->SetInput(ports_[port], words != nullptr, words != nullptr ? words : none.data());
}

bool DutCard::GetToken(Port port, uint32_t* words) {
  if (ports_[port] == kNone || !dut_->OutputValid(ports_[port])) return false;
  dut_->GetOutput(ports_[port], words);
  return true;
}

void DutCard::Grant(Port port, bool ready) {
  if (ports_[port] != kNone) dut_->SetOutputReady(ports_[port], ready);
}

// A card without the stream takes what is sent there as unheard.
bool DutCard::Taken(Port port) { return ports_[port] == kNone || dut_->InputReady(ports_[port]); }

void DutCard::OfferCq(const Beat* beat) { OfferBeat(kCq, beat, pcie4c::cq::kUserBits); }
void DutCard::OfferRc(const Beat* beat) { OfferBeat(kRc, beat, pcie4c::rc::kUserBits); }

void DutCard::OfferConfigRequest(const pcie4c::ConfigRequest* request) {
  if (request == nullptr) return OfferToken(kConfigRequest, nullptr);
  std::array<uint32_t, kTokenWords> words = {};
  PutBits(words.data(), 0, 10, static_cast<uint64_t>(request->register_number));
  PutBits(words.data(), 10, 8, static_cast<uint64_t>(request->function));
  PutBits(words.data(), 18, 1, static_cast<uint64_t>(request->write));
  PutBits(words.data(), 19, 32, static_cast<uint64_t>(request->data));
  PutBits(words.data(), 51, 4, static_cast<uint64_t>(request->byte_enables));
  OfferToken(kConfigRequest, words.data());
}

void DutCard::OfferFunctionState(const pcie4c::FunctionState* state) {
  if (state == nullptr) return OfferToken(kFunctionState, nullptr);
  std::array<uint32_t, kTokenWords> words = {};
  PutBits(words.data(), 0, 8, static_cast<uint64_t>(state->function));
  PutBits(words.data(), 8, 1, static_cast<uint64_t>(state->bus_master));
  PutBits(words.data(), 9, 1, static_cast<uint64_t>(state->memory_space));
  PutBits(words.data(), 10, 1, static_cast<uint64_t>(state->intx_disable));
  PutBits(words.data(), 11, 1, static_cast<uint64_t>(state->msix_enable));
  PutBits(words.data(), 12, 1, static_cast<uint64_t>(state->msix_mask));
  PutBits(words.data(), 13, 1, static_cast<uint64_t>(state->flr));
  OfferToken(kFunctionState, words.data());
}

void DutCard::GrantCc(bool ready) { Grant(kCc, ready); }
void DutCard::GrantRq(bool ready) { Grant(kRq, ready); }
void DutCard::GrantTokens(bool ready) {
  Grant(kConfigReply, ready);
  Grant(kResetDone, ready);
  Grant(kIntx, ready);
}

bool DutCard::CqTaken() { return Taken(kCq); }
bool DutCard::RcTaken() { return Taken(kRc); }
bool DutCard::ConfigRequestTaken() { return Taken(kConfigRequest); }
bool DutCard::FunctionStateTaken() { return Taken(kFunctionState); }
bool DutCard::GetCc(Beat& beat) { return GetBeat(kCc, pcie4c::cc::kUserBits, beat); }
bool DutCard::GetRq(Beat& beat) { return GetBeat(kRq, pcie4c::rq::kUserBits, beat); }

bool DutCard::GetConfigReply(pcie4c::ConfigReply& reply) {
  std::array<uint32_t, kTokenWords> words = {};
  if (!GetToken(kConfigReply, words.data())) return false;
  reply.data = words[0];
  return true;
}

bool DutCard::GetFunctionResetDone(pcie4c::FunctionResetDone& done) {
  std::array<uint32_t, kTokenWords> words = {};
  if (!GetToken(kResetDone, words.data())) return false;
  done.function = words[0];
  return true;
}

bool DutCard::GetIntxLevel(pcie4c::IntxLevel& level) {
  std::array<uint32_t, kTokenWords> words = {};
  if (!GetToken(kIntx, words.data())) return false;
  level.function = words[0] & 0xff;
  level.asserted = (words[0] >> 8) & 1;
  return true;
}

}  // namespace vireo::sim::pcie
