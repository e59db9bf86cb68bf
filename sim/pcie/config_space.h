// SPDX-License-Identifier: Apache-2.0
// The registers of a function's configuration space that the hard block answers itself. What they
// are stands in hw/spec/config_image.h; the virtio capabilities are the card's.
#ifndef VIREO_SIM_PCIE_CONFIG_SPACE_H_
#define VIREO_SIM_PCIE_CONFIG_SPACE_H_

#include <cstdint>

#include "hw/spec/config_image.h"

namespace vireo::sim::pcie {

struct FunctionSpec {
  const spec::FunctionType* type = nullptr;
  // A virtual function as the bus shows it (kBus) has no memory space of its own to enable; one
  // that is driven by itself needs kVfio.
  spec::ConfigParameters parameters;
};

// What the card is told of a function.
struct FunctionFlags {
  bool bus_master = false;
  bool memory_space = false;
  bool intx_disable = false;
  bool msix_enable = false;
  bool msix_mask = false;
  bool operator==(const FunctionFlags&) const = default;
};

class ConfigSpace {
 public:
  static constexpr uint32_t kBytes = 4096;

  explicit ConfigSpace(const FunctionSpec& spec);

  // Registers are numbered in DWords, 0 to 1023.
  bool Owns(uint32_t number) const;
  uint32_t Read(uint32_t number) const;
  // Writes the bytes enabled in `byte_enables`. True: the write asks for a function level reset.
  // Error bits are never set, so nothing is there to clear.
  bool Write(uint32_t number, uint32_t data, uint32_t byte_enables);
  // As after power-up.
  void Reset();

  FunctionFlags flags() const;
  // Bytes; 0: there is no such BAR.
  uint64_t bar_bytes(uint32_t index) const { return index == 0 ? type_->bar_bytes : 0; }
  uint64_t bar_address(uint32_t index) const;
  uint32_t max_payload() const;       // bytes, of Device Control
  uint32_t max_read_request() const;  // bytes, of Device Control
  // Whether Device Status tells of requests without completion.
  void SetTransactionsPending(bool pending) { transactions_pending_ = pending; }

 private:
  uint32_t At(uint32_t offset) const { return value_[offset / 4] >> (8 * (offset % 4)); }

  const spec::FunctionType* type_;
  spec::ConfigImage image_;
  uint32_t value_[spec::kConfigImageBytes / 4] = {};
  bool transactions_pending_ = false;
};

}  // namespace vireo::sim::pcie

#endif  // VIREO_SIM_PCIE_CONFIG_SPACE_H_
