// SPDX-License-Identifier: Apache-2.0
// A function's interrupts: the client's eventfds, masks, and what waits behind a mask.
#pragma once

#include <linux/vfio.h>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/vfio_user/unique_fd.h"

namespace vireo::vfio_user {

// How many interrupts a function has of each kind, by VFIO_PCI_*_IRQ_INDEX.
using IrqCounts = std::array<uint32_t, VFIO_PCI_NUM_IRQS>;

class IrqTable {
 public:
  // The client's eventfds for mask and unmask are put into `epoll` with this tag.
  IrqTable(const IrqCounts& counts, int epoll, uint64_t tag);

  uint32_t count(uint32_t index) const { return static_cast<uint32_t>(irqs_[index].size()); }
  // VFIO_IRQ_INFO_*.
  uint32_t flags(uint32_t index) const;

  // DEVICE_SET_IRQS: `data` follows the structure in the message. 0 or an errno.
  int Set(const vfio_irq_set& request, std::span<const uint8_t> data, std::vector<UniqueFd> fds);

  // An interrupt that is an event: MSI-X, ERR, REQ. What comes while the vector is masked, or has
  // no eventfd, is told once when that ends: QEMU takes all eventfds away to add one.
  void Raise(uint32_t index, uint32_t vector);
  // INTx: a level. The line masks itself when it has signalled, until the client unmasks it.
  void SetIntx(bool asserted);

  // Looks at the eventfds by which a client masks and unmasks.
  void PollClientEvents();

  void Detach();         // closes the client's eventfds
  void ForgetPending();  // at a reset of the device

 private:
  struct Irq {
    UniqueFd trigger;
    UniqueFd mask_event;
    UniqueFd unmask_event;
    bool masked = false;
    bool pending = false;
  };

  void SetMask(uint32_t index, Irq& irq, bool masked);
  void Deliver(uint32_t index, Irq& irq);
  void Disable(uint32_t index);
  int SetEvents(const vfio_irq_set& request, std::vector<UniqueFd>& fds);
  void Replace(UniqueFd& event, UniqueFd with);

  std::array<std::vector<Irq>, VFIO_PCI_NUM_IRQS> irqs_;
  int epoll_;
  uint64_t tag_;
  bool intx_ = false;  // the line's level
};

}  // namespace vireo::vfio_user
