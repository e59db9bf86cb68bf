// SPDX-License-Identifier: Apache-2.0
// One direction of a PCI Express link: ordering, flow-control credits, serialisation and delay.
// The effective rates are those of pcie-bench (Neugebauer et al., SIGCOMM 2018).
#ifndef VIREO_SIM_PCIE_LINK_H_
#define VIREO_SIM_PCIE_LINK_H_

#include <cstdint>

#include "sim/pcie/ring.h"
#include "sim/pcie/tlp.h"

namespace vireo::sim::pcie {

// Gigabits a second in a direction, after acknowledgements, flow control and skips.
inline constexpr double kGen3x16 = 113.7;
inline constexpr double kGen4x8 = 115.8;
inline constexpr double kGen4x16 = 227.4;

// What a receiver has room for; data in units of 16 bytes. Completions are not counted here: a root
// complex takes them all, and the hard block asks for no more than it can hold.
struct Credits {
  uint32_t posted_headers = 0;
  uint32_t posted_data = 0;
  uint32_t nonposted_headers = 0;
};

struct DirectionConfig {
  double bytes_per_clock = kGen3x16 / 8 * 4;
  uint32_t delay_clocks = 50;  // from the last byte sent to the packet's arrival
  Credits credits = {64, 1024, 64};
  bool short_headers = false;  // see WireBytes
};

// Packets are handed over by pointer: the sender pushes, the receiver takes what has arrived.
class Direction {
 public:
  explicit Direction(const DirectionConfig& config);

  // The packet is on offer from the next clock on.
  void Push(Tlp* tlp, uint64_t clock);
  // What waits for the wire.
  size_t ordered_waiting() const { return ordered_.size(); }  // posted requests and completions
  size_t nonposted_waiting() const { return nonposted_.size(); }
  uint32_t bytes_waiting() const { return bytes_waiting_; }

  // Puts on the wire what begins in this clock.
  void Advance(uint64_t clock);

  // The next packet that has arrived by this clock, or nullptr.
  Tlp* Arrive(uint64_t clock) {
    if (flying_.empty() || flying_.front().clock > clock) return nullptr;
    return flying_.pop_front().tlp;
  }
  // The receiver has room again for a request that it took; the sender learns of it a delay later.
  void ReturnCredit(const TlpHeader& tlp, uint64_t clock);

  // The first clock at which something may happen without a push; UINT64_MAX if none.
  uint64_t NextEvent(uint64_t clock) const;
  bool idle() const { return ordered_.empty() && nonposted_.empty() && flying_.empty(); }

  uint64_t bytes_sent() const { return bytes_sent_; }
  uint64_t clocks_without_credit() const { return clocks_without_credit_; }

 private:
  // A clock has 2^20 ticks, so that a byte's time is rounded by less than 1 in 10^5.
  static constexpr int kTickBits = 20;

  struct Waiting {
    Tlp* tlp = nullptr;
    uint64_t sequence = 0;
    uint64_t ready = 0;  // tick
  };
  struct Flying {
    Tlp* tlp = nullptr;
    uint64_t clock = 0;
  };
  struct Return {
    uint64_t clock = 0;
    Credits credits;
  };

  bool HasCredit(const TlpHeader& tlp) const;
  // The queue whose head may go next, or nullptr.
  Ring<Waiting>* Choose();
  void Send(Ring<Waiting>& queue, uint64_t start);

  DirectionConfig config_;
  uint64_t ticks_per_byte_;
  Credits available_;
  Ring<Waiting> ordered_;    // posted requests and completions: nothing passes these
  Ring<Waiting> nonposted_;  // may be passed, passes nothing
  Ring<Flying> flying_;
  Ring<Return> returns_;
  uint64_t next_sequence_ = 0;
  uint64_t wire_free_ = 0;  // tick
  uint32_t bytes_waiting_ = 0;
  uint64_t bytes_sent_ = 0;
  uint64_t clocks_without_credit_ = 0;
};

}  // namespace vireo::sim::pcie

#endif  // VIREO_SIM_PCIE_LINK_H_
