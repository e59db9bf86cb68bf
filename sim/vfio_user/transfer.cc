// SPDX-License-Identifier: Apache-2.0
#include "sim/vfio_user/transfer.h"

#include <algorithm>
#include <cstring>

namespace vireo::vfio_user {

void Transfer::StartRead(const RegionAccess& range) {
  range_ = range;
  data_.assign(range.count, 0);
  position_ = 0;
  is_write_ = false;
}

void Transfer::StartWrite(const RegionAccess& range, std::span<const uint8_t> data) {
  range_ = range;
  data_.assign(data.begin(), data.end());
  position_ = 0;
  is_write_ = true;
}

Access Transfer::next() const {
  const uint64_t offset = range_.offset + position_;
  uint32_t size = range_.region == VFIO_PCI_CONFIG_REGION_INDEX ? 4 : 8;
  while (size > range_.count - position_ || offset % size != 0) size /= 2;
  return {range_.region, size, offset};
}

uint64_t Transfer::next_value() const {
  uint64_t value = 0;
  std::memcpy(&value, data_.data() + position_, next().size);
  return value;
}

void Transfer::Advance(uint64_t value) {
  const uint32_t size = next().size;
  if (!is_write_) std::memcpy(data_.data() + position_, &value, size);
  position_ += size;
}

}  // namespace vireo::vfio_user
