// SPDX-License-Identifier: Apache-2.0
#include "host-driver/vfio-shim/irq_mirror.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace vireo::vfio_shim {
namespace {

constexpr size_t kFixed = offsetof(vfio_irq_set, data);
constexpr uint32_t kMaxCount = 2048;  // vectors of MSI-X

Order SetIrqs(uint32_t flags, uint32_t index, uint32_t start, uint32_t count,
              std::span<const uint8_t> data = {}) {
  Order order = {Command::kDeviceSetIrqs, {}, {}};
  for (const uint32_t field :
       {static_cast<uint32_t>(kFixed + data.size()), flags, index, start, count}) {
    vfio_user::Append(order.body, field);
  }
  order.body.insert(order.body.end(), data.begin(), data.end());
  return order;
}

}  // namespace

int IrqMirror::Take(const vfio_irq_set& request, size_t max_fds, std::vector<Order>& orders) {
  const uint32_t kind = request.flags & VFIO_IRQ_SET_DATA_TYPE_MASK;
  const uint32_t action = request.flags & VFIO_IRQ_SET_ACTION_TYPE_MASK;
  const size_t item = kind == VFIO_IRQ_SET_DATA_EVENTFD ? sizeof(int)
                      : kind == VFIO_IRQ_SET_DATA_BOOL  ? 1
                                                        : 0;
  if (request.index >= VFIO_PCI_NUM_IRQS || request.count > kMaxCount ||
      request.start > kMaxCount || request.argsz < kFixed + request.count * item) {
    return EINVAL;
  }
  if (kind == VFIO_IRQ_SET_DATA_EVENTFD) {
    TakeEvents(request, max_fds, orders);
    return 0;
  }
  if (request.count == 0) Forget(request.index);
  for (uint32_t i = 0; i < request.count; ++i) {
    if (kind == VFIO_IRQ_SET_DATA_BOOL && request.data[i] == 0) continue;
    const std::pair irq(request.index, request.start + i);
    if (action == VFIO_IRQ_SET_ACTION_MASK) masked_.insert(irq);
    if (action == VFIO_IRQ_SET_ACTION_UNMASK) masked_.erase(irq);
  }
  orders.push_back(SetIrqs(request.flags, request.index, request.start, request.count,
                           {request.data, request.count * item}));
  return 0;
}

void IrqMirror::TakeEvents(const vfio_irq_set& request, size_t max_fds,
                           std::vector<Order>& orders) {
  const uint32_t action = request.flags & VFIO_IRQ_SET_ACTION_TYPE_MASK;
  std::vector<int> ours(request.count, -1);
  for (uint32_t i = 0; i < request.count; ++i) {
    int fd;
    std::memcpy(&fd, request.data + i * sizeof fd, sizeof fd);
    const Key key(request.index, action, request.start + i);
    events_.erase(key);
    if (fd >= 0) {
      UniqueFd copy(fcntl(fd, F_DUPFD_CLOEXEC, 0));
      ours[i] = copy.get();
      events_.emplace(key, std::move(copy));
    }
  }
  // A message sets events or takes them away, so one with both is cut into runs.
  for (uint32_t i = 0; i < request.count;) {
    uint32_t end = i + 1;
    while (end < request.count && (ours[end] < 0) == (ours[i] < 0) && end - i < max_fds) ++end;
    Order order = SetIrqs(request.flags, request.index, request.start + i, end - i);
    if (ours[i] >= 0) order.fds.assign(ours.begin() + i, ours.begin() + end);
    orders.push_back(std::move(order));
    i = end;
  }
}

std::vector<Order> IrqMirror::Everything(bool with_req) const {
  std::vector<Order> orders;
  orders.reserve(masked_.size() + events_.size());
  for (const auto& [index, vector] : masked_) {
    orders.push_back(SetIrqs(VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_MASK, index, vector, 1));
  }
  for (const auto& [key, event] : events_) {
    const auto& [index, action, vector] = key;
    if (index == VFIO_PCI_REQ_IRQ_INDEX && !with_req) continue;
    orders.push_back(SetIrqs(VFIO_IRQ_SET_DATA_EVENTFD | action, index, vector, 1));
    orders.back().fds.push_back(event.get());
  }
  return orders;
}

void IrqMirror::Raise(uint32_t index, uint32_t vector) const {
  const auto found = events_.find(Key(index, VFIO_IRQ_SET_ACTION_TRIGGER, vector));
  if (found == events_.end()) return;
  const uint64_t one = 1;
  (void)!write(found->second.get(), &one, sizeof one);
}

void IrqMirror::Forget(uint32_t index) {
  std::erase_if(events_, [&](const auto& entry) { return std::get<0>(entry.first) == index; });
  std::erase_if(masked_, [&](const auto& irq) { return irq.first == index; });
}

}  // namespace vireo::vfio_shim
