// SPDX-License-Identifier: Apache-2.0
#include "host-driver/vfio-shim/container.h"

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstring>
#include <limits>

#include "host-driver/vfio-shim/log.h"

namespace vireo::vfio_shim {
namespace {

using vfio_user::kPageSize;

constexpr uint64_t kTop = std::numeric_limits<uint64_t>::max();
constexpr uint32_t kMaxMaps = 1u << 20;
// QEMU has memory of its own that a device hardly ever touches (shadows of ROMs, a screen's);
// it has no file and is smaller than this. RAM without a file is an error.
constexpr uint64_t kLargestUnshared = 32u << 20;

bool IsRange(uint64_t begin, uint64_t size) { return size != 0 && size - 1 <= kTop - begin; }

// Copies the first `fixed` bytes of an argument, if argsz says that they are there.
template <class T>
bool Take(const void* argument, size_t fixed, T& value) {
  std::memcpy(&value.argsz, argument, sizeof value.argsz);
  if (value.argsz < fixed) return false;
  std::memcpy(&value, argument, fixed);
  return true;
}

Order UnmapOrder(uint64_t address, uint64_t size) {
  Order order = {Command::kDmaUnmap, {}, {}};
  vfio_user::Append(order.body, vfio_user::DmaUnmap{sizeof(vfio_user::DmaUnmap), 0, address, size});
  return order;
}

}  // namespace

long Container::Ioctl(unsigned long request, void* argument) {
  switch (request) {
    case VFIO_GET_API_VERSION: return VFIO_API_VERSION;
    case VFIO_CHECK_EXTENSION:
      switch (reinterpret_cast<uintptr_t>(argument)) {
        case VFIO_TYPE1_IOMMU:
        case VFIO_TYPE1v2_IOMMU:
        case VFIO_DMA_CC_IOMMU:
        case VFIO_UNMAP_ALL: return 1;
        default: return 0;
      }
    case VFIO_SET_IOMMU:
      switch (reinterpret_cast<uintptr_t>(argument)) {
        case VFIO_TYPE1_IOMMU:
        case VFIO_TYPE1v2_IOMMU: return 0;
        default: return -ENODEV;
      }
    case VFIO_IOMMU_GET_INFO: return GetInfo(argument);
    case VFIO_IOMMU_MAP_DMA: return MapDma(argument);
    case VFIO_IOMMU_UNMAP_DMA: return UnmapDma(argument);
    default: return -ENOTTY;
  }
}

long Container::GetInfo(void* argument) {
  struct Info {
    vfio_iommu_type1_info fixed;
    vfio_iommu_type1_info_dma_avail available;
  };
  constexpr size_t kSmallest = offsetof(vfio_iommu_type1_info, cap_offset);
  vfio_iommu_type1_info request = {};
  if (!Take(argument, kSmallest, request)) return -EINVAL;
  Info info = {};
  info.fixed.argsz = sizeof info;
  info.fixed.flags = VFIO_IOMMU_INFO_PGSIZES | VFIO_IOMMU_INFO_CAPS;
  info.fixed.iova_pgsizes = ~(kPageSize - 1);
  const bool roomy = request.argsz >= sizeof info;
  info.fixed.cap_offset = roomy ? offsetof(Info, available) : 0;
  info.available.header.id = VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL;
  info.available.header.version = 1;
  {
    const std::lock_guard change(change_);
    info.available.avail = kMaxMaps - static_cast<uint32_t>(maps_.size());
  }
  std::memcpy(argument, &info, std::min<size_t>(request.argsz, sizeof info));
  return 0;
}

bool Container::Refuse(const vfio_iommu_type1_dma_map& request, Unshared why) const {
  if (why == Unshared::kAnonymous && request.size < kLargestUnshared) return false;
  if (why == Unshared::kPrivateFile && (request.flags & VFIO_DMA_MAP_FLAG_WRITE) == 0) return false;
  const char* reason = "it has no file that could be handed over";
  if (why == Unshared::kPrivateFile) reason = "its file is mapped privately: share=on is missing";
  if (why == Unshared::kNothing) reason = "nothing is mapped there";
  Log("%" PRIu64 " KiB of guest memory at 0x%" PRIx64
      " cannot be shared with the device's server: %s. Start QEMU with -object "
      "memory-backend-memfd,id=ram,size=SIZE,share=on -machine memory-backend=ram",
      static_cast<uint64_t>(request.size >> 10), static_cast<uint64_t>(request.iova), reason);
  return true;
}

Order Container::MapOrder(uint64_t address, const Map& map) const {
  vfio_user::DmaMap body = {sizeof body, 0, 0, address, map.size};
  if ((map.flags & VFIO_DMA_MAP_FLAG_READ) != 0) body.flags |= vfio_user::kDmaReadable;
  if ((map.flags & VFIO_DMA_MAP_FLAG_WRITE) != 0) body.flags |= vfio_user::kDmaWriteable;
  Order order = {Command::kDmaMap, {}, {}};
  if (map.backing) {
    body.offset = map.backing->offset;
    order.fds.push_back(map.backing->fd->get());
  }
  vfio_user::Append(order.body, body);
  return order;
}

long Container::MapDma(void* argument) {
  vfio_iommu_type1_dma_map request = {};
  constexpr uint32_t kRights = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE;
  if (!Take(argument, sizeof request, request) || request.flags == 0 ||
      (request.flags & ~kRights) != 0 || !IsRange(request.iova, request.size) ||
      !IsRange(request.vaddr, request.size) ||
      (request.iova | request.vaddr | request.size) % kPageSize != 0) {
    return -EINVAL;
  }
  Unshared why;
  Map map = {request.size, request.vaddr, request.flags,
             memory_.Find(request.vaddr, request.size, why)};
  if (!map.backing && Refuse(request, why)) return -EINVAL;

  const std::lock_guard change(change_);
  const auto after = maps_.upper_bound(request.iova + (request.size - 1));
  if (after != maps_.begin()) {
    const auto& [address, before] = *std::prev(after);
    if (address + (before.size - 1) >= request.iova) return -EEXIST;
  }
  if (maps_.size() >= kMaxMaps) return -ENOSPC;
  const std::array orders = {MapOrder(request.iova, map)};
  {
    const std::unique_lock use(using_);
    maps_.emplace_hint(after, request.iova, std::move(map));
  }
  for (size_t i = 0; i < clients_.size(); ++i) {
    if (orders[0].fds.empty() && !clients_[i]->serves_memory()) continue;
    const int error = clients_[i]->Tell(orders);
    if (error == 0) continue;
    const std::array back = {UnmapOrder(request.iova, request.size)};
    for (size_t told = 0; told < i; ++told) clients_[told]->Tell(back);
    const std::unique_lock use(using_);
    maps_.erase(request.iova);
    return -error;
  }
  return 0;
}

long Container::UnmapDma(void* argument) {
  constexpr size_t kFixed = offsetof(vfio_iommu_type1_dma_unmap, data);
  vfio_iommu_type1_dma_unmap request = {};
  if (!Take(argument, kFixed, request)) return -EINVAL;
  const bool all = request.flags == VFIO_DMA_UNMAP_FLAG_ALL;
  if (all && (request.iova | request.size) != 0) return -EINVAL;
  if (!all && (request.flags != 0 || !IsRange(request.iova, request.size) ||
               (request.iova | request.size) % kPageSize != 0)) {
    return -EINVAL;
  }
  const uint64_t last = all ? kTop : request.iova + (request.size - 1);

  const std::lock_guard change(change_);
  const auto begin = maps_.lower_bound(request.iova);
  const auto end = maps_.upper_bound(last);
  const auto cut = [](uint64_t address, const Map& map, uint64_t at) {
    return address < at && at - address < map.size;
  };
  if (begin != maps_.begin()) {
    const auto& [address, map] = *std::prev(begin);
    if (cut(address, map, request.iova)) return -EINVAL;
  }
  std::vector<Order> orders;
  uint64_t unmapped = 0;
  for (auto map = begin; map != end; ++map) {
    if (last != kTop && cut(map->first, map->second, last + 1)) return -EINVAL;
    orders.push_back(UnmapOrder(map->first, map->second.size));
    unmapped += map->second.size;
  }
  for (Client* client : clients_) {
    const int error = client->Tell(orders);
    if (error != 0 && client->serves_memory()) {
      Log("%s: the server refused to unmap: %s", client->path().c_str(), std::strerror(error));
    }
  }
  {
    const std::unique_lock use(using_);
    maps_.erase(begin, end);
  }
  request.size = unmapped;
  std::memcpy(argument, &request, kFixed);
  return 0;
}

int Container::Join(Client& client) {
  const std::lock_guard change(change_);
  const int error = client.Tell(Everything(client));
  if (error == 0) clients_.push_back(&client);
  return error;
}

void Container::Leave(Client& client) {
  const std::lock_guard change(change_);
  std::erase(clients_, &client);
  if (!clients_.empty()) return;
  const std::unique_lock use(using_);
  maps_.clear();
}

std::vector<Order> Container::Everything(const Client& client) const {
  std::vector<Order> orders;
  orders.reserve(maps_.size());
  for (const auto& [address, map] : maps_) {
    if (map.backing || client.serves_memory()) orders.push_back(MapOrder(address, map));
  }
  return orders;
}

template <class F>
bool Container::ForEachPiece(uint64_t address, uint64_t size, uint32_t direction, F move) const {
  if (!IsRange(address, size)) return false;
  const std::shared_lock use(using_);
  for (uint64_t position = 0; position < size;) {
    const auto after = maps_.upper_bound(address + position);
    if (after == maps_.begin()) return false;
    const auto& [begin, map] = *std::prev(after);
    const uint64_t inside = address + position - begin;
    if (inside >= map.size || (map.flags & direction) == 0) return false;
    const uint64_t here = std::min(map.size - inside, size - position);
    move(map.process_address + inside, position, here);
    position += here;
  }
  return true;
}

bool Container::ReadMemory(uint64_t address, std::span<uint8_t> to) const {
  return ForEachPiece(address, to.size(), VFIO_DMA_MAP_FLAG_READ,
                      [&](uint64_t from, uint64_t position, uint64_t size) {
                        std::memcpy(to.data() + position, reinterpret_cast<void*>(from), size);
                      });
}

bool Container::WriteMemory(uint64_t address, std::span<const uint8_t> from) const {
  return ForEachPiece(address, from.size(), VFIO_DMA_MAP_FLAG_WRITE,
                      [&](uint64_t to, uint64_t position, uint64_t size) {
                        std::memcpy(reinterpret_cast<void*>(to), from.data() + position, size);
                      });
}

}  // namespace vireo::vfio_shim
