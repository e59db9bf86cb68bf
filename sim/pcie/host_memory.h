// SPDX-License-Identifier: Apache-2.0
// Host memory as each function may see it: I/O virtual addresses, mapped as an IOMMU maps them.
//
// Every access is looked up when it happens; nothing is reached through a mapping that is gone.
// Not for use by several threads at once. The memory behind the mappings may be shared with a
// running guest: words of up to 8 bytes, naturally aligned, are read and written at once.
#ifndef VIREO_SIM_PCIE_HOST_MEMORY_H_
#define VIREO_SIM_PCIE_HOST_MEMORY_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "sim/pcie/tlp.h"

namespace vireo::sim::pcie {

// Memory without an address in this process, reached by other means.
class RemoteMemory {
 public:
  virtual ~RemoteMemory() = default;
  // `offset` is from the mapping's begin. False: it cannot be had.
  virtual bool Read(uint64_t offset, std::span<uint8_t> to) = 0;
  virtual bool Write(uint64_t offset, std::span<const uint8_t> from) = 0;
};

struct Mapping {
  uint64_t iova = 0;
  uint64_t length = 0;  // bytes
  uint8_t* host = nullptr;
  RemoteMemory* remote = nullptr;  // where host is nullptr
  bool readable = true;
  bool writable = true;
};

// An access that was refused.
struct DmaFault {
  Function function = 0;
  uint64_t iova = 0;
  uint32_t length = 0;
  bool write = false;
  const char* reason = "";
};

// An access that was made, with its bytes; a hook may look, and not keep the span.
struct DmaAccess {
  Function function = 0;
  uint64_t iova = 0;
  bool write = false;
  std::span<const uint8_t> bytes;
};

class HostMemory {
 public:
  using Result = tl::expected<void, std::string>;

  // Refuses what overlaps a mapping of the function, is empty, or passes the end of addresses.
  Result Map(Function function, const Mapping& mapping);
  // Removes the mappings that lie inside the range; one that reaches over its edge is an error, and
  // then nothing is removed. Returns the bytes that were mapped.
  tl::expected<uint64_t, std::string> Unmap(Function function, uint64_t iova, uint64_t length);
  void UnmapAll(Function function);
  size_t mappings(Function function) const { return tables_[function].map.size(); }

  // The device's accesses: all of it, or a fault and nothing of it.
  bool Read(Function function, uint64_t iova, std::span<uint8_t> to);
  bool Write(Function function, uint64_t iova, std::span<const uint8_t> from);
  // Whether an access would be let through; counts and reports nothing.
  bool Allows(Function function, uint64_t iova, uint32_t length, bool write);

  void OnFault(std::function<void(const DmaFault&)> hook) { on_fault_ = std::move(hook); }
  void OnAccess(std::function<void(const DmaAccess&)> hook) { on_access_ = std::move(hook); }
  uint64_t faults(Function function) const { return tables_[function].faults; }
  // The latest faults of all functions, oldest first; kKeptFaults at most.
  static constexpr size_t kKeptFaults = 256;
  const std::vector<DmaFault>& latest_faults() const { return latest_faults_; }

 private:
  // The mappings that were hit last, by bits of the address. Any change empties it.
  static constexpr size_t kCacheSize = 64;
  static constexpr int kCacheShift = 12;
  struct Table {
    std::map<uint64_t, Mapping> map;  // by begin
    std::array<const Mapping*, kCacheSize> cache = {};
    uint64_t faults = 0;
  };

  const Mapping* Find(Table& table, uint64_t iova);
  // nullptr, or why the range may not be accessed.
  const char* Refusal(Table& table, uint64_t iova, uint64_t length, bool write);
  void Fault(Function function, uint64_t iova, size_t length, bool write, const char* reason);

  std::array<Table, kFunctions> tables_;
  std::vector<DmaFault> latest_faults_;
  std::function<void(const DmaFault&)> on_fault_;
  std::function<void(const DmaAccess&)> on_access_;
};

}  // namespace vireo::sim::pcie

#endif  // VIREO_SIM_PCIE_HOST_MEMORY_H_
