// SPDX-License-Identifier: Apache-2.0
// The commands of vfio-user, one function each.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "sim/vfio_user/server.h"

namespace vireo::vfio_user {

void Server::Execute() {
  const auto command = static_cast<Command>(command_.header.command);
  if (!negotiated_ && command != Command::kVersion) {
    ReplyError(EINVAL);
    return Break("a command before VERSION");
  }
  if (command != Command::kDmaMap && command != Command::kDmaUnmap) remapping_ = false;
  const bool takes_fds = command == Command::kDmaMap || command == Command::kDeviceSetIrqs;
  if (!command_.fds.empty() && !takes_fds) return ReplyError(EINVAL);
  switch (command) {
    case Command::kVersion: return DoVersion();
    case Command::kDmaMap: return DoDmaMap();
    case Command::kDmaUnmap: return DoDmaUnmap();
    case Command::kDeviceGetInfo: return DoGetInfo();
    case Command::kDeviceGetRegionInfo: return DoGetRegionInfo();
    case Command::kDeviceGetRegionIoFds: return DoGetRegionIoFds();
    case Command::kDeviceGetIrqInfo: return DoGetIrqInfo();
    case Command::kDeviceSetIrqs: return DoSetIrqs();
    case Command::kRegionRead: return DoRegionRead();
    case Command::kRegionWrite: return DoRegionWrite();
    case Command::kRegionWriteMulti: return DoRegionWriteMulti();
    case Command::kDeviceReset:
      if (!command_.body.empty()) return ReplyError(EINVAL);
      phase_ = Phase::kReset;
      return;
    case Command::kDeviceFeature: return DoFeature();
    case Command::kMigDataRead:
    case Command::kMigDataWrite: return ReplyError(EOPNOTSUPP);
    case Command::kDmaRead:
    case Command::kDmaWrite: break;  // only the server sends these
  }
  ReplyError(EINVAL);
}

void Server::DoVersion() {
  const auto proposal = ReadVersion(command_);
  if (negotiated_) return ReplyError(EINVAL);
  if (!proposal) {
    ReplyError(EINVAL);
    return Break("VERSION is malformed");
  }
  if (proposal->major != kVersionMajor) {
    ReplyError(EINVAL);
    return Break(fmt::format("it speaks version {}.{}, this server {}.{}", proposal->major,
                             proposal->minor, kVersionMajor, kVersionMinor));
  }
  Proposal answer = {kVersionMajor, std::min(kVersionMinor, proposal->minor), {}};
  answer.capabilities.max_msg_fds = kMaxMessageFds;
  answer.capabilities.max_data_xfer_size = kMaxTransfer;
  answer.capabilities.max_dma_maps = DmaTable::kMaxWindows;
  answer.capabilities.write_multiple = proposal->capabilities.write_multiple;
  client_max_transfer_ = proposal->capabilities.max_data_xfer_size;
  std::array<int, 2> pair;
  UniqueFd theirs;
  if (proposal->capabilities.twin_socket &&
      socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) == 0) {
    twin_.fd = UniqueFd(pair[0]);
    theirs = UniqueFd(pair[1]);
    fcntl(twin_.fd.get(), F_SETFL, O_NONBLOCK);  // ours alone: the client may wait on its end
    Watch(twin_);
    answer.capabilities.twin_socket = true;
    answer.capabilities.twin_fd_index = 0;
  }
  negotiated_ = true;
  const std::array<int, 1> fds = {theirs.get()};
  Reply(WriteVersion(answer), theirs ? std::span<const int>(fds) : std::span<const int>());
}

void Server::DoDmaMap() {
  const auto request = command_.As<DmaMap>();
  if (!request || command_.body.size() != sizeof(DmaMap) || request->argsz < sizeof(DmaMap) ||
      command_.fds.size() > 1) {
    return ReplyError(EINVAL);
  }
  UniqueFd fd = command_.fds.empty() ? UniqueFd() : std::move(command_.fds.front());
  if (const int error = dma_.Map(*request, std::move(fd))) return ReplyError(error);
  Reply({});
}

void Server::DoDmaUnmap() {
  const auto request = command_.As<DmaUnmap>();
  if (!request || command_.body.size() != sizeof(DmaUnmap) || request->argsz < sizeof(DmaUnmap) ||
      (request->flags & ~kDmaUnmapAll) != 0) {
    return ReplyError(EINVAL);
  }
  remapping_ = true;
  if (request->flags == kDmaUnmapAll) {
    dma_.Clear();
    remote_.Cancel(0, 0);
    return ReplyWith(*request);
  }
  if (const int error = dma_.Unmap(request->address, request->size)) return ReplyError(error);
  remote_.Cancel(request->address, request->size);
  ReplyWith(*request);
}

void Server::DoGetInfo() {
  constexpr size_t kSize = 16;  // vfio_device_info has grown since
  const auto argsz = command_.As<uint32_t>();
  if (!argsz || command_.body.size() < kSize || *argsz < kSize) return ReplyError(EINVAL);
  ReplyWith(std::array<uint32_t, 4>{kSize, VFIO_DEVICE_FLAGS_RESET | VFIO_DEVICE_FLAGS_PCI,
                                    VFIO_PCI_NUM_REGIONS, VFIO_PCI_NUM_IRQS});
}

void Server::DoGetRegionInfo() {
  const auto request = command_.As<vfio_region_info>();
  if (!request || request->argsz < sizeof *request || request->index >= VFIO_PCI_NUM_REGIONS) {
    return ReplyError(EINVAL);
  }
  vfio_region_info info = {};
  info.argsz = sizeof info;
  info.index = request->index;
  info.size = info_.region_sizes[request->index];
  if (info.size != 0) info.flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
  ReplyWith(info);
}

void Server::DoGetRegionIoFds() {
  const auto request = command_.As<RegionIoFds>();
  if (!request || request->argsz < sizeof *request || request->flags != 0 ||
      request->index >= VFIO_PCI_NUM_REGIONS) {
    return ReplyError(EINVAL);
  }
  ReplyWith(RegionIoFds{sizeof(RegionIoFds), 0, request->index, 0});
}

void Server::DoGetIrqInfo() {
  const auto request = command_.As<vfio_irq_info>();
  if (!request || request->argsz < sizeof *request || request->index >= VFIO_PCI_NUM_IRQS) {
    return ReplyError(EINVAL);
  }
  vfio_irq_info info = {};
  info.argsz = sizeof info;
  info.index = request->index;
  info.flags = irqs_.flags(info.index);
  info.count = irqs_.count(info.index);
  ReplyWith(info);
}

void Server::DoSetIrqs() {
  constexpr size_t kFixed = offsetof(vfio_irq_set, data);
  if (command_.body.size() < kFixed) return ReplyError(EINVAL);
  vfio_irq_set request;
  std::memcpy(&request, command_.body.data(), kFixed);
  if (request.argsz != command_.body.size()) return ReplyError(EINVAL);
  const auto data = std::span(command_.body).subspan(kFixed);
  if (const int error = irqs_.Set(request, data, std::move(command_.fds))) {
    return ReplyError(error);
  }
  Reply({});
}

bool Server::IsAccess(const RegionAccess& range) const {
  if (range.region >= VFIO_PCI_NUM_REGIONS || range.count == 0) return false;
  const uint64_t size = info_.region_sizes[range.region];
  return range.count <= kMaxTransfer && range.count <= size && range.offset <= size - range.count;
}

void Server::DoRegionRead() {
  const auto range = command_.As<RegionAccess>();
  if (!range || command_.body.size() != sizeof *range || !IsAccess(*range)) {
    return ReplyError(EINVAL);
  }
  transfer_.StartRead(*range);
  phase_ = Phase::kAccess;
}

void Server::DoRegionWrite() {
  const auto range = command_.As<RegionAccess>();
  if (!range || !IsAccess(*range) || command_.body.size() != sizeof *range + range->count) {
    return ReplyError(EINVAL);
  }
  transfer_.StartWrite(*range, std::span(command_.body).subspan(sizeof *range));
  phase_ = Phase::kAccess;
}

void Server::DoRegionWriteMulti() {
  const auto count = command_.As<uint64_t>();
  if (!count || *count == 0 || *count > command_.body.size() / sizeof(MultiWrite) ||
      command_.body.size() != sizeof *count + *count * sizeof(MultiWrite)) {
    return ReplyError(EINVAL);
  }
  if (!StartMultiWrite(0)) return ReplyError(EINVAL);
  phase_ = Phase::kAccess;
}

bool Server::StartMultiWrite(size_t index) {
  MultiWrite write;
  std::memcpy(&write, command_.body.data() + sizeof(uint64_t) + index * sizeof write, sizeof write);
  const RegionAccess range = {write.offset, write.region, write.count};
  if (write.count > sizeof write.data || !IsAccess(range)) return false;
  transfer_.StartWrite(range, std::span(write.data, write.count));
  multi_index_ = index;
  return true;
}

void Server::FinishAccess() {
  const auto command = static_cast<Command>(command_.header.command);
  if (command == Command::kRegionWriteMulti) {
    // The writes before one that is refused have been done: the reply says how many.
    const uint64_t done = multi_index_ + 1;
    if (done < *command_.As<uint64_t>() && StartMultiWrite(done)) return;
    phase_ = Phase::kIdle;
    return ReplyWith(done);
  }
  phase_ = Phase::kIdle;
  std::vector<uint8_t> body;
  Append(body, transfer_.range());
  if (command == Command::kRegionRead) {
    body.insert(body.end(), transfer_.data().begin(), transfer_.data().end());
  }
  Reply(body);
}

void Server::DoFeature() {
  const auto request = command_.As<DeviceFeature>();
  const uint32_t known = VFIO_DEVICE_FEATURE_MASK | VFIO_DEVICE_FEATURE_GET |
                         VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_PROBE;
  if (!request || request->argsz < sizeof *request || (request->flags & ~known) != 0) {
    return ReplyError(EINVAL);
  }
  ReplyError(ENOTTY);  // as the kernel says of a feature that a device does not have
}

void Server::Reply(std::span<const uint8_t> body, std::span<const int> fds) {
  if ((command_.header.flags & kFlagNoReply) != 0) return;
  Header header = command_.header;
  header.flags = kFlagReply;
  header.error = 0;
  Send(client_, header, body, fds);
}

template <class T>
void Server::ReplyWith(const T& body) {
  Reply({reinterpret_cast<const uint8_t*>(&body), sizeof body});
}

void Server::ReplyError(int error) {
  if ((command_.header.flags & kFlagNoReply) != 0) return;
  Header header = command_.header;
  header.flags = kFlagReply | kFlagError;
  header.error = static_cast<uint32_t>(error);
  Send(client_, header, {});
}

}  // namespace vireo::vfio_user
