// SPDX-License-Identifier: Apache-2.0
#include "sim/vfio_user/irq_table.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/uio.h>

#include <cerrno>
#include <string>
#include <string_view>

namespace vireo::vfio_user {
namespace {

// Anything else could block a write, or end the process by SIGPIPE.
bool IsEventfd(int fd) {
  char target[32];
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t size = readlink(link.c_str(), target, sizeof target);
  return size > 0 && std::string_view(target, static_cast<size_t>(size)) == "anon_inode:[eventfd]";
}

void Signal(int fd) {
  const uint64_t one = 1;
  // A full counter is an event that the client has yet to see: nothing is lost.
  (void)!write(fd, &one, sizeof one);
}

bool TakeEvent(int fd) {
  uint64_t count;
  const iovec part = {&count, sizeof count};
  return preadv2(fd, &part, 1, -1, RWF_NOWAIT) == sizeof count;
}

}  // namespace

IrqTable::IrqTable(const IrqCounts& counts, int epoll, uint64_t tag) : epoll_(epoll), tag_(tag) {
  for (size_t index = 0; index < irqs_.size(); ++index) {
    irqs_[index] = std::vector<Irq>(counts[index]);
  }
}

uint32_t IrqTable::flags(uint32_t index) const {
  if (irqs_[index].empty()) return 0;
  const uint32_t flags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE;
  return index == VFIO_PCI_INTX_IRQ_INDEX ? flags | VFIO_IRQ_INFO_AUTOMASKED : flags;
}

int IrqTable::Set(const vfio_irq_set& request, std::span<const uint8_t> data,
                  std::vector<UniqueFd> fds) {
  const uint32_t kind = request.flags & VFIO_IRQ_SET_DATA_TYPE_MASK;
  const uint32_t action = request.flags & VFIO_IRQ_SET_ACTION_TYPE_MASK;
  if (request.flags != (kind | action) || (kind & (kind - 1)) != 0 || kind == 0 ||
      (action & (action - 1)) != 0 || action == 0 || request.index >= irqs_.size()) {
    return EINVAL;
  }
  std::vector<Irq>& irqs = irqs_[request.index];
  if (uint64_t{request.start} + request.count > irqs.size()) return EINVAL;
  if (kind != VFIO_IRQ_SET_DATA_EVENTFD && !fds.empty()) return EINVAL;
  if (request.count == 0) {
    if (request.start != 0 || kind != VFIO_IRQ_SET_DATA_NONE ||
        action != VFIO_IRQ_SET_ACTION_TRIGGER) {
      return EINVAL;
    }
    Disable(request.index);
    return 0;
  }
  if (data.size() != (kind == VFIO_IRQ_SET_DATA_BOOL ? request.count : 0)) return EINVAL;
  if (kind == VFIO_IRQ_SET_DATA_EVENTFD) return SetEvents(request, fds);

  for (uint32_t i = 0; i < request.count; ++i) {
    if (kind == VFIO_IRQ_SET_DATA_BOOL && data[i] == 0) continue;
    Irq& irq = irqs[request.start + i];
    if (action == VFIO_IRQ_SET_ACTION_TRIGGER) {
      if (irq.trigger) Signal(irq.trigger.get());
    } else {
      SetMask(request.index, irq, action == VFIO_IRQ_SET_ACTION_MASK);
    }
  }
  return 0;
}

int IrqTable::SetEvents(const vfio_irq_set& request, std::vector<UniqueFd>& fds) {
  if (!fds.empty() && fds.size() != request.count) return EINVAL;
  for (const UniqueFd& fd : fds) {
    if (!IsEventfd(fd.get())) return EINVAL;
    fcntl(fd.get(), F_SETFL, O_RDWR | O_NONBLOCK);
  }
  for (uint32_t i = 0; i < request.count; ++i) {
    Irq& irq = irqs_[request.index][request.start + i];
    UniqueFd fd = fds.empty() ? UniqueFd() : std::move(fds[i]);
    if ((request.flags & VFIO_IRQ_SET_ACTION_MASK) != 0) {
      Replace(irq.mask_event, std::move(fd));
    } else if ((request.flags & VFIO_IRQ_SET_ACTION_UNMASK) != 0) {
      Replace(irq.unmask_event, std::move(fd));
    } else {
      irq.trigger = std::move(fd);
      if (irq.trigger) Deliver(request.index, irq);
    }
  }
  return 0;
}

void IrqTable::Replace(UniqueFd& event, UniqueFd with) {
  // The client holds the same eventfd, so closing ours would not take it out of the epoll set.
  if (event) epoll_ctl(epoll_, EPOLL_CTL_DEL, event.get(), nullptr);
  event = std::move(with);
  if (!event) return;
  epoll_event wanted = {};
  wanted.events = EPOLLIN;
  wanted.data.u64 = tag_;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, event.get(), &wanted);
}

void IrqTable::Disable(uint32_t index) {
  for (Irq& irq : irqs_[index]) {
    Replace(irq.mask_event, {});
    Replace(irq.unmask_event, {});
    irq.trigger.Reset();
    irq.masked = false;
  }
}

void IrqTable::SetMask(uint32_t index, Irq& irq, bool masked) {
  irq.masked = masked;
  Deliver(index, irq);
}

void IrqTable::Deliver(uint32_t index, Irq& irq) {
  const bool intx = index == VFIO_PCI_INTX_IRQ_INDEX;
  if (irq.masked || !irq.trigger || !(intx ? intx_ : irq.pending)) return;
  Signal(irq.trigger.get());
  irq.pending = false;
  irq.masked = intx;
}

void IrqTable::Raise(uint32_t index, uint32_t vector) {
  if (vector >= irqs_[index].size()) return;
  Irq& irq = irqs_[index][vector];
  irq.pending = true;
  Deliver(index, irq);
}

void IrqTable::SetIntx(bool asserted) {
  intx_ = asserted;
  for (Irq& irq : irqs_[VFIO_PCI_INTX_IRQ_INDEX]) Deliver(VFIO_PCI_INTX_IRQ_INDEX, irq);
}

void IrqTable::PollClientEvents() {
  for (uint32_t index = 0; index < irqs_.size(); ++index) {
    for (Irq& irq : irqs_[index]) {
      if (irq.mask_event && TakeEvent(irq.mask_event.get())) SetMask(index, irq, true);
      if (irq.unmask_event && TakeEvent(irq.unmask_event.get())) SetMask(index, irq, false);
    }
  }
}

void IrqTable::Detach() {
  for (uint32_t index = 0; index < irqs_.size(); ++index) Disable(index);
}

void IrqTable::ForgetPending() {
  for (auto& irqs : irqs_) {
    for (Irq& irq : irqs) irq.pending = false;
  }
}

}  // namespace vireo::vfio_user
