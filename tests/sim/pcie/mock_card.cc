// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/pcie/mock_card.h"

#include <cstring>

namespace vireo::sim::pcie {

MockCard::MockCard(bool straddle_rq, bool straddle_rc)
    : rq_sender_(Stream::kRq, straddle_rq),
      cc_sender_(Stream::kCc, false),
      cq_receiver_(
          Stream::kCq, false, pool,
          [this](Tlp* tlp) {
            if (on_cq) on_cq(*tlp);
            pool.Give(tlp);
          },
          [this](std::string what) { malformed.push_back(std::move(what)); }),
      rc_receiver_(
          Stream::kRc, straddle_rc, pool,
          [this](Tlp* tlp) {
            if (on_rc) on_rc(*tlp);
            pool.Give(tlp);
          },
          [this](std::string what) { malformed.push_back(std::move(what)); }) {}

Tlp& MockCard::Read(Function function, uint8_t tag, uint64_t iova, uint32_t bytes) {
  Tlp* tlp = pool.Take();
  tlp->type = TlpType::kMemoryRead;
  tlp->requester = function;
  tlp->tag = tag;
  SetRange(*tlp, iova, bytes);
  rq.push_back(tlp);
  return *tlp;
}

Tlp& MockCard::Write(Function function, uint64_t iova, std::span<const uint8_t> bytes) {
  Tlp* tlp = pool.Take();
  tlp->type = TlpType::kMemoryWrite;
  tlp->requester = function;
  SetRange(*tlp, iova, static_cast<uint32_t>(bytes.size()));
  std::memcpy(tlp->payload + iova % 4, bytes.data(), bytes.size());
  rq.push_back(tlp);
  return *tlp;
}

void MockCard::Answer(const Tlp& request, std::span<const uint8_t> bytes) {
  Tlp* tlp = pool.Take();
  tlp->type = TlpType::kCompletion;
  tlp->requester = request.requester;
  tlp->completer = request.completer;
  tlp->tag = request.tag;
  tlp->dwords = request.dwords;
  tlp->byte_count = static_cast<uint16_t>(ByteCount(request));
  tlp->lower_address = FirstByte(request) & 0x7f;
  std::memcpy(tlp->payload + FirstByte(request) % 4, bytes.data(), bytes.size());
  cc.push_back(tlp);
}

void MockCard::Settle() {
  if (on_clock) on_clock();
  Beat beat;
  if (!rq_out_ && rq_sender_.Next(rq, beat)) {
    for (Tlp* tlp : rq_sender_.ended()) pool.Give(tlp);
    if (spoil_rq) spoil_rq(beat);
    rq_out_ = beat;
    ++rq_beats;
  }
  if (!cc_out_ && cc_sender_.Next(cc, beat)) {
    for (Tlp* tlp : cc_sender_.ended()) pool.Give(tlp);
    if (spoil_cc) spoil_cc(beat);
    cc_out_ = beat;
  }
}

void MockCard::Edge() {
  if (rq_granted_) rq_out_.reset();
  if (cc_granted_) cc_out_.reset();
  if (CqTaken()) cq_receiver_.Take(*cq_beat_);
  if (RcTaken()) {
    rc_receiver_.Take(*rc_beat_);
    ++rc_beats;
  }
  if (config_ && on_config) on_config(*config_);
  if (FunctionStateTaken() && on_state) on_state(*state_);
}

bool MockCard::GetConfigReply(pcie4c::ConfigReply& reply) {
  if (config_replies.empty() || !tokens_granted_) return false;
  reply.data = config_replies.pop_front();
  return true;
}

bool MockCard::GetFunctionResetDone(pcie4c::FunctionResetDone& done) {
  if (resets_done.empty() || !tokens_granted_) return false;
  done.function = resets_done.pop_front();
  return true;
}

bool MockCard::GetIntxLevel(pcie4c::IntxLevel& level) {
  if (intx.empty() || !tokens_granted_) return false;
  level = intx.pop_front();
  return true;
}

FunctionSpec TestFunction() {
  FunctionSpec function;
  function.type = &spec::kPhysicalNet;
  function.parameters.view = spec::ConfigView::kVfio;
  function.parameters.vectors = 4;
  return function;
}

Bench::Bench(const HardBlockConfig& config, size_t functions)
    : card(config.straddle_rq, config.straddle_rc),
      block(config, std::vector<FunctionSpec>(functions, TestFunction()), card, memory) {
  block.OnCardError([this](const CardError& error) { errors.push_back(error); });
  block.OnInterrupt([this](const Interrupt& interrupt) { interrupts.push_back(interrupt); });
}

void Bench::Clock() {
  block.Drive();
  card.Settle();
  block.Sample();
  card.Edge();
}

bool Bench::RunUntil(const std::function<bool()>& condition, uint64_t clocks) {
  for (uint64_t i = 0; i < clocks; ++i) {
    if (condition()) return true;
    Clock();
  }
  return condition();
}

void Bench::WriteConfig(Function function, uint32_t offset, uint32_t value, uint32_t bytes) {
  block.ConfigWrite(function, offset, {reinterpret_cast<const uint8_t*>(&value), bytes});
}

void Bench::Enable(Function function) {
  constexpr uint32_t kCommand = 4, kMemoryAndMaster = 6;
  WriteConfig(function, kCommand, kMemoryAndMaster, 2);
  Run(2);
}

}  // namespace vireo::sim::pcie
