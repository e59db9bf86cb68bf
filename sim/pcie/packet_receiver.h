// SPDX-License-Identifier: Apache-2.0
// Puts packets together from beats, and finds beats that make none.
#ifndef VIREO_SIM_PCIE_PACKET_RECEIVER_H_
#define VIREO_SIM_PCIE_PACKET_RECEIVER_H_

#include <functional>
#include <string>

#include "sim/pcie/pcie4c.h"

namespace vireo::sim::pcie {

class PacketReceiver {
 public:
  // `receive` owns the packets it is handed; they come from the pool. `report` gets a sentence for
  // each packet or beat that is malformed, which is dropped.
  PacketReceiver(Stream stream, bool straddle, TlpPool& pool, std::function<void(Tlp*)> receive,
                 std::function<void(std::string)> report);
  ~PacketReceiver();
  PacketReceiver(const PacketReceiver&) = delete;
  PacketReceiver& operator=(const PacketReceiver&) = delete;

  void Take(const Beat& beat);
  bool under_way() const { return in_packet_; }

 private:
  void TakeWhole(const Beat& beat);
  void TakeStraddled(const Beat& beat);
  // DWords [lane, end) of a beat belong to one packet, of which they are the first and the last.
  void TakePart(const Beat& beat, uint32_t lane, uint32_t end, bool first, bool last,
                uint32_t number);
  void Begin(const Beat& beat, uint32_t lane, uint32_t number);
  void End();
  void Report(const std::string& what);

  const StreamLayout& layout_;
  const Stream stream_;
  const bool straddle_;
  TlpPool& pool_;
  std::function<void(Tlp*)> receive_;
  std::function<void(std::string)> report_;

  bool in_packet_ = false;
  bool bad_ = false;  // the rest of the packet is dropped
  Tlp* current_;      // filled in place
  Descriptor descriptor_ = {};
  uint8_t first_be_ = 0;
  uint8_t last_be_ = 0;
  uint32_t dwords_ = 0;  // of the packet so far, descriptor included
};

}  // namespace vireo::sim::pcie

#endif  // VIREO_SIM_PCIE_PACKET_RECEIVER_H_
