// SPDX-License-Identifier: Apache-2.0
// A function behind a vfio-user socket, such as one of vireo-sim.
#pragma once

#include <memory>
#include <string>

#include "host-driver/transport/transport.h"
#include "host-driver/vfio-shim/client.h"

namespace vireo::host {

class VfioUserTransport final : public Transport, private vfio_shim::ClientOwner {
 public:
  static Result<std::unique_ptr<VfioUserTransport>> Connect(const std::string& path);
  // Goes on with the connection that a process before this one had (its kept_fd()). `path` names it
  // in messages.
  static Result<std::unique_ptr<VfioUserTransport>> Adopt(const std::string& path,
                                                          vfio_user::UniqueFd socket);

  uint64_t ReadBar(uint64_t offset, unsigned bytes) override;
  void WriteBar(uint64_t offset, unsigned bytes, uint64_t value) override;
  Result<void> MapDma(const DmaMemory& memory) override;
  Result<void> EnableInterrupts(std::span<const int> eventfds) override;
  Result<void> Enable() override;
  int gone_fd() const override { return gone_.get(); }
  int kept_fd() const override { return client_.socket(); }

 private:
  explicit VfioUserTransport(const std::string& path);

  // A function that comes back has been reset, so one that has gone stays away.
  bool Replay() override;
  void GivenUp() override;
  bool ReadMemory(uint64_t, std::span<uint8_t>) override { return false; }
  bool WriteMemory(uint64_t, std::span<const uint8_t>) override { return false; }

  uint64_t ReadRegion(uint32_t region, uint64_t offset, unsigned bytes);
  Result<void> WriteConfig(uint64_t offset, unsigned bytes, uint64_t value);
  // An error of `what`, as this transport tells it.
  tl::unexpected<std::string> Failure(const std::string& what, int error) const;

  vfio_user::UniqueFd gone_;
  vfio_shim::Client client_;
};

}  // namespace vireo::host
