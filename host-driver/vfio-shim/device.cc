// SPDX-License-Identifier: Apache-2.0
#include "host-driver/vfio-shim/device.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "host-driver/vfio-shim/log.h"

namespace vireo::vfio_shim {
namespace {

// Where regions begin in the device's file.
constexpr int kRegionShift = 40;

// The part of vfio_device_info that every version of it has.
struct DeviceInfo {
  uint32_t argsz, flags, num_regions, num_irqs;
};

}  // namespace

Device::Device(const std::string& socket, std::chrono::milliseconds patience)
    : client_(socket, patience, *this) {}

Device::~Device() { Leave(); }

int Device::Connect() {
  if (const int error = client_.Connect()) {
    Log("connect %s: %s (is the server running?)", client_.path().c_str(), std::strerror(error));
    return error;
  }
  std::array<uint8_t, 256> space;
  Pread(space, uint64_t{VFIO_PCI_CONFIG_REGION_INDEX} << kRegionShift);
  const std::lock_guard lock(config_mutex_);
  config_.Learn(space);
  return 0;
}

int Device::Join(std::shared_ptr<Container> container) {
  const std::lock_guard lock(container_mutex_);
  if (const int error = container->Join(client_)) {
    Log("%s: the server refused the guest's memory: %s", client_.path().c_str(),
        std::strerror(error));
    return error;
  }
  container_ = std::move(container);
  return 0;
}

void Device::Leave() {
  const std::lock_guard lock(container_mutex_);
  if (container_) container_->Leave(client_);
  container_.reset();
}

std::shared_ptr<Container> Device::container() {
  const std::lock_guard lock(container_mutex_);
  return container_;
}

bool Device::Replay() {
  const std::lock_guard joining(container_mutex_);
  std::unique_lock<std::mutex> maps;
  if (container_) {
    maps = container_->Hold();
    if (!client_.Repeat(container_->Everything(client_))) return false;
  }
  const std::lock_guard irqs(irq_mutex_);
  const std::lock_guard config(config_mutex_);
  if (!client_.Repeat(config_.Everything()) ||
      !client_.Repeat(irqs_.Everything(server_raises_req_))) {
    return false;
  }
  client_.Resume();
  return true;
}

void Device::GivenUp() {
  const std::lock_guard lock(irq_mutex_);
  irqs_.Raise(VFIO_PCI_REQ_IRQ_INDEX, 0);
}

bool Device::ReadMemory(uint64_t address, std::span<uint8_t> to) {
  const auto container = this->container();
  return container && container->ReadMemory(address, to);
}

bool Device::WriteMemory(uint64_t address, std::span<const uint8_t> from) {
  const auto container = this->container();
  return container && container->WriteMemory(address, from);
}

long Device::Ioctl(unsigned long request, void* argument) {
  switch (request) {
    case VFIO_DEVICE_GET_INFO: return GetInfo(argument);
    case VFIO_DEVICE_GET_REGION_INFO: return GetRegionInfo(argument);
    case VFIO_DEVICE_GET_IRQ_INFO: return GetIrqInfo(argument);
    case VFIO_DEVICE_SET_IRQS: return SetIrqs(*static_cast<const vfio_irq_set*>(argument));
    case VFIO_DEVICE_RESET: return Reset();
    case VFIO_DEVICE_GET_PCI_HOT_RESET_INFO: return -ENODEV;
    default: return -ENOTTY;
  }
}

template <class T>
int Device::Query(Command command, T& query) {
  query.argsz = sizeof query;
  const std::span body(reinterpret_cast<const uint8_t*>(&query), sizeof query);
  const auto reply = client_.Call(command, body);
  if (!reply) return reply.error();
  const auto answer = reply->template As<T>();
  if (!answer) return EPROTO;
  query = *answer;
  query.argsz = sizeof query;
  return 0;
}

long Device::GetInfo(void* argument) {
  DeviceInfo info = {};
  std::memcpy(&info.argsz, argument, sizeof info.argsz);
  if (info.argsz < sizeof info) return -EINVAL;
  if (const int error = Query(Command::kDeviceGetInfo, info)) return -error;
  info.flags &= VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET;
  info.num_regions = std::min<uint32_t>(info.num_regions, VFIO_PCI_NUM_REGIONS);
  info.num_irqs = std::max<uint32_t>(info.num_irqs, VFIO_PCI_NUM_IRQS);
  std::memcpy(argument, &info, sizeof info);
  return 0;
}

long Device::GetRegionInfo(void* argument) {
  auto* info = static_cast<vfio_region_info*>(argument);
  if (info->argsz < sizeof *info || info->index >= VFIO_PCI_NUM_REGIONS) return -EINVAL;
  vfio_region_info query = {};
  query.index = info->index;
  if (const int error = Query(Command::kDeviceGetRegionInfo, query)) return -error;
  // Every access is to reach the server as a message, so none is to be mapped.
  query.flags &= VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
  query.cap_offset = 0;
  query.offset = uint64_t{query.index} << kRegionShift;
  *info = query;
  return 0;
}

long Device::GetIrqInfo(void* argument) {
  auto* info = static_cast<vfio_irq_info*>(argument);
  if (info->argsz < sizeof *info || info->index >= VFIO_PCI_NUM_IRQS) return -EINVAL;
  vfio_irq_info query = {};
  query.index = info->index;
  const int error = Query(Command::kDeviceGetIrqInfo, query);
  if (info->index == VFIO_PCI_REQ_IRQ_INDEX) {
    server_raises_req_ = error == 0 && query.count != 0;
    query = {sizeof query, VFIO_IRQ_INFO_EVENTFD, VFIO_PCI_REQ_IRQ_INDEX, 1};
  } else if (error != 0) {
    return -error;
  }
  *info = query;
  return 0;
}

long Device::SetIrqs(const vfio_irq_set& request) {
  const std::lock_guard lock(irq_mutex_);
  std::vector<Order> orders;
  if (const int error = irqs_.Take(request, client_.max_fds(), orders)) return -error;
  if (request.index == VFIO_PCI_REQ_IRQ_INDEX && !server_raises_req_) return 0;
  return -client_.Tell(orders);
}

long Device::Reset() {
  const auto reply = client_.Call(Command::kDeviceReset, {});
  if (!reply) return -reply.error();
  const std::lock_guard lock(config_mutex_);
  config_.Reset();
  return 0;
}

ssize_t Device::Pread(std::span<uint8_t> to, uint64_t offset) {
  using vfio_user::RegionAccess;
  RegionAccess access = {offset & ((uint64_t{1} << kRegionShift) - 1),
                         static_cast<uint32_t>(offset >> kRegionShift), 0};
  size_t done = 0;
  while (done < to.size()) {
    access.count = static_cast<uint32_t>(std::min(to.size() - done, client_.max_transfer()));
    std::vector<uint8_t> body;
    vfio_user::Append(body, access);
    const auto reply = client_.Call(Command::kRegionRead, body);
    if (!reply && reply.error() != ENODEV) return -reply.error();
    const auto piece = to.subspan(done, access.count);
    if (!reply) {
      std::ranges::fill(piece, 0xff);  // as a bus reads where no device answers
    } else if (reply->body.size() == sizeof access + access.count) {
      std::memcpy(piece.data(), reply->body.data() + sizeof access, piece.size());
    } else {
      return -EPROTO;
    }
    access.offset += access.count;
    done += access.count;
  }
  return static_cast<ssize_t>(done);
}

ssize_t Device::Pwrite(std::span<const uint8_t> from, uint64_t offset) {
  using vfio_user::RegionAccess;
  RegionAccess access = {offset & ((uint64_t{1} << kRegionShift) - 1),
                         static_cast<uint32_t>(offset >> kRegionShift), 0};
  const bool is_config = access.region == VFIO_PCI_CONFIG_REGION_INDEX;
  if (is_config) {
    const std::lock_guard lock(config_mutex_);
    config_.Written(access.offset, from);
  }
  size_t done = 0;
  while (done < from.size()) {
    access.count = static_cast<uint32_t>(std::min(from.size() - done, client_.max_transfer()));
    std::vector<uint8_t> body;
    vfio_user::Append(body, access);
    const auto piece = from.subspan(done, access.count);
    body.insert(body.end(), piece.begin(), piece.end());
    // As on the bus: a write to configuration space is answered, one to memory is posted.
    if (is_config) {
      const auto reply = client_.Call(Command::kRegionWrite, body);
      if (!reply && reply.error() != ENODEV) return -reply.error();
    } else {
      client_.Post(Command::kRegionWrite, body);
    }
    access.offset += access.count;
    done += access.count;
  }
  return static_cast<ssize_t>(done);
}

}  // namespace vireo::vfio_shim
