// SPDX-License-Identifier: Apache-2.0
// A card in C++: sends what a test gives it, as fast as its pins let it, and shows what arrives.
#ifndef VIREO_TESTS_SIM_PCIE_MOCK_CARD_H_
#define VIREO_TESTS_SIM_PCIE_MOCK_CARD_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/pcie/card_port.h"
#include "sim/pcie/hard_block.h"
#include "sim/pcie/packet_receiver.h"
#include "sim/pcie/packet_sender.h"

namespace vireo::sim::pcie {

class MockCard final : public CardPort {
 public:
  explicit MockCard(bool straddle_rq = false, bool straddle_rc = false);

  TlpPool pool;
  Ring<Tlp*> rq;  // what the card sends next
  Ring<Tlp*> cc;
  Ring<uint32_t> config_replies;
  Ring<Function> resets_done;
  Ring<pcie4c::IntxLevel> intx;
  bool rc_ready = true;
  bool cq_ready = true;
  bool state_ready = true;

  std::function<void()> on_clock;         // before each clock
  std::function<void(const Tlp&)> on_rc;  // a completion has arrived
  std::function<void(const Tlp&)> on_cq;  // a request has arrived
  std::function<void(const pcie4c::ConfigRequest&)> on_config;
  std::function<void(const pcie4c::FunctionState&)> on_state;
  // Changes a beat on its way out, to break it.
  std::function<void(Beat&)> spoil_rq, spoil_cc;
  std::vector<std::string> malformed;  // what the block sent and no receiver understands
  uint64_t rc_beats = 0, rq_beats = 0;

  // Adds a request or a completion to what is sent.
  Tlp& Read(Function function, uint8_t tag, uint64_t iova, uint32_t bytes);
  Tlp& Write(Function function, uint64_t iova, std::span<const uint8_t> bytes);
  // Answers a read of a BAR, whole.
  void Answer(const Tlp& request, std::span<const uint8_t> bytes);

  // The phases of a clock that are the card's: between Drive and Sample, and after Sample.
  void Settle();
  void Edge();

  void OfferCq(const Beat* beat) override { cq_beat_ = Copy(beat); }
  void OfferRc(const Beat* beat) override { rc_beat_ = Copy(beat); }
  void OfferConfigRequest(const pcie4c::ConfigRequest* request) override {
    config_ = Copy(request);
  }
  void OfferFunctionState(const pcie4c::FunctionState* state) override { state_ = Copy(state); }
  void GrantCc(bool ready) override { cc_granted_ = ready; }
  void GrantRq(bool ready) override { rq_granted_ = ready; }
  // As a harness may leave the pins after reset.
  void LeaveReady() { cc_granted_ = rq_granted_ = true; }
  void GrantTokens(bool ready) override { tokens_granted_ = ready; }
  bool CqTaken() override { return cq_beat_ && cq_ready; }
  bool RcTaken() override { return rc_beat_ && rc_ready; }
  bool ConfigRequestTaken() override { return config_.has_value(); }
  bool FunctionStateTaken() override { return state_.has_value() && state_ready; }
  bool GetCc(Beat& beat) override { return Give(cc_out_, beat); }
  bool GetRq(Beat& beat) override { return Give(rq_out_, beat); }
  bool GetConfigReply(pcie4c::ConfigReply& reply) override;
  bool GetFunctionResetDone(pcie4c::FunctionResetDone& done) override;
  bool GetIntxLevel(pcie4c::IntxLevel& level) override;

 private:
  template <class T>
  static std::optional<T> Copy(const T* value) {
    return value == nullptr ? std::nullopt : std::optional<T>(*value);
  }
  static bool Give(const std::optional<Beat>& out, Beat& beat) {
    if (out) beat = *out;
    return out.has_value();
  }

  PacketSender rq_sender_, cc_sender_;
  PacketReceiver cq_receiver_, rc_receiver_;
  std::optional<Beat> cq_beat_, rc_beat_;  // on offer
  std::optional<Beat> rq_out_, cc_out_;    // standing at the outputs
  std::optional<pcie4c::ConfigRequest> config_;
  std::optional<pcie4c::FunctionState> state_;
  bool cc_granted_ = false, rq_granted_ = false, tokens_granted_ = false;
};

// A card and the block, clock by clock.
class Bench {
 public:
  explicit Bench(const HardBlockConfig& config = {}, size_t functions = 2);

  void Clock();
  void Run(uint64_t clocks) {
    for (uint64_t i = 0; i < clocks; ++i) Clock();
  }
  // Until the condition holds; false if it does not within so many clocks.
  bool RunUntil(const std::function<bool()>& condition, uint64_t clocks = 20'000);
  // Sets bus master and memory space, and waits until the card has been told.
  void Enable(Function function);
  void WriteConfig(Function function, uint32_t offset, uint32_t value, uint32_t bytes);

  HostMemory memory;
  MockCard card;
  HardBlock block;
  std::vector<CardError> errors;
  std::vector<Interrupt> interrupts;
};

// A virtio-net function as VFIO shows it.
FunctionSpec TestFunction();

}  // namespace vireo::sim::pcie

#endif  // VIREO_TESTS_SIM_PCIE_MOCK_CARD_H_
