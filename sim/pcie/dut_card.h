// SPDX-License-Identifier: Apache-2.0
// The PCIe pins of a Verilated card top, found by name.
#ifndef VIREO_SIM_PCIE_DUT_CARD_H_
#define VIREO_SIM_PCIE_DUT_CARD_H_

#include <array>
#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "sim/harness/dut.h"
#include "sim/pcie/card_port.h"

namespace vireo::sim::pcie {

// The streams' names at the card's top; an empty name: the card has no such stream.
struct CardNames {
  std::string cq = "cq", cc = "cc", rq = "rq", rc = "rc";  // pcie4c::CqBeat, ...
  std::string config_request = "config_request", config_reply = "config_reply";
  std::string function_state = "function_state", function_reset_done = "function_reset_done";
  std::string intx_level = "intx_level";
};

class DutCard final : public CardPort {
 public:
  // Fails if a stream is missing, or has another direction or width than its payload. The packet
  // streams cannot be left out.
  static tl::expected<DutCard, std::string> Make(Dut& dut, const CardNames& names = {});

  void OfferCq(const Beat* beat) override;
  void OfferRc(const Beat* beat) override;
  void OfferConfigRequest(const pcie4c::ConfigRequest* request) override;
  void OfferFunctionState(const pcie4c::FunctionState* state) override;
  void GrantCc(bool ready) override;
  void GrantRq(bool ready) override;
  void GrantTokens(bool ready) override;

  bool CqTaken() override;
  bool RcTaken() override;
  bool ConfigRequestTaken() override;
  bool FunctionStateTaken() override;
  bool GetCc(Beat& beat) override;
  bool GetRq(Beat& beat) override;
  bool GetConfigReply(pcie4c::ConfigReply& reply) override;
  bool GetFunctionResetDone(pcie4c::FunctionResetDone& done) override;
  bool GetIntxLevel(pcie4c::IntxLevel& level) override;

 private:
  enum Port { kCq, kRc, kConfigRequest, kFunctionState, kCc, kRq, kConfigReply, kResetDone, kIntx };
  static constexpr size_t kPorts = 9;
  static constexpr size_t kNone = SIZE_MAX;

  explicit DutCard(Dut& dut) : dut_(&dut) { ports_.fill(kNone); }

  void OfferBeat(Port port, const Beat* beat, uint32_t user_bits);
  bool GetBeat(Port port, uint32_t user_bits, Beat& beat);
  void OfferToken(Port port, const uint32_t* words);
  bool GetToken(Port port, uint32_t* words);
  void Grant(Port port, bool ready);
  bool Taken(Port port);

  Dut* dut_;
  std::array<size_t, kPorts> ports_;
};

}  // namespace vireo::sim::pcie

#endif  // VIREO_SIM_PCIE_DUT_CARD_H_
