// SPDX-License-Identifier: Apache-2.0
#include "sim/vfio_user/listener.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace vireo::vfio_user {
namespace {

constexpr int kBacklog = 4;

tl::unexpected<std::string> Failed(const std::string& path, const std::string& why) {
  return tl::unexpected(fmt::format("listen on {}: {}", path, why));
}

}  // namespace

tl::expected<Listener, std::string> Listener::Open(const std::string& path) {
  const std::string hidden = path + ".new";
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (hidden.size() >= sizeof address.sun_path) {
    return Failed(path, fmt::format("the path has {} characters, a socket's may have {}",
                                    path.size(), sizeof address.sun_path - sizeof ".new"));
  }
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);

  UniqueFd probe(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  if (connect(probe.get(), generic, sizeof address) == 0) {
    return Failed(path, "another server is there; stop it or choose another path");
  }

  UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  std::memcpy(address.sun_path, hidden.c_str(), hidden.size() + 1);
  unlink(hidden.c_str());
  struct stat status;
  if (!fd || bind(fd.get(), generic, sizeof address) != 0 || listen(fd.get(), kBacklog) != 0 ||
      stat(hidden.c_str(), &status) != 0 || rename(hidden.c_str(), path.c_str()) != 0) {
    return Failed(path, std::strerror(errno));
  }
  return Listener(std::move(fd), path, status.st_ino);
}

Listener::Listener(UniqueFd fd, std::string path, ino_t inode)
    : fd_(std::move(fd)), path_(std::move(path)), inode_(inode) {}

Listener::~Listener() {
  struct stat status;
  if (fd_ && stat(path_.c_str(), &status) == 0 && status.st_ino == inode_) unlink(path_.c_str());
}

UniqueFd Listener::Accept() const {
  return UniqueFd(accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
}

}  // namespace vireo::vfio_user
