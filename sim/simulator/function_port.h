// SPDX-License-Identifier: Apache-2.0
// A function of the card behind a vfio-user socket: what a kernel's VFIO does for a real card.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "sim/pcie/hard_block.h"
#include "sim/simulator/card.h"
#include "sim/vfio_user/pci_function.h"
#include "sim/vfio_user/server.h"

namespace vireo::sim {

class FunctionPort final : public vfio_user::PciFunction, private pcie::RemoteMemory {
 public:
  // Listens on `path`. Both arguments must outlive the port.
  static tl::expected<std::unique_ptr<FunctionPort>, std::string> Listen(
      Card& card, pcie::Function function, const std::string& path, vfio_user::Server::Log log);

  vfio_user::Server& server() { return *server_; }
  pcie::Function function() const { return function_; }
  void Raise(const pcie::Interrupt& interrupt);
  // `await` serves what clients change of their maps, once it comes. Memory that is missing while
  // the client changes them is waited for; without `await` it is a fault.
  void OnRemapping(std::function<void()> await) { await_maps_ = std::move(await); }

  void StartRead(const vfio_user::Access& access, vfio_user::Completion completion) override;
  void StartWrite(const vfio_user::Access& access, uint64_t value,
                  vfio_user::Completion completion) override;
  void StartReset(vfio_user::Completion completion) override;

 private:
  FunctionPort(Card& card, pcie::Function function);

  bool Read(uint64_t offset, std::span<uint8_t> to) override;
  bool Write(uint64_t offset, std::span<const uint8_t> from) override;
  bool Retry(const std::function<vfio_user::DmaStatus()>& access);
  // The table of MSI-X vectors, which a client leaves to us.
  void WriteVectors();

  Card& card_;
  pcie::Function function_;
  uint32_t vectors_;
  std::unique_ptr<vfio_user::Server> server_;
  std::function<void()> await_maps_;
};

}  // namespace vireo::sim
