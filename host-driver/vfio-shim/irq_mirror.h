// SPDX-License-Identifier: Apache-2.0
// What QEMU has asked of a device's interrupts: told to the server, and again to its successor.
#pragma once

#include <linux/vfio.h>

#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "host-driver/vfio-shim/client.h"

namespace vireo::vfio_shim {

class IrqMirror {
 public:
  // VFIO_DEVICE_SET_IRQS as QEMU gave it: 0 or an errno. Adds what the server must be told; the
  // descriptors in `orders` are valid until the next call.
  int Take(const vfio_irq_set& request, size_t max_fds, std::vector<Order>& orders);

  // All that stands; what concerns REQ only on demand.
  std::vector<Order> Everything(bool with_req) const;

  // Does a server's work: raises an interrupt of which it cannot tell itself.
  void Raise(uint32_t index, uint32_t vector) const;

 private:
  using Key = std::tuple<uint32_t, uint32_t, uint32_t>;  // index, action, vector

  void TakeEvents(const vfio_irq_set& request, size_t max_fds, std::vector<Order>& orders);
  void Forget(uint32_t index);

  std::map<Key, UniqueFd> events_;
  std::set<std::pair<uint32_t, uint32_t>> masked_;  // index, vector
};

}  // namespace vireo::vfio_shim
