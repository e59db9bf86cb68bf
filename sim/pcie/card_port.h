// SPDX-License-Identifier: Apache-2.0
// The card's pins towards the PCIE4C block.
#ifndef VIREO_SIM_PCIE_CARD_PORT_H_
#define VIREO_SIM_PCIE_CARD_PORT_H_

#include <cstdint>

#include "hw/pcie/config_tokens.h"
#include "sim/pcie/pcie4c.h"

namespace vireo::sim::pcie {

// In each clock the block first drives (Offer..., Grant...); the card's logic settles; then the
// block looks (...Taken, and what the card gives). What is driven stands until driven anew.
class CardPort {
 public:
  virtual ~CardPort() = default;

  // nullptr: nothing is on offer. The object is not looked at after the call.
  virtual void OfferCq(const Beat* beat) = 0;
  virtual void OfferRc(const Beat* beat) = 0;
  virtual void OfferConfigRequest(const pcie4c::ConfigRequest* request) = 0;
  virtual void OfferFunctionState(const pcie4c::FunctionState* state) = 0;
  // Whether the block takes what the card gives in this clock.
  virtual void GrantCc(bool ready) = 0;
  virtual void GrantRq(bool ready) = 0;
  virtual void GrantTokens(bool ready) = 0;  // config replies, resets done, INTx levels

  virtual bool CqTaken() = 0;
  virtual bool RcTaken() = 0;
  virtual bool ConfigRequestTaken() = 0;
  virtual bool FunctionStateTaken() = 0;
  // What the card gives in this clock; false: nothing.
  virtual bool GetCc(Beat& beat) = 0;
  virtual bool GetRq(Beat& beat) = 0;
  virtual bool GetConfigReply(pcie4c::ConfigReply& reply) = 0;
  virtual bool GetFunctionResetDone(pcie4c::FunctionResetDone& done) = 0;
  virtual bool GetIntxLevel(pcie4c::IntxLevel& level) = 0;
};

}  // namespace vireo::sim::pcie

#endif  // VIREO_SIM_PCIE_CARD_PORT_H_
