// SPDX-License-Identifier: Apache-2.0
// The card's wire as a UNIX socket: a SOCK_SEQPACKET server, each packet a frame.
#pragma once

#include <string>
#include <utility>

#include "sim/simulator/ethernet_port.h"
#include "sim/vfio_user/unique_fd.h"

namespace vireo::sim {

// One peer at a time; another that connects waits. While there is none, frames are lost.
class UnixPort final : public EthernetPort {
 public:
  static tl::expected<UnixPort, std::string> Listen(const std::string& path);

  int poll_fd() const override { return epoll_.get(); }
  size_t Read(std::span<uint8_t> buffer, uint64_t clock) override;
  void Write(std::span<const uint8_t> frame, uint64_t clock) override;

 private:
  // Removes the socket's path when the port goes.
  class Path {
   public:
    explicit Path(std::string path) : path_(std::move(path)) {}
    Path(Path&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    Path& operator=(Path&&) = delete;
    ~Path();

   private:
    std::string path_;
  };

  UnixPort(Path path, vfio_user::UniqueFd listener, vfio_user::UniqueFd epoll)
      : path_(std::move(path)), listener_(std::move(listener)), epoll_(std::move(epoll)) {}

  void Accept();

  Path path_;
  vfio_user::UniqueFd listener_, epoll_;
  vfio_user::UniqueFd peer_;
};

}  // namespace vireo::sim
