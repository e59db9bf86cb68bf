// SPDX-License-Identifier: Apache-2.0
// Accesses to configuration space, one after the other: registers of the hard block are done at
// once, those of the card go through the Configuration Extend interface.
#ifndef VIREO_SIM_PCIE_CONFIG_ACCESS_H_
#define VIREO_SIM_PCIE_CONFIG_ACCESS_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hw/pcie/config_tokens.h"
#include "sim/pcie/config_space.h"
#include "sim/pcie/tlp.h"

namespace vireo::sim::pcie {

using ConfigReadDone = std::function<void(std::span<const uint8_t>)>;
using ConfigWriteDone = std::function<void()>;

class ConfigAccess {
 public:
  // `written` is called after a write of the block's registers; its flag asks for a function level
  // reset.
  ConfigAccess(std::vector<ConfigSpace>& functions, uint64_t timeout_clocks,
               std::function<void(Function, bool flr)> written)
      : functions_(functions), timeout_clocks_(timeout_clocks), written_(std::move(written)) {}

  // Any range inside the 4096 bytes; it is cut into accesses of a DWord or less.
  void Read(Function function, uint32_t offset, uint32_t bytes, ConfigReadDone done);
  void Write(Function function, uint32_t offset, std::span<const uint8_t> bytes,
             ConfigWriteDone done);

  // Works on the accesses until one needs the card, and returns what to ask it.
  std::optional<pcie4c::ConfigRequest> Next(uint64_t clock);
  // The card has taken what Next returned.
  void RequestTaken();
  // The card's answer; false: nothing was asked.
  bool Reply(uint32_t data);
  // Gives up on an access that takes too long, and says which; empty if there is none.
  std::string TimeOut(uint64_t clock);

  bool idle() const { return accesses_.empty(); }

 private:
  enum class State : uint8_t { kNext, kOffered, kAsked };
  struct Access {
    Function function = 0;
    uint32_t offset = 0;
    bool write = false;
    std::vector<uint8_t> bytes;
    ConfigReadDone read_done;
    ConfigWriteDone write_done;
    uint32_t done = 0;  // bytes
  };
  // The part of the access that lies in the next register.
  struct Part {
    uint32_t number = 0;
    uint32_t skip = 0;
    uint32_t bytes = 0;
  };

  Part NextPart(const Access& access) const;
  void ReadPart(Access& access, uint32_t data);
  // Goes on behind the part; ends the access after its last.
  void Advance();

  std::vector<ConfigSpace>& functions_;
  const uint64_t timeout_clocks_;
  std::function<void(Function, bool)> written_;
  std::deque<Access> accesses_;
  State state_ = State::kNext;
  pcie4c::ConfigRequest request_;
  uint64_t deadline_ = 0;
};

}  // namespace vireo::sim::pcie

#endif  // VIREO_SIM_PCIE_CONFIG_ACCESS_H_
