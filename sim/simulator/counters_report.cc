// SPDX-License-Identifier: Apache-2.0
#include "sim/simulator/counters_report.h"

#include <nlohmann/json.hpp>

#include "hw/virtio/functions.h"
#include "sim/simulator/card_config.h"

namespace vireo::sim {

std::string CountersReport(Card& card, double seconds) {
  const pcie::Counters& block = card.block().counters();
  const MacCounters& mac = card.mac().counters();
  const CardMemoryCounters& disks = card.disks().counters();
  nlohmann::ordered_json report = {{"clocks", card.clock()},
                                   {"seconds", seconds},
                                   {"dma_reads", block.reads},
                                   {"dma_read_bytes", block.read_bytes},
                                   {"dma_writes", block.writes},
                                   {"dma_write_bytes", block.write_bytes},
                                   {"interrupts", block.interrupts},
                                   {"mmio_reads", block.mmio_reads},
                                   {"mmio_writes", block.mmio_writes},
                                   {"card_errors", block.errors},
                                   {"frames_sent", mac.sent},
                                   {"bytes_sent", mac.sent_bytes},
                                   {"frames_received", mac.received},
                                   {"bytes_received", mac.received_bytes},
                                   {"frames_refused", mac.refused},
                                   {"disk_lines_read", disks.read_lines},
                                   {"disk_lines_written", disks.written_lines},
                                   {"disk_bursts_refused", disks.refused}};
  nlohmann::ordered_json& functions = report["functions"];
  for (unsigned function = 0; function < kVirtualEnd; ++function) {
    if (!IsVirtio(function)) continue;
    const pcie::FunctionCounters& own =
        card.block().counters(static_cast<pcie::Function>(function));
    functions[FunctionName(function)] = {
        {"dma_reads", own.reads},        {"dma_read_bytes", own.read_bytes},
        {"dma_writes", own.writes},      {"dma_write_bytes", own.write_bytes},
        {"interrupts", own.interrupts},  {"mmio_reads", own.mmio_reads},
        {"mmio_writes", own.mmio_writes}};
  }
  return report.dump(1) + "\n";
}

}  // namespace vireo::sim
