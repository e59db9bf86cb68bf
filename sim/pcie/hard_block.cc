// SPDX-License-Identifier: Apache-2.0
#include "sim/pcie/hard_block.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace vireo::sim::pcie {

namespace {

// Packets that the block takes from the card before the link has sent them.
constexpr size_t kTransmitBuffer = 32;
constexpr size_t kHeldReads = 16;
// Completions wait in the root complex, not on the link: reads see memory late.
constexpr uint32_t kLinkAhead = 1024;  // bytes

}  // namespace

HardBlock::HardBlock(const HardBlockConfig& config, const std::vector<FunctionSpec>& functions,
                     CardPort& card, HostMemory& memory)
    : config_(config),
      card_(card),
      memory_(memory),
      random_(config.seed, "hard block"),
      functions_(functions.begin(), functions.end()),
      up_(config.LinkDirection(config.host_credits)),
      down_(config.LinkDirection(config.card_credits)),
      completer_(config.HostCompleter(), memory, pool_),
      split_({config.completion_headers, config.completion_bytes, config.read_timeout_clocks}),
      mmio_(pool_, config.bus, config.host_timeout_clocks),
      config_access_(functions_, config.host_timeout_clocks,
                     [this](Function function, bool flr) { ConfigWritten(function, flr); }),
      cq_sender_(Stream::kCq, false),
      rc_sender_(Stream::kRc, config.straddle_rc),
      cc_receiver_(
          Stream::kCc, false, pool_, [this](Tlp* tlp) { FromCc(tlp); },
          [this](std::string what) { Error(std::move(what)); }),
      rq_receiver_(
          Stream::kRq, config.straddle_rq, pool_, [this](Tlp* tlp) { FromRq(tlp); },
          [this](std::string what) { Error(std::move(what)); }) {
  card_.OfferCq(nullptr);
  card_.OfferRc(nullptr);
  card_.OfferConfigRequest(nullptr);
  card_.OfferFunctionState(nullptr);
  card_.GrantCc(false);
  card_.GrantRq(false);
  card_.GrantTokens(false);
}

void HardBlock::Error(std::string what) {
  ++counters_.errors;
  if (!on_error_)
    throw std::runtime_error(
        fmt::format("the card breaks PCI Express at clock {}: {}", clock_, what));
  on_error_({clock_, std::move(what)});
}

// --- What stands on the pins ---

void HardBlock::DriveCq() {
  if (cq_stands_) return;
  if (!Stalls(config_.stalls.cq) && cq_sender_.Next(cq_queue_, cq_beat_)) {
    card_.OfferCq(&cq_beat_);
    cq_stands_ = cq_driven_ = true;
  } else if (cq_driven_) {
    card_.OfferCq(nullptr);
    cq_driven_ = false;
  }
}

void HardBlock::DriveRc() {
  if (rc_stands_) return;
  if (!Stalls(config_.stalls.rc) && rc_sender_.Next(rc_queue_, rc_beat_)) {
    card_.OfferRc(&rc_beat_);
    rc_stands_ = rc_driven_ = true;
  } else if (rc_driven_) {
    card_.OfferRc(nullptr);
    rc_driven_ = false;
  }
}

void HardBlock::DriveConfig() {
  if (config_stands_) return;
  const bool stalls = Stalls(config_.stalls.tokens);
  const auto request = stalls ? std::nullopt : config_access_.Next(clock_);
  config_stands_ = request.has_value();
  if (config_stands_ || config_driven_) card_.OfferConfigRequest(request ? &*request : nullptr);
  config_driven_ = config_stands_;
}

void HardBlock::DriveState() {
  if (state_stands_) return;
  state_stands_ = !state_tokens_.empty() && !Stalls(config_.stalls.tokens);
  if (state_stands_ || state_driven_)
    card_.OfferFunctionState(state_stands_ ? &state_tokens_.front() : nullptr);
  state_driven_ = state_stands_;
}

void HardBlock::Drive() {
  DriveCq();
  DriveRc();
  DriveConfig();
  DriveState();
  rq_waits_for_link_ =
      up_.ordered_waiting() >= kTransmitBuffer || up_.nonposted_waiting() >= kTransmitBuffer;
  const bool rq_ready =
      !rq_waits_for_link_ && held_reads_.size() < kHeldReads && !Stalls(config_.stalls.rq);
  if (rq_ready != rq_ready_ || is_first_clock_) card_.GrantRq(rq_ready);
  rq_ready_ = rq_ready;
  const bool cc_ready = up_.ordered_waiting() < kTransmitBuffer && !Stalls(config_.stalls.cc);
  if (cc_ready != cc_ready_ || is_first_clock_) card_.GrantCc(cc_ready);
  cc_ready_ = cc_ready;
  if (is_first_clock_) card_.GrantTokens(true);
  is_first_clock_ = false;
}

// --- What the card took and gave ---

void HardBlock::SampleStreams() {
  if (cq_stands_) {
    cq_stands_ = !card_.CqTaken();
    counters_.wait_card_cq += cq_stands_ ? 1 : 0;
    for (size_t i = 0; !cq_stands_ && i < cq_sender_.ended().size(); ++i) {
      Tlp* tlp = cq_sender_.ended()[i];
      down_.ReturnCredit(*tlp, clock_);
      const bool is_posted = tlp->is_posted();
      pool_.Give(tlp);
      if (is_posted) mmio_.WriteArrived();
    }
  }
  if (rc_stands_) {
    rc_stands_ = !card_.RcTaken();
    counters_.wait_card_rc += rc_stands_ ? 1 : 0;
    for (size_t i = 0; !rc_stands_ && i < rc_sender_.ended().size(); ++i) {
      Tlp* tlp = rc_sender_.ended()[i];
      ++counters_.completions;
      split_.Release(*tlp);
      if (tlp->request_completed) {
        Saw(TrafficKind::kDmaReadDone, static_cast<Function>(tlp->requester & 0xff), 0, 0,
            tlp->tag);
      }
      pool_.Give(tlp);
    }
  }
  if (cc_ready_ && card_.GetCc(taken_)) cc_receiver_.Take(taken_);
  if (rq_ready_ && card_.GetRq(taken_)) rq_receiver_.Take(taken_);
  counters_.wait_link += rq_waits_for_link_ ? 1 : 0;
}

void HardBlock::SampleTokens() {
  if (config_stands_ && card_.ConfigRequestTaken()) {
    config_stands_ = false;
    config_access_.RequestTaken();
  }
  if (state_stands_ && card_.FunctionStateTaken()) {
    state_stands_ = false;
    Told& told = told_[state_tokens_.pop_front().function];
    --told.waiting;
    told.clock = clock_;
  }
  pcie4c::ConfigReply reply;
  if (card_.GetConfigReply(reply) && !config_access_.Reply(static_cast<uint32_t>(reply.data)))
    Error("a configuration reply that nobody waits for");
  pcie4c::FunctionResetDone done;
  if (card_.GetFunctionResetDone(done)) {
    Reset& reset = resets_[done.function];
    if (!reset.under_way) {
      Error(fmt::format("function {} is said to be reset, and was not told to",
                        static_cast<int>(done.function)));
    } else {
      reset.under_way = false;
      --resets_under_way_;
      told_[done.function].clock = clock_;
      for (const auto& hook : std::exchange(reset.done, {})) hook();
    }
  }
  pcie4c::IntxLevel level;
  if (card_.GetIntxLevel(level))
    Raise({static_cast<Function>(level.function), true, level.asserted != 0, 0, 0});
}

void HardBlock::Sample() {
  SampleStreams();
  SampleTokens();
  MoveUp();
  MoveDown();
  CheckTimeOuts();
  ++clock_;
}

// --- Card to host ---

bool HardBlock::MayMaster(const TlpHeader& request) {
  const auto function = static_cast<Function>(request.requester & 0xff);
  if (functions_[function].flags().bus_master && !resets_[function].under_way) return true;
  const Told& told = told_[function];
  const bool is_late = told.waiting == 0 && !resets_[function].under_way &&
                       clock_ > told.clock + config_.bus_master_grace_clocks;
  if (is_late) {
    Error(fmt::format("RQ: function {} asks for {:#x}, and its bus mastering is off", function,
                      request.address));
  } else {
    ++counters_.dropped_bus_master_off;
  }
  return false;
}

// The card gets the answer that it would get from a host that refuses, so that its tag is free.
void HardBlock::RefuseRead(const TlpHeader& request) {
  Tlp* refusal = pool_.Take();
  refusal->type = TlpType::kCompletion;
  refusal->tag = request.tag;
  refusal->requester = request.requester;
  refusal->status = Status::kUnsupportedRequest;
  refusal->byte_count = static_cast<uint16_t>(ByteCount(request));
  split_.Begin(request);
  split_.Complete(*refusal);
  rc_queue_.push_back(refusal);
}

void HardBlock::FromRq(Tlp* tlp) {
  const uint32_t function = tlp->requester;
  std::string wrong = CheckRequest(*tlp, {config_.max_payload, config_.max_read_request});
  if (wrong.empty() && function >= functions_.size())
    wrong = fmt::format("function {}: the card has {}", function, functions_.size());
  const bool is_read = tlp->type == TlpType::kMemoryRead;
  if (wrong.empty() && is_read && split_.in_flight(tlp->tag))
    wrong = fmt::format("a read with tag {}, whose last read is still in flight", tlp->tag);
  if (!wrong.empty()) {
    Error(fmt::format("RQ: function {}: {}", function, wrong));
    pool_.Give(tlp);
    return;
  }
  tlp->requester = static_cast<uint16_t>((uint32_t{config_.bus} << 8) | function);
  if (!MayMaster(*tlp)) {
    if (is_read) RefuseRead(*tlp);
    pool_.Give(tlp);
    return;
  }
  if (!is_read) {
    up_.Push(tlp, clock_);
    return;
  }
  ++counters_.reads;
  counters_.read_bytes += ByteCount(*tlp);
  FunctionCounters& own = function_counters_[function];
  ++own.reads;
  own.read_bytes += ByteCount(*tlp);
  Saw(TrafficKind::kDmaRead, static_cast<Function>(function), FirstByte(*tlp), ByteCount(*tlp),
      tlp->tag);
  split_.Begin(*tlp);
  counters_.most_in_flight = std::max(counters_.most_in_flight, split_.in_flight());
  held_reads_.push_back(tlp);
}

void HardBlock::FromCc(Tlp* tlp) { up_.Push(tlp, clock_); }

bool HardBlock::IsInterrupt(const TlpHeader& write) const {
  constexpr uint64_t kMsiWindow = 0xfee;  // address bits 63:20
  return (write.address >> 20) == kMsiWindow && write.dwords == 1 && write.first_be == 0xf;
}

void HardBlock::Raise(const Interrupt& interrupt) {
  ++counters_.interrupts;
  ++function_counters_[interrupt.function].interrupts;
  Saw(TrafficKind::kInterrupt, interrupt.function, interrupt.data, 0);
  if (on_interrupt_) on_interrupt_(interrupt);
}

void HardBlock::AtHost(Tlp* tlp) {
  if (tlp->type != TlpType::kCompletion) up_.ReturnCredit(*tlp, clock_);
  const auto function = static_cast<Function>(tlp->requester & 0xff);
  switch (tlp->type) {
    case TlpType::kMemoryRead: completer_.Request(tlp, clock_); return;
    case TlpType::kCompletion:
      if (std::string wrong = mmio_.Complete(*tlp); !wrong.empty()) Error(std::move(wrong));
      break;
    case TlpType::kMemoryWrite:
      if (IsInterrupt(*tlp)) {
        uint32_t data = 0;
        std::copy_n(tlp->payload, 4, reinterpret_cast<uint8_t*>(&data));
        Raise({function, false, false, tlp->address, data});
        break;
      }
      ++counters_.writes;
      counters_.write_bytes += ByteCount(*tlp);
      ++function_counters_[function].writes;
      function_counters_[function].write_bytes += ByteCount(*tlp);
      Saw(TrafficKind::kDmaWrite, function, FirstByte(*tlp), ByteCount(*tlp));
      if (tlp->first_be == 0) break;
      memory_.Write(function, FirstByte(*tlp),
                    {tlp->payload + (FirstByte(*tlp) - tlp->address), ByteCount(*tlp)});
      break;
  }
  pool_.Give(tlp);
}

void HardBlock::MoveUp() {
  while (!held_reads_.empty()) {
    if (!split_.Reserve(*held_reads_.front(), clock_)) {
      ++counters_.wait_completion_room;
      break;
    }
    up_.Push(held_reads_.pop_front(), clock_);
  }
  up_.Advance(clock_);
  while (Tlp* tlp = up_.Arrive(clock_)) AtHost(tlp);
}

// --- Host to card ---

void HardBlock::AtCard(Tlp* tlp) {
  if (tlp->type != TlpType::kCompletion) {
    cq_queue_.push_back(tlp);
  } else if (split_.Complete(*tlp)) {
    rc_queue_.push_back(tlp);
  } else {
    pool_.Give(tlp);  // too late: its read has timed out
  }
}

void HardBlock::MoveDown() {
  while (down_.bytes_waiting() < kLinkAhead) {
    Tlp* request = mmio_.Next(clock_);
    if (request != nullptr) down_.Push(request, clock_);
    Tlp* completion = completer_.Next(clock_);
    if (completion != nullptr) down_.Push(completion, clock_);
    if (request == nullptr && completion == nullptr) break;
  }
  down_.Advance(clock_);
  while (Tlp* tlp = down_.Arrive(clock_)) AtCard(tlp);
}

void HardBlock::CheckTimeOuts() {
  if (split_.NextEvent() <= clock_) {
    Tlp* overdue = pool_.Take();
    if (split_.TimeOut(clock_, *overdue)) {
      ++counters_.timeouts;
      rc_queue_.push_back(overdue);
    } else {
      pool_.Give(overdue);
    }
  }
  if (std::string what = mmio_.TimeOut(clock_); !what.empty()) Error(std::move(what));
  if (std::string what = config_access_.TimeOut(clock_); !what.empty()) Error(std::move(what));
  if (resets_under_way_ == 0) return;
  for (size_t i = 0; i < functions_.size(); ++i) {
    Reset& reset = resets_[i];
    if (!reset.under_way || reset.deadline != clock_) continue;
    Error(fmt::format("function {} is not reset after {} clocks", i, config_.host_timeout_clocks));
  }
}

}  // namespace vireo::sim::pcie
