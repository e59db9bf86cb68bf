// SPDX-License-Identifier: Apache-2.0
// The root complex answering the card's reads: it takes its time, splits completions, and does not
// keep the order of tags.
// PCI Express Base 5.0, 2.3.1.1 "Data Return for Read Requests".
#ifndef VIREO_SIM_PCIE_COMPLETER_H_
#define VIREO_SIM_PCIE_COMPLETER_H_

#include <cstdint>
#include <vector>

#include "sim/harness/random.h"
#include "sim/pcie/host_memory.h"
#include "sim/pcie/tlp.h"

namespace vireo::sim::pcie {

inline constexpr uint32_t kReadCompletionBoundary = 64;

// How much of a read a completion holds. Each but the last ends at a multiple of 64.
enum class Split : uint8_t {
  kBoundary,    // 64 bytes
  kMaxPayload,  // as much as Max_Payload_Size lets it
  kRandom,
};

struct CompleterConfig {
  Split split = Split::kMaxPayload;
  uint32_t max_payload = 256;
  uint32_t latency_clocks = 100;  // from a read's arrival to its first completion
  uint32_t jitter_clocks = 0;     // 0 to as many are added to each read
  // How often, in percent, another tag's completion is sent than that of the oldest read that is
  // ready, out of so many.
  uint32_t reorder_percent = 0;
  uint32_t reorder_window = 16;
  Status fault_status = Status::kUnsupportedRequest;
  // Reads that are never answered, in a million.
  uint32_t lost_per_million = 0;
  uint64_t seed = 1;
};

class Completer {
 public:
  Completer(const CompleterConfig& config, HostMemory& memory, TlpPool& pool);

  // Takes the request; the packet is given back to the pool.
  void Request(Tlp* read, uint64_t clock);
  // The next completion, or nullptr if none is ready.
  Tlp* Next(uint64_t clock);
  bool idle() const { return order_.empty(); }
  // The first clock at which a completion may be ready; UINT64_MAX if there is no read.
  uint64_t NextEvent() const;

 private:
  struct Job {
    TlpHeader request;
    uint64_t next = 0;  // address of the first byte not sent
    uint32_t left = 0;  // bytes
    uint64_t ready = 0;
  };

  // A place in order_ whose job is ready, or order_.size().
  size_t Choose(uint64_t clock);
  uint32_t ChunkBytes(const Job& job);
  void Finish(size_t place);

  CompleterConfig config_;
  HostMemory& memory_;
  TlpPool& pool_;
  Random random_;
  std::vector<Job> jobs_;
  std::vector<uint16_t> free_;      // places in jobs_
  std::vector<uint16_t> order_;     // places in jobs_, in order of arrival
  uint64_t earliest_ = UINT64_MAX;  // no job is ready before
};

}  // namespace vireo::sim::pcie

#endif  // VIREO_SIM_PCIE_COMPLETER_H_
