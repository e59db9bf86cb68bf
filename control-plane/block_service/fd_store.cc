// SPDX-License-Identifier: Apache-2.0
#include "control-plane/block_service/fd_store.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <sstream>

namespace vireo::block_service {
namespace {

constexpr int kFirstFd = 3;  // SD_LISTEN_FDS_START

int NumberIn(const char* variable) {
  const char* text = getenv(variable);
  int number = 0;
  if (text != nullptr) std::from_chars(text, text + strlen(text), number);
  return number;
}

bool Send(const std::string& text, int fd) {
  const char* path = getenv("NOTIFY_SOCKET");
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path == nullptr || strlen(path) >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path, strlen(path));
  if (address.sun_path[0] == '@') address.sun_path[0] = 0;
  const vfio_user::UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  iovec part = {const_cast<char*>(text.data()), text.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof fd)] = {};
  msghdr message = {};
  message.msg_name = &address;
  message.msg_namelen = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + strlen(path));
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (fd >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  }
  return sendmsg(socket.get(), &message, MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

}  // namespace

std::map<std::string, vfio_user::UniqueFd> TakeKeptFds() {
  std::map<std::string, vfio_user::UniqueFd> kept;
  const char* listed = getenv("LISTEN_FDNAMES");
  std::istringstream names(listed == nullptr ? "" : listed);
  if (NumberIn("LISTEN_PID") == getpid()) {
    const int end = kFirstFd + NumberIn("LISTEN_FDS");
    for (int fd = kFirstFd; fd < end; ++fd) {
      std::string name;
      std::getline(names, name, ':');
      fcntl(fd, F_SETFD, FD_CLOEXEC);
      kept[name] = vfio_user::UniqueFd(fd);
    }
  }
  for (const char* variable : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) unsetenv(variable);
  return kept;
}

bool KeepFd(const std::string& name, int fd) { return Send("FDSTORE=1\nFDNAME=" + name, fd); }

void ForgetFd(const std::string& name) { Send("FDSTOREREMOVE=1\nFDNAME=" + name, -1); }

bool TellManager(const std::string& what) { return Send(what, -1); }

}  // namespace vireo::block_service
