// SPDX-License-Identifier: Apache-2.0
// What passes between a card and its host, seen by whoever counts or traces it.
#ifndef VIREO_SIM_PCIE_TRAFFIC_H_
#define VIREO_SIM_PCIE_TRAFFIC_H_

#include <cstdint>

#include "sim/pcie/tlp.h"

namespace vireo::sim::pcie {

enum class TrafficKind : uint8_t {
  kMmioRead,     // software asks
  kMmioWrite,    // software writes; both whether or not memory space is on
  kDmaRead,      // the block takes a read from the card
  kDmaReadDone,  // the last of them is through
  kDmaWrite,     // a write reaches the host
  kInterrupt,    // a message, or a change of an INTx line
};

struct Traffic {
  TrafficKind kind;
  Function function;
  uint8_t tag = 0;       // of DMA reads
  uint32_t bytes = 0;    // 0: interrupts, completions
  uint64_t address = 0;  // in host memory, or in the BAR; interrupts: the message's data
  uint64_t clock = 0;
  uint64_t value = 0;  // of register writes: the first eight bytes
};

struct FunctionCounters {
  uint64_t reads = 0, read_bytes = 0;    // of the card, in the function's name
  uint64_t writes = 0, write_bytes = 0;  // interrupts are not counted here
  uint64_t interrupts = 0;
  uint64_t mmio_reads = 0, mmio_writes = 0;
};

}  // namespace vireo::sim::pcie

#endif  // VIREO_SIM_PCIE_TRAFFIC_H_
