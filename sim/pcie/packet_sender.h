// SPDX-License-Identifier: Apache-2.0
// Lays packets out in beats, one after the other or, straddling, several in a beat.
#ifndef VIREO_SIM_PCIE_PACKET_SENDER_H_
#define VIREO_SIM_PCIE_PACKET_SENDER_H_

#include <span>

#include "sim/pcie/pcie4c.h"
#include "sim/pcie/ring.h"

namespace vireo::sim::pcie {

class PacketSender {
 public:
  PacketSender(Stream stream, bool straddle);

  // Makes the next beat of the packet under way and of those in the queue, which it takes; false if
  // there is none.
  bool Next(Ring<Tlp*>& queue, Beat& beat);

  // The packets that ended in the last beat; they are the caller's again.
  std::span<Tlp* const> ended() const { return {ended_.data(), ended_count_}; }
  bool under_way() const { return current_ != nullptr; }

 private:
  void Begin(Tlp* tlp, uint32_t lane, uint32_t number, Beat& beat);
  // Writes DWords from `lane` on; returns the lane behind them.
  uint32_t Fill(uint32_t lane, Beat& beat);
  void PutByteEnables(uint32_t lane, uint32_t first, uint32_t count, Beat& beat) const;

  const StreamLayout& layout_;
  const Stream stream_;
  const bool straddle_;
  const uint32_t segments_;  // places in a beat where a packet may begin
  Tlp* current_ = nullptr;
  Descriptor descriptor_ = {};
  uint32_t position_ = 0;  // DWords of `current_` that are sent
  uint32_t length_ = 0;    // its DWords in all
  std::array<Tlp*, 4> ended_ = {};
  size_t ended_count_ = 0;
};

}  // namespace vireo::sim::pcie

#endif  // VIREO_SIM_PCIE_PACKET_SENDER_H_
