// SPDX-License-Identifier: Apache-2.0
// Passes a client's accesses to the card, the card's DMA to the client's memory, and its messages
// to the client's eventfds.

#include "sim/simulator/function_port.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>

#include "hw/spec/config_space.h"
#include "hw/spec/function_bar.h"
#include "hw/spec/management_bar.h"
#include "hw/virtio/functions.h"

namespace vireo::sim {
namespace {

constexpr uint32_t kConfigBytes = 4096;
// From a window's closing to the opening of the next, by a client that may have to wait for a CPU.
constexpr std::chrono::milliseconds kPatience(250);
constexpr uint32_t kMsixControl = spec::config_space::kMsix + spec::msix_cap::kControl.offset;
// A vector's message: the address says that it is one, the data which.
constexpr uint64_t kMessageAddress = 0xfee0'0000;

vfio_user::FunctionInfo InfoOf(pcie::Function function) {
  const bool is_management = function == kManagementFunction;
  vfio_user::FunctionInfo info;
  info.region_sizes[VFIO_PCI_BAR0_REGION_INDEX] =
      is_management ? spec::management_bar::kBytes : spec::function_bar::kBytes;
  info.region_sizes[VFIO_PCI_CONFIG_REGION_INDEX] = kConfigBytes;
  info.irq_counts[VFIO_PCI_INTX_IRQ_INDEX] = IsPhysical(function) ? 1 : 0;
  info.irq_counts[VFIO_PCI_MSIX_IRQ_INDEX] = VectorsOf(function).to_uint();
  info.irq_counts[VFIO_PCI_ERR_IRQ_INDEX] = 1;
  info.irq_counts[VFIO_PCI_REQ_IRQ_INDEX] = 1;
  return info;
}

uint64_t ValueOf(std::span<const uint8_t> bytes) {
  uint64_t value = 0;
  std::memcpy(&value, bytes.data(), std::min(bytes.size(), sizeof value));
  return value;
}

}  // namespace

FunctionPort::FunctionPort(Card& card, pcie::Function function)
    : card_(card), function_(function), vectors_(VectorsOf(function).to_uint()) {}

tl::expected<std::unique_ptr<FunctionPort>, std::string> FunctionPort::Listen(
    Card& card, pcie::Function function, const std::string& path, vfio_user::Server::Log log) {
  std::unique_ptr<FunctionPort> port(new FunctionPort(card, function));
  auto server = vfio_user::Server::Listen(path, InfoOf(function), *port, std::move(log));
  if (!server) return tl::unexpected(server.error());
  port->server_ = std::move(*server);
  // The server knows what is mapped: to the card all of memory looks there, and what is not faults.
  const auto mapped =
      card.memory().Map(function, {.iova = 0, .length = UINT64_MAX, .remote = port.get()});
  if (!mapped) return tl::unexpected(mapped.error());
  return port;
}

bool FunctionPort::Retry(const std::function<vfio_user::DmaStatus()>& access) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  vfio_user::DmaStatus status;
  while ((status = access()) == vfio_user::DmaStatus::kFault && server_->remapping() &&
         await_maps_) {
    if (std::chrono::steady_clock::now() > end) {
      server_->StopRemapping();
    } else {
      await_maps_();
    }
  }
  return status == vfio_user::DmaStatus::kDone;
}

bool FunctionPort::Read(uint64_t offset, std::span<uint8_t> to) {
  return Retry([&] { return server_->DmaRead(offset, to); });
}

bool FunctionPort::Write(uint64_t offset, std::span<const uint8_t> from) {
  return Retry([&] { return server_->DmaWrite(offset, from); });
}

void FunctionPort::Raise(const pcie::Interrupt& interrupt) {
  if (interrupt.is_intx) {
    server_->irqs().SetIntx(interrupt.asserted);
  } else if (interrupt.data < vectors_) {
    server_->irqs().Raise(VFIO_PCI_MSIX_IRQ_INDEX, interrupt.data);
  }
}

void FunctionPort::StartRead(const vfio_user::Access& access, vfio_user::Completion completion) {
  pcie::HardBlock& block = card_.block();
  const auto offset = static_cast<uint32_t>(access.offset);
  if (access.region == VFIO_PCI_CONFIG_REGION_INDEX) {
    block.ConfigRead(function_, offset, access.size, [completion](std::span<const uint8_t> bytes) {
      completion.Done(ValueOf(bytes));
    });
    return;
  }
  const bool is_good = block.MmioRead(function_, 0, access.offset, access.size,
                                      [completion](pcie::Status, std::span<const uint8_t> bytes) {
                                        completion.Done(ValueOf(bytes));
                                      });
  if (!is_good) completion.Done(~uint64_t{0});
}

void FunctionPort::StartWrite(const vfio_user::Access& access, uint64_t value,
                              vfio_user::Completion completion) {
  std::array<uint8_t, 8> bytes;
  std::memcpy(bytes.data(), &value, sizeof value);
  const std::span<const uint8_t> written(bytes.data(), access.size);
  pcie::HardBlock& block = card_.block();
  if (access.region != VFIO_PCI_CONFIG_REGION_INDEX) {
    block.MmioWrite(function_, 0, access.offset, written);
    completion.Done();
    return;
  }
  const uint64_t high = access.offset + access.size;
  if (access.offset <= kMsixControl + 1 && high > kMsixControl + 1 &&
      ((value >> (8 * (kMsixControl + 1 - access.offset))) &
       (spec::msix_cap::kControlEnable >> 8)) != 0) {
    WriteVectors();
  }
  block.ConfigWrite(function_, static_cast<uint32_t>(access.offset), written,
                    [completion] { completion.Done(); });
}

void FunctionPort::WriteVectors() {
  for (uint32_t vector = 0; vector < vectors_; ++vector) {
    std::array<uint8_t, spec::function_bar::kMsixEntryBytes> entry = {};
    std::memcpy(&entry[0], &kMessageAddress, sizeof kMessageAddress);
    std::memcpy(&entry[spec::msix_entry::kData.offset], &vector, sizeof vector);
    card_.block().MmioWrite(function_, 0, spec::function_bar::MsixEntryOffset(vector), entry);
  }
}

void FunctionPort::StartReset(vfio_user::Completion completion) {
  card_.block().ResetFunction(function_, [completion] { completion.Done(); });
}

}  // namespace vireo::sim
