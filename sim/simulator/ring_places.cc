// SPDX-License-Identifier: Apache-2.0
#include "sim/simulator/ring_places.h"

#include "hw/spec/common_cfg.h"
#include "hw/spec/function_bar.h"
#include "hw/spec/size.h"
#include "hw/spec/split_ring.h"

namespace vireo::sim {
namespace {

// Puts `bytes` of `value` at `offset` into a register that begins at `at`.
void Place(uint64_t& reg, uint64_t at, uint64_t offset, uint32_t bytes, uint64_t value) {
  if (offset < at || offset + bytes > at + 8) return;
  const uint64_t shift = 8 * (offset - at);
  const uint64_t mask = (bytes >= 8 ? ~uint64_t{0} : (uint64_t{1} << (8 * bytes)) - 1) << shift;
  reg = (reg & ~mask) | ((value << shift) & mask);
}

}  // namespace

void RingPlaces::Write(uint64_t offset, uint32_t bytes, uint64_t value) {
  namespace cfg = spec::common_cfg;
  if (offset < spec::function_bar::kCommonCfg ||
      offset >= spec::function_bar::kCommonCfg + spec::function_bar::kCommonCfgBytes) {
    return;
  }
  const uint64_t at = offset - spec::function_bar::kCommonCfg;
  if (at == cfg::kDeviceStatus.offset && value == 0) queues_.clear();
  if (at == cfg::kQueueSelect.offset) selected_ = static_cast<uint32_t>(value & 0xffff);
  if (at == cfg::kQueueSize.offset) queues_[selected_].size = static_cast<uint32_t>(value & 0xffff);
  Place(queues_[selected_].desc, cfg::kQueueDesc.offset, at, bytes, value);
  Place(queues_[selected_].driver, cfg::kQueueDriver.offset, at, bytes, value);
  Place(queues_[selected_].device, cfg::kQueueDevice.offset, at, bytes, value);
}

std::string_view RingPlaces::What(uint64_t address) const {
  const auto is_in = [&](uint64_t begin, uint64_t bytes) {
    return begin != 0 && address >= begin && address - begin < bytes;
  };
  for (const auto& [index, queue] : queues_) {
    const uint32_t size = queue.size == 0 ? kMaxQueueSize : queue.size;
    if (is_in(queue.desc, spec::DescriptorTableBytes(size))) return "descriptors";
    if (is_in(queue.driver, spec::AvailBytes(size))) return "available ring";
    if (is_in(queue.device, spec::UsedBytes(size))) return "used ring";
  }
  return "data";
}

}  // namespace vireo::sim
