// SPDX-License-Identifier: Apache-2.0
// One message's reads or writes, cut into the aligned accesses that a function takes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/vfio_user/pci_function.h"
#include "sim/vfio_user/protocol.h"

namespace vireo::vfio_user {

class Transfer {
 public:
  void StartRead(const RegionAccess& range);
  void StartWrite(const RegionAccess& range, std::span<const uint8_t> data);

  bool finished() const { return position_ == range_.count; }
  bool is_write() const { return is_write_; }
  const RegionAccess& range() const { return range_; }
  std::span<const uint8_t> data() const { return data_; }  // what was read

  Access next() const;
  uint64_t next_value() const;  // to be written
  // The access is done; `value` is what it read.
  void Advance(uint64_t value);

 private:
  RegionAccess range_ = {};
  std::vector<uint8_t> data_;
  uint32_t position_ = 0;
  bool is_write_ = false;
};

}  // namespace vireo::vfio_user
