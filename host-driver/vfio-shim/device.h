// SPDX-License-Identifier: Apache-2.0
// A VFIO device: its regions, interrupts and reset, passed on to a vfio-user server.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "host-driver/vfio-shim/client.h"
#include "host-driver/vfio-shim/config_mirror.h"
#include "host-driver/vfio-shim/container.h"
#include "host-driver/vfio-shim/file.h"
#include "host-driver/vfio-shim/irq_mirror.h"

namespace vireo::vfio_shim {

class Device final : public File, private ClientOwner {
 public:
  Device(const std::string& socket, std::chrono::milliseconds patience);
  ~Device() override;

  // Finds the server: 0 or an errno.
  int Connect();

  // 0 or an errno.
  int Join(std::shared_ptr<Container> container);
  void Leave();

  long Ioctl(unsigned long request, void* argument) override;
  ssize_t Pread(std::span<uint8_t> to, uint64_t offset) override;
  ssize_t Pwrite(std::span<const uint8_t> from, uint64_t offset) override;

 private:
  bool Replay() override;
  void GivenUp() override;
  bool ReadMemory(uint64_t address, std::span<uint8_t> to) override;
  bool WriteMemory(uint64_t address, std::span<const uint8_t> from) override;

  // A query whose reply is the request filled in: 0 or an errno.
  template <class T>
  int Query(Command command, T& query);
  long GetInfo(void* argument);
  long GetRegionInfo(void* argument);
  long GetIrqInfo(void* argument);
  long SetIrqs(const vfio_irq_set& request);
  long Reset();
  std::shared_ptr<Container> container();

  bool server_raises_req_ = false;  // where it does not, this library does

  std::mutex container_mutex_;
  std::shared_ptr<Container> container_;
  std::mutex irq_mutex_;
  IrqMirror irqs_;
  std::mutex config_mutex_;
  ConfigMirror config_;
  Client client_;  // last: its thread uses all of the above
};

}  // namespace vireo::vfio_shim
