// SPDX-License-Identifier: Apache-2.0
// The PCIE4C block and the host behind it, clock by clock: the card's streams on one side, the
// host's accesses, its memory and its interrupts on the other.
#ifndef VIREO_SIM_PCIE_HARD_BLOCK_H_
#define VIREO_SIM_PCIE_HARD_BLOCK_H_

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/harness/random.h"
#include "sim/pcie/card_port.h"
#include "sim/pcie/completer.h"
#include "sim/pcie/config_access.h"
#include "sim/pcie/hard_block_config.h"
#include "sim/pcie/host_memory.h"
#include "sim/pcie/link.h"
#include "sim/pcie/mmio.h"
#include "sim/pcie/packet_receiver.h"
#include "sim/pcie/packet_sender.h"
#include "sim/pcie/request_check.h"
#include "sim/pcie/split_table.h"
#include "sim/pcie/traffic.h"

namespace vireo::sim::pcie {

// Something that the card does and must not do.
struct CardError {
  uint64_t clock = 0;
  std::string what;
};

// A message signalled interrupt, or a change of an INTx line.
struct Interrupt {
  Function function = 0;
  bool is_intx = false;
  bool asserted = false;  // INTx
  uint64_t address = 0;   // MSI and MSI-X
  uint32_t data = 0;
};

struct Counters {
  uint64_t reads = 0, read_bytes = 0;    // of the card, as accepted
  uint64_t writes = 0, write_bytes = 0;  // interrupts are not counted here
  uint64_t interrupts = 0;
  uint64_t completions = 0;  // handed to the card
  uint64_t mmio_reads = 0, mmio_writes = 0;
  uint64_t dropped_bus_master_off = 0;  // requests under way when bus mastering was switched off
  uint64_t timeouts = 0;                // reads of the card
  uint64_t errors = 0;                  // CardErrors
  // Clocks in which a read waited for ...
  uint64_t wait_completion_room = 0;  // ... room for its completions
  uint64_t wait_link = 0;             // RQ not ready: the link is behind
  uint64_t wait_card_rc = 0;          // a beat stood at RC, not taken
  uint64_t wait_card_cq = 0;
  uint32_t most_in_flight = 0;  // reads
};

class HardBlock {
 public:
  HardBlock(const HardBlockConfig& config, const std::vector<FunctionSpec>& functions,
            CardPort& card, HostMemory& memory);

  // One clock: Drive, then the card's logic settles, then Sample, then the clock's edge.
  void Drive();
  void Sample();
  uint64_t clock() const { return clock_; }

  // Whether only the card can make something happen; and the first clock from now on at which the
  // block may do something by itself, UINT64_MAX if never. A harness that knows the card to be at
  // rest may go on at that clock.
  bool idle() const;
  uint64_t NextEvent() const;
  void SkipTo(uint64_t clock) { clock_ = clock; }

  // The host's accesses. Ranges of BARs lie in the BAR and in one block of 4 KiB, and have 1 to 64
  // bytes; false: they do not. With memory space off, reads give ones and writes are lost. Writes
  // and reads reach the card in the order of the calls.
  bool MmioRead(Function function, uint32_t bar, uint64_t offset, uint32_t bytes,
                MmioReadDone done);
  bool MmioWrite(Function function, uint32_t bar, uint64_t offset, std::span<const uint8_t> bytes,
                 MmioWriteDone done = {});
  bool ConfigRead(Function function, uint32_t offset, uint32_t bytes, ConfigReadDone done);
  bool ConfigWrite(Function function, uint32_t offset, std::span<const uint8_t> bytes,
                   ConfigWriteDone done = {});
  // Function level reset; `done` is called when the card says that it is through. One that is asked
  // for while another is under way ends with it.
  void ResetFunction(Function function, std::function<void()> done = {});
  bool resetting(Function function) const { return resets_[function].under_way; }

  void OnInterrupt(std::function<void(const Interrupt&)> hook) { on_interrupt_ = std::move(hook); }
  // Without a hook the first error throws std::runtime_error.
  void OnCardError(std::function<void(const CardError&)> hook) { on_error_ = std::move(hook); }

  // Sees all that passes; it may not ask for more.
  void OnTraffic(std::function<void(const Traffic&)> hook) { on_traffic_ = std::move(hook); }

  size_t functions() const { return functions_.size(); }
  const ConfigSpace& config_space(Function function) const { return functions_[function]; }
  const HardBlockConfig& config() const { return config_; }
  const Counters& counters() const { return counters_; }
  const FunctionCounters& counters(Function function) const { return function_counters_[function]; }
  const Direction& up() const { return up_; }
  const Direction& down() const { return down_; }
  uint32_t reads_in_flight(Function function) const { return split_.in_flight_of(function); }
  size_t packets_made() const { return pool_.made(); }

 private:
  struct Reset {
    bool under_way = false;
    uint64_t deadline = 0;
    std::vector<std::function<void()>> done;
  };
  // What the card was last told of a function, and when it took that in.
  struct Told {
    FunctionFlags flags;
    uint32_t waiting = 0;  // tokens still to be taken
    uint64_t clock = 0;
  };

  void DriveCq();
  void DriveRc();
  void DriveConfig();
  void DriveState();
  void SampleStreams();
  void SampleTokens();
  void MoveUp();
  void MoveDown();
  void CheckTimeOuts();

  void FromRq(Tlp* tlp);
  void FromCc(Tlp* tlp);
  // Whether a request may pass the function's bus-master enable; reports or counts if not.
  bool MayMaster(const TlpHeader& request);
  void RefuseRead(const TlpHeader& request);
  void AtHost(Tlp* tlp);
  void AtCard(Tlp* tlp);
  bool IsInterrupt(const TlpHeader& write) const;
  void Raise(const Interrupt& interrupt);
  void Saw(TrafficKind kind, Function function, uint64_t address, uint32_t bytes, uint8_t tag = 0,
           uint64_t value = 0) {
    if (on_traffic_) on_traffic_({kind, function, tag, bytes, address, clock_, value});
  }
  void ConfigWritten(Function function, bool flr);
  void Tell(Function function, bool flr);
  void Error(std::string what);
  std::optional<MmioTarget> Target(Function function, uint32_t bar, uint64_t offset,
                                   uint64_t bytes) const;
  bool Stalls(uint32_t percent) { return percent != 0 && random_.Percent(percent); }

  const HardBlockConfig config_;
  CardPort& card_;
  HostMemory& memory_;
  TlpPool pool_;
  Random random_;
  std::vector<ConfigSpace> functions_;
  Direction up_;
  Direction down_;
  Completer completer_;
  SplitTable split_;
  Mmio mmio_;
  ConfigAccess config_access_;
  PacketSender cq_sender_;
  PacketSender rc_sender_;
  PacketReceiver cc_receiver_;
  PacketReceiver rq_receiver_;

  Ring<Tlp*> cq_queue_;
  Ring<Tlp*> rc_queue_;
  Ring<Tlp*> held_reads_;  // waiting for room for their completions
  Ring<pcie4c::FunctionState> state_tokens_;

  Beat cq_beat_, rc_beat_, taken_;
  bool cq_stands_ = false, rc_stands_ = false;
  bool config_stands_ = false, state_stands_ = false;
  // What the pins show, be it taken or not. Before the first clock a harness may have changed them.
  bool cq_driven_ = true, rc_driven_ = true, config_driven_ = true, state_driven_ = true;
  bool is_first_clock_ = true;
  bool cc_ready_ = false, rq_ready_ = false;
  bool rq_waits_for_link_ = false;

  std::array<Told, kFunctions> told_;
  std::array<Reset, kFunctions> resets_;
  uint32_t resets_under_way_ = 0;
  uint64_t clock_ = 0;
  Counters counters_;
  std::array<FunctionCounters, kFunctions> function_counters_;
  std::function<void(const Interrupt&)> on_interrupt_;
  std::function<void(const CardError&)> on_error_;
  std::function<void(const Traffic&)> on_traffic_;
};

}  // namespace vireo::sim::pcie

#endif  // VIREO_SIM_PCIE_HARD_BLOCK_H_
