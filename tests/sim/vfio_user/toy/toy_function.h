// SPDX-License-Identifier: Apache-2.0
// A small PCI function of a made-up vendor, for tests: registers, a DMA copy, MSI-X, INTx, FLR.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/vfio_user/pci_function.h"
#include "tests/sim/vfio_user/toy/toy_registers.h"

namespace vireo::vfio_user {

class Server;

class ToyFunction final : public PciFunction {
 public:
  ToyFunction();
  static FunctionInfo Info();
  void Bind(Server& server) { server_ = &server; }

  void StartRead(const Access& access, Completion completion) override;
  void StartWrite(const Access& access, uint64_t value, Completion completion) override;
  void StartReset(Completion completion) override;
  void ClientChanged(bool present) override { clients += present; }

  // Answers a read of toy::kSlow, which waits for this.
  void AnswerSlowRead();
  bool slow_read_waits() const { return slow_.has_value(); }

  uint32_t scratch() const { return scratch_; }
  int clients = 0;  // that have come
  int resets = 0;   // DEVICE_RESET and FLR

 private:
  uint64_t ReadRegister(uint64_t offset);
  void WriteRegister(uint64_t offset, uint64_t value);
  void WriteConfig(uint64_t offset, uint32_t size, uint64_t value);
  uint64_t ReadConfig(uint64_t offset, uint32_t size);
  void Reset();
  void Go();
  void Finish(uint32_t status);
  void UpdateIntx();

  Server* server_ = nullptr;
  std::array<uint8_t, 4096> config_ = {};
  std::array<uint8_t, 4096> writeable_ = {};  // bits of configuration space
  uint32_t scratch_ = 0;
  uint64_t source_ = 0;
  uint64_t destination_ = 0;
  uint32_t length_ = 0;
  uint32_t vector_ = 0;
  uint32_t status_ = 0;
  bool isr_ = false;
  std::optional<Completion> slow_;
};

}  // namespace vireo::vfio_user
