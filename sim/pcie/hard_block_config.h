// SPDX-License-Identifier: Apache-2.0
// What a link, a root complex and a PCIE4C block are set to.
#ifndef VIREO_SIM_PCIE_HARD_BLOCK_CONFIG_H_
#define VIREO_SIM_PCIE_HARD_BLOCK_CONFIG_H_

#include <cmath>
#include <cstdint>

#include "sim/pcie/completer.h"
#include "sim/pcie/link.h"

namespace vireo::sim::pcie {

// Percent of the clocks in which a port is held back.
struct Stalls {
  uint32_t cq = 0, cc = 0, rq = 0, rc = 0, tokens = 0;
};

struct HardBlockConfig {
  double clock_mhz = 250;
  double gigabits_per_second = kGen3x16;
  // From the last byte of a read on the wire to the first byte of its first completion, idle link.
  double round_trip_ns = 800;
  bool short_headers = false;  // see WireBytes

  uint32_t max_payload = 256;  // bytes
  uint32_t max_read_request = 512;
  Split split = Split::kMaxPayload;
  double jitter_ns = 0;  // see CompleterConfig
  uint32_t reorder_percent = 0;
  uint32_t reorder_window = 16;
  uint32_t lost_per_million = 0;
  Status fault_status = Status::kUnsupportedRequest;

  Credits host_credits = {128, 2048, 128};
  Credits card_credits = {64, 1024, 32};
  uint32_t completion_headers = 256;
  uint32_t completion_bytes = 32 * 1024;

  bool straddle_rq = false;
  bool straddle_rc = false;
  Stalls stalls = {};

  uint64_t read_timeout_clocks = 250'000;    // of the card's reads
  uint64_t host_timeout_clocks = 2'500'000;  // of MMIO, configuration and resets
  // How long after it was told that bus mastering is off the card may still send a request that was
  // under way; it is dropped.
  uint32_t bus_master_grace_clocks = 256;
  uint8_t bus = 1;
  uint64_t seed = 1;

  uint32_t Clocks(double ns) const {
    return static_cast<uint32_t>(std::lround(ns * clock_mhz / 1000));
  }
  DirectionConfig LinkDirection(const Credits& credits) const {
    return {gigabits_per_second * 1000 / 8 / clock_mhz, Clocks(round_trip_ns / 4), credits,
            short_headers};
  }
  CompleterConfig HostCompleter() const {
    const uint32_t round_trip = Clocks(round_trip_ns);
    const uint32_t links = 2 * Clocks(round_trip_ns / 4);
    return {split,
            max_payload,
            round_trip - links,
            Clocks(jitter_ns),
            reorder_percent,
            reorder_window,
            fault_status,
            lost_per_million,
            seed};
  }
};

}  // namespace vireo::sim::pcie

#endif  // VIREO_SIM_PCIE_HARD_BLOCK_CONFIG_H_
