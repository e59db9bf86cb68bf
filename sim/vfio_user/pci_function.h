// SPDX-License-Identifier: Apache-2.0
// What a vfio-user server asks of the PCI function that it serves.
#pragma once

#include <linux/vfio.h>

#include <array>
#include <cstdint>

#include "sim/vfio_user/irq_table.h"

namespace vireo::vfio_user {

// By VFIO_PCI_*_REGION_INDEX; 0 is a region that does not exist.
using RegionSizes = std::array<uint64_t, VFIO_PCI_NUM_REGIONS>;

struct FunctionInfo {
  RegionSizes region_sizes = {};
  IrqCounts irq_counts = {};
};

// Naturally aligned: of 1, 2 or 4 bytes in configuration space, also 8 elsewhere.
struct Access {
  uint32_t region;
  uint32_t size;
  uint64_t offset;
};

class Server;

// Says that the function is done with what it was asked for: at once, or later, or after the
// client has gone, when it has no effect. Valid as long as the server.
class Completion {
 public:
  Completion() = default;
  Completion(Server* server, uint64_t number) : server_(server), number_(number) {}

  void Done(uint64_t value = 0) const;  // of a read: little-endian

 private:
  Server* server_ = nullptr;
  uint64_t number_ = 0;
};

// A server asks for one thing at a time, in the client's order. A write that is posted is done
// as soon as the function has taken it, one that is not when it has had its effect.
class PciFunction {
 public:
  virtual ~PciFunction() = default;
  virtual void StartRead(const Access& access, Completion completion) = 0;
  virtual void StartWrite(const Access& access, uint64_t value, Completion completion) = 0;
  virtual void StartReset(Completion completion) = 0;
  // The client has come or gone. With it went its memory and eventfds.
  virtual void ClientChanged(bool present) { (void)present; }
};

}  // namespace vireo::vfio_user
