// SPDX-License-Identifier: Apache-2.0
#include "host-driver/transport/vfio_user_transport.h"

#include <fmt/format.h>
#include <sys/eventfd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <vector>

#include "hw/spec/pci_config.h"

namespace vireo::host {
namespace {

using vfio_shim::Order;
using vfio_user::Append;
using vfio_user::Command;
using vfio_user::RegionAccess;

template <typename T>
void AppendLow(std::vector<uint8_t>& body, T value, unsigned bytes) {
  Append(body, value);
  body.resize(body.size() - sizeof value + bytes);
}

std::vector<uint8_t> WriteOf(uint32_t region, uint64_t offset, unsigned bytes, uint64_t value) {
  std::vector<uint8_t> body;
  Append(body, RegionAccess{offset, region, bytes});
  AppendLow(body, value, bytes);
  return body;
}

}  // namespace

VfioUserTransport::VfioUserTransport(const std::string& path)
    : gone_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      client_(path, std::chrono::milliseconds(0), *this, false) {}

Result<std::unique_ptr<VfioUserTransport>> VfioUserTransport::Connect(const std::string& path) {
  std::unique_ptr<VfioUserTransport> transport(new VfioUserTransport(path));
  if (const int error = transport->client_.Connect()) {
    return tl::unexpected(
        fmt::format("connect to {}: {} (is the card's server running?)", path, strerror(error)));
  }
  return transport;
}

Result<std::unique_ptr<VfioUserTransport>> VfioUserTransport::Adopt(const std::string& path,
                                                                    vfio_user::UniqueFd socket) {
  std::unique_ptr<VfioUserTransport> transport(new VfioUserTransport(path));
  if (const int error = transport->client_.Adopt(std::move(socket))) {
    return transport->Failure("go on with its connection", error);
  }
  return transport;
}

bool VfioUserTransport::Replay() {
  GivenUp();
  return false;
}

void VfioUserTransport::GivenUp() {
  const uint64_t one = 1;
  (void)!write(gone_.get(), &one, sizeof one);
}

tl::unexpected<std::string> VfioUserTransport::Failure(const std::string& what, int error) const {
  return tl::unexpected(fmt::format("{}: {}: {}", client_.path(), what, strerror(error)));
}

uint64_t VfioUserTransport::ReadRegion(uint32_t region, uint64_t offset, unsigned bytes) {
  std::vector<uint8_t> body;
  Append(body, RegionAccess{offset, region, bytes});
  const auto reply = client_.Call(Command::kRegionRead, body);
  if (!reply || reply->body.size() != sizeof(RegionAccess) + bytes) {
    return ~uint64_t{0} >> (64 - 8 * bytes);
  }
  uint64_t value = 0;
  std::memcpy(&value, reply->body.data() + sizeof(RegionAccess), bytes);
  return value;
}

uint64_t VfioUserTransport::ReadBar(uint64_t offset, unsigned bytes) {
  return ReadRegion(VFIO_PCI_BAR0_REGION_INDEX, offset, bytes);
}

void VfioUserTransport::WriteBar(uint64_t offset, unsigned bytes, uint64_t value) {
  std::atomic_thread_fence(std::memory_order_release);
  client_.Post(Command::kRegionWrite, WriteOf(VFIO_PCI_BAR0_REGION_INDEX, offset, bytes, value));
}

Result<void> VfioUserTransport::WriteConfig(uint64_t offset, unsigned bytes, uint64_t value) {
  const auto body = WriteOf(VFIO_PCI_CONFIG_REGION_INDEX, offset, bytes, value);
  const auto reply = client_.Call(Command::kRegionWrite, body);
  if (!reply)
    return Failure(fmt::format("write {:#x} of configuration space", offset), reply.error());
  return {};
}

Result<void> VfioUserTransport::MapDma(const DmaMemory& memory) {
  Order order = {Command::kDmaMap, {}, {memory.fd}};
  Append(order.body, vfio_user::DmaMap{sizeof(vfio_user::DmaMap),
                                       vfio_user::kDmaReadable | vfio_user::kDmaWriteable,
                                       memory.offset, memory.iova, memory.bytes});
  if (const int error = client_.Tell({&order, 1})) {
    return Failure(fmt::format("map {} bytes at {:#x} for DMA", memory.bytes, memory.iova), error);
  }
  return {};
}

Result<void> VfioUserTransport::EnableInterrupts(std::span<const int> eventfds) {
  constexpr auto kFixed = static_cast<uint32_t>(offsetof(vfio_irq_set, data));
  const auto count = static_cast<uint32_t>(eventfds.size());
  if (count > client_.max_fds()) return Failure("enable interrupts", E2BIG);
  Order order = {Command::kDeviceSetIrqs, {}, {eventfds.begin(), eventfds.end()}};
  constexpr uint32_t kFlags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
  for (const uint32_t field :
       std::array<uint32_t, 5>{kFixed, kFlags, VFIO_PCI_MSIX_IRQ_INDEX, 0, count}) {
    Append(order.body, field);
  }
  if (const int error = client_.Tell({&order, 1})) {
    return Failure(fmt::format("enable {} interrupts", count), error);
  }
  // The kernel's VFIO switches MSI-X on by itself; a server leaves it to its client.
  namespace header = spec::pci_header;
  constexpr int kMostCapabilities = 48;
  uint64_t at = ReadRegion(VFIO_PCI_CONFIG_REGION_INDEX, header::kCapabilityPointer.offset, 1);
  for (int i = 0; at != 0 && i < kMostCapabilities; ++i) {
    const uint64_t head = ReadRegion(VFIO_PCI_CONFIG_REGION_INDEX, at, 4);
    if ((head & 0xff) == spec::PCI_CAP_ID_MSIX) {
      const uint64_t control = (head >> 16) | spec::msix_cap::kControlEnable;
      return WriteConfig(at + spec::msix_cap::kControl.offset, 2, control);
    }
    at = (head >> 8) & 0xff;
  }
  return tl::unexpected(fmt::format("{}: the function has no MSI-X", client_.path()));
}

Result<void> VfioUserTransport::Enable() {
  constexpr uint32_t kCommand = spec::pci_header::kCommand.offset;
  const uint64_t command = ReadRegion(VFIO_PCI_CONFIG_REGION_INDEX, kCommand, 2);
  return WriteConfig(
      kCommand, 2,
      command | spec::pci_header::kCommandMemory | spec::pci_header::kCommandBusMaster);
}

}  // namespace vireo::host
