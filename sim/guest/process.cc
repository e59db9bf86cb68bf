// SPDX-License-Identifier: Apache-2.0
#include "sim/guest/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace vireo::guest {
namespace {

using vfio_user::UniqueFd;

constexpr int kCannotStart = 127;  // the exit status, as a shell's

// In the child. Nothing here allocates: other threads may have held locks at the fork.
[[noreturn]] void Become(char** arguments, int input, int output, int log, pid_t parent) {
  signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(kCannotStart);
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  if (log >= 0) dup2(log, STDERR_FILENO);
  execvp(arguments[0], arguments);
  const char* why = std::strerror(errno);
  for (const char* text :
       {"cannot start ", const_cast<const char*>(arguments[0]), ": ", why, "\n"}) {
    if (write(STDERR_FILENO, text, std::strlen(text)) < 0) break;
  }
  _exit(kCannotStart);
}

}  // namespace

Process::Process(const std::vector<std::string>& command, const std::string& log) {
  signal(SIGPIPE, SIG_IGN);  // a write to a process that has gone fails, no more
  std::array<int, 2> in, out;
  if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0) {
    throw Failure(fmt::format("make a pipe: {}", std::strerror(errno)));
  }
  const UniqueFd their_input(in[0]);
  const UniqueFd their_output(out[1]);
  input_ = UniqueFd(in[1]);
  output_ = UniqueFd(out[0]);
  UniqueFd log_file;
  if (!log.empty()) {
    log_file = UniqueFd(open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (!log_file) throw Failure(fmt::format("open {}: {}", log, std::strerror(errno)));
  }
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) throw Failure(fmt::format("start {}: {}", command[0], std::strerror(errno)));
  if (pid_ == 0) {
    Become(arguments.data(), their_input.get(), their_output.get(), log_file.get(), parent);
  }
  setpgid(pid_, pid_);  // whoever comes first
  ended_ = UniqueFd(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
}

Process::~Process() { Kill(); }

std::string Process::HowItEnded() const {
  siginfo_t info = {};
  if (pid_ < 0 || waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) != 0) {
    return "has ended";
  }
  if (info.si_code == CLD_EXITED) {
    return fmt::format("has ended with exit status {}", info.si_status);
  }
  return fmt::format("was ended by signal {} ({})", info.si_status, strsignal(info.si_status));
}

void Process::Signal(int signal) const {
  if (pid_ >= 0) kill(pid_, signal);
}

void Process::Kill() {
  if (pid_ < 0) return;
  kill(-pid_, SIGKILL);
  Join();
}

int Process::Join() {
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

CommandResult RunHere(const std::string& command, const Alarms& alarms) {
  Process shell({"/bin/sh", "-c", "exec 2>&1; " + command});
  CommandResult result = {};
  while (true) {
    alarms.Await(shell.output(), "the end of '" + command + "'");
    std::array<char, 4096> bytes;
    const ssize_t got = read(shell.output(), bytes.data(), bytes.size());
    if (got <= 0) break;
    result.output.append(bytes.data(), static_cast<size_t>(got));
  }
  result.status = shell.Join();
  return result;
}

std::string RunHereWell(const std::string& command, const Alarms& alarms) {
  CommandResult result = RunHere(command, alarms);
  if (result.status == 0) return std::move(result.output);
  throw Failure(fmt::format("'{}' has ended with {}: {}", command, result.status, result.output));
}

}  // namespace vireo::guest
