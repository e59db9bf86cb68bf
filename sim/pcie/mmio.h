// SPDX-License-Identifier: Apache-2.0
// The host's reads and writes of BARs: tags for those in flight, and the card's completions held
// against what was asked.
#ifndef VIREO_SIM_PCIE_MMIO_H_
#define VIREO_SIM_PCIE_MMIO_H_

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "sim/pcie/ring.h"
#include "sim/pcie/tlp.h"

namespace vireo::sim::pcie {

inline constexpr uint32_t kMaxMmioBytes = 64;

// The bytes are there if the status is kSuccess; otherwise they are 0xff, as a processor sees them.
using MmioReadDone = std::function<void(Status, std::span<const uint8_t>)>;
using MmioWriteDone = std::function<void()>;

struct MmioTarget {
  Function function = 0;
  uint8_t bar = 0;
  uint8_t bar_aperture = 0;
  uint64_t address = 0;
};

class Mmio {
 public:
  Mmio(TlpPool& pool, uint8_t bus, uint64_t timeout_clocks)
      : pool_(pool), bus_(bus), timeout_clocks_(timeout_clocks) {}

  void Read(const MmioTarget& target, uint32_t bytes, MmioReadDone done);
  void Write(const MmioTarget& target, std::span<const uint8_t> bytes, MmioWriteDone done);

  // The next request that may leave, in the order of asking; nullptr if there is none, or no tag.
  Tlp* Next(uint64_t clock);
  // The oldest write that left has reached the card.
  void WriteArrived();
  // Takes a completion of the card. Returns what is wrong with it, empty if nothing is; then the
  // read goes on waiting.
  std::string Complete(const Tlp& completion);
  // Ends one read that waits too long, and says which; empty if there is none.
  std::string TimeOut(uint64_t clock);

  bool idle() const { return waiting_.empty() && in_flight_ == 0; }
  bool has_waiting() const { return !waiting_.empty(); }
  uint64_t NextEvent() const { return in_flight_ == 0 ? UINT64_MAX : look_at_; }

 private:
  struct Waiting {
    Tlp* tlp = nullptr;
    MmioReadDone read_done;
    MmioWriteDone write_done;
  };
  struct Entry {
    bool active = false;
    Function function = 0;
    uint64_t next = 0;
    uint32_t left = 0;
    uint32_t bytes = 0;
    uint64_t deadline = 0;
    MmioReadDone done;
    std::array<uint8_t, kMaxMmioBytes> data = {};
  };

  Tlp* Make(TlpType type, const MmioTarget& target, uint32_t bytes);
  void End(Entry& entry, Status status);

  TlpPool& pool_;
  const uint8_t bus_;
  const uint64_t timeout_clocks_;
  Ring<Waiting> waiting_;
  Ring<MmioWriteDone> writes_;  // that left and have not arrived
  std::array<Entry, kTags> entries_;
  uint8_t next_tag_ = 0;
  uint32_t in_flight_ = 0;
  uint64_t look_at_ = UINT64_MAX;  // no read is overdue before
};

}  // namespace vireo::sim::pcie

#endif  // VIREO_SIM_PCIE_MMIO_H_
