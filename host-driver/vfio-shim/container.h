// SPDX-License-Identifier: Apache-2.0
// A VFIO container with a type 1 IOMMU: the maps that all of its devices see.
#pragma once

#include <linux/vfio.h>

#include <map>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "host-driver/vfio-shim/client.h"
#include "host-driver/vfio-shim/file.h"
#include "host-driver/vfio-shim/memory.h"

namespace vireo::vfio_shim {

class Container final : public File {
 public:
  explicit Container(Memory& memory) : memory_(memory) {}

  long Ioctl(unsigned long request, void* argument) override;

  // A device comes, and is told of the maps that are there: 0 or an errno. It must leave.
  int Join(Client& client);
  void Leave(Client& client);

  // While it is held no map comes or goes.
  std::unique_lock<std::mutex> Hold() { return std::unique_lock(change_); }
  // All maps, as one server is to be told of them; under Hold().
  std::vector<Order> Everything(const Client& client) const;

  // For servers: memory at an I/O virtual address. Whole, or false.
  bool ReadMemory(uint64_t address, std::span<uint8_t> to) const;
  bool WriteMemory(uint64_t address, std::span<const uint8_t> from) const;

 private:
  struct Map {
    uint64_t size;
    uint64_t process_address;
    uint32_t flags;                  // VFIO_DMA_MAP_FLAG_*
    std::optional<Backing> backing;  // none: the server asks us for the bytes
  };

  long GetInfo(void* argument);
  long MapDma(void* argument);
  long UnmapDma(void* argument);
  // Why QEMU's memory cannot be handed to a server; says so on stderr.
  bool Refuse(const vfio_iommu_type1_dma_map& request, Unshared why) const;
  Order MapOrder(uint64_t address, const Map& map) const;
  // Calls move(process address, position in the access, bytes) for the piece in each map.
  template <class F>
  bool ForEachPiece(uint64_t address, uint64_t size, uint32_t direction, F move) const;

  Memory& memory_;
  std::mutex change_;                // of maps_ and clients_; held while servers are told
  mutable std::shared_mutex using_;  // of maps_; held while a server's access moves bytes
  std::map<uint64_t, Map> maps_;     // by first address; disjoint
  std::vector<Client*> clients_;
};

}  // namespace vireo::vfio_shim
