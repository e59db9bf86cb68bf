// SPDX-License-Identifier: Apache-2.0
#include "tests/control-plane/block_service/processes.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <stdexcept>

namespace vireo::block_service {
namespace {

using vfio_user::UniqueFd;

constexpr int kFirstFd = 3;

}  // namespace

Program::Program(const std::vector<std::string>& command, const std::function<void()>& in_child) {
  std::array<int, 2> pipe;
  if (pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(pipe[1], STDOUT_FILENO);
    in_child();
    std::vector<char*> arguments;
    for (const std::string& argument : command) {
      arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  close(pipe[1]);
  const UniqueFd from(pipe[0]);
  std::string said;
  for (char byte; said.find("ready\n") == std::string::npos;) {
    if (read(from.get(), &byte, 1) != 1) {
      End(SIGKILL);
      throw std::runtime_error(command[0] + " does not get ready");
    }
    said += byte;
  }
}

Program::~Program() { End(SIGKILL); }

int Program::End(int signal) {
  if (pid_ <= 0) return -1;
  int status = 0;
  kill(pid_, signal);
  waitpid(pid_, &status, 0);
  pid_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Manager::Manager(std::string path)
    : path_(std::move(path)), socket_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path_.copy(address.sun_path, sizeof address.sun_path - 1);
  if (bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("bind " + path_);
  }
}

std::function<void()> Manager::ForChild() {
  return [this] {
    setenv("NOTIFY_SOCKET", path_.c_str(), 1);
    if (kept_.empty()) return;
    std::string names;
    std::vector<int> copies;
    for (const auto& [name, fd] : kept_) {
      names += (names.empty() ? "" : ":") + name;
      copies.push_back(fcntl(fd.get(), F_DUPFD_CLOEXEC, 64));
    }
    for (size_t i = 0; i < copies.size(); ++i) dup2(copies[i], kFirstFd + static_cast<int>(i));
    setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
    setenv("LISTEN_FDS", std::to_string(copies.size()).c_str(), 1);
    setenv("LISTEN_FDNAMES", names.c_str(), 1);
  };
}

void Manager::Collect() {
  for (;;) {
    std::array<char, 512> text = {};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control = {};
    iovec part = {text.data(), text.size() - 1};
    msghdr message = {};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (recvmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) < 0) return;
    UniqueFd fd;
    if (const cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr) {
      int number;
      std::memcpy(&number, CMSG_DATA(header), sizeof number);
      fd = UniqueFd(number);
    }
    std::map<std::string, std::string> said;
    std::istringstream lines(text.data());
    for (std::string line; std::getline(lines, line);) {
      const size_t equals = line.find('=');
      said[line.substr(0, equals)] = line.substr(equals + 1);
    }
    if (said.contains("FDSTOREREMOVE")) kept_.erase(said["FDNAME"]);
    if (said.contains("FDSTORE")) kept_[said["FDNAME"]] = std::move(fd);
  }
}

}  // namespace vireo::block_service
