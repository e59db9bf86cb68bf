// SPDX-License-Identifier: Apache-2.0
#include "sim/simulator/unix_port.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace vireo::sim {
namespace {

bool Watch(int epoll, int fd) {
  epoll_event event = {.events = EPOLLIN, .data = {}};
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

// Whether a server is behind the socket at that address.
bool IsAlive(const sockaddr_un& address) {
  const vfio_user::UniqueFd fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
         errno == EAGAIN || errno == EPROTOTYPE;
}

}  // namespace

UnixPort::Path::~Path() {
  if (!path_.empty()) unlink(path_.c_str());
}

tl::expected<UnixPort, std::string> UnixPort::Listen(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return tl::unexpected(
        fmt::format("listen on {}: the path has {} characters, a UNIX socket's "
                    "at most {}",
                    path, path.size(), sizeof address.sun_path - 1));
  }
  std::memcpy(address.sun_path, path.c_str(), path.size());
  const auto fail = [&](const char* what) {
    return tl::unexpected(fmt::format("listen on {}: {}: {}", path, what, std::strerror(errno)));
  };
  vfio_user::UniqueFd listener(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  vfio_user::UniqueFd epoll(epoll_create1(EPOLL_CLOEXEC));
  if (!listener || !epoll) return fail("socket");
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  int bound = bind(listener.get(), generic, sizeof address);
  if (bound != 0 && errno == EADDRINUSE && !IsAlive(address)) {
    unlink(path.c_str());  // a dead server's
    bound = bind(listener.get(), generic, sizeof address);
  }
  if (bound != 0) return fail("bind");
  Path owned(path);
  if (listen(listener.get(), 1) != 0 || !Watch(epoll.get(), listener.get())) return fail("listen");
  return UnixPort(std::move(owned), std::move(listener), std::move(epoll));
}

void UnixPort::Accept() {
  vfio_user::UniqueFd peer(
      accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (peer && Watch(epoll_.get(), peer.get())) {
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, listener_.get(), nullptr);
    peer_ = std::move(peer);
  }
}

size_t UnixPort::Read(std::span<uint8_t> buffer, uint64_t) {
  if (!peer_) Accept();
  if (!peer_) return 0;
  const ssize_t bytes = recv(peer_.get(), buffer.data(), buffer.size(), 0);
  if (bytes > 0) return static_cast<size_t>(bytes);
  if (bytes == 0 || (errno != EAGAIN && errno != EINTR)) {
    peer_ = {};
    Watch(epoll_.get(), listener_.get());
  }
  return 0;
}

void UnixPort::Write(std::span<const uint8_t> frame, uint64_t) {
  if (!peer_) Accept();
  if (peer_) send(peer_.get(), frame.data(), frame.size(), MSG_NOSIGNAL);
}

}  // namespace vireo::sim
