// SPDX-License-Identifier: Apache-2.0
#include "sim/demonstration/sandbox.h"

#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "sim/guest/network.h"
#include "sim/vfio_user/unique_fd.h"

namespace vireo::demonstration {
namespace {

namespace fs = std::filesystem;

constexpr int kInterrupted = 130;  // of the work's process, as a shell's

std::string MakeFolder() {
  std::string folder = fs::temp_directory_path() / "vireo-demo-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) {
    throw guest::Failure(fmt::format("make {}: {}", folder, std::strerror(errno)));
  }
  return folder;
}

void Remove(const std::string& folder) {
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

int Work(const std::string& folder, const sigset_t& signals,
         const std::function<int(const Sandbox&)>& work) {
  const vfio_user::UniqueFd asked(signalfd(-1, &signals, SFD_CLOEXEC));
  guest::Alarms alarms;
  alarms.Add(asked.get(), []() -> std::string { throw Interrupted(); });
  try {
    return work({folder, alarms});
  } catch (const Interrupted&) {
    return kInterrupted;
  }
}

// The logs, out of a folder that goes.
void Keep(const std::string& folder, const std::string& kept) {
  try {
    fs::create_directories(kept);
    for (const auto& old : fs::directory_iterator(kept)) {
      if (old.path().extension() == ".log") fs::remove(old);
    }
    std::string names;
    for (const auto& file : fs::directory_iterator(folder)) {
      if (file.path().extension() != ".log") continue;
      fs::copy_file(file, kept / file.path().filename());
      names += " " + file.path().filename().string();
    }
    if (!names.empty()) fmt::print(stderr, "logs in {}:{}\n", kept, names);
  } catch (const fs::filesystem_error& error) {
    fmt::print(stderr, "the logs are not kept: {}\n", error.what());
  }
}

}  // namespace

int RunInSandbox(const std::string& kept, const std::function<int(const Sandbox&)>& work) {
  sigset_t signals, with_child;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  with_child = signals;
  sigaddset(&with_child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &with_child, nullptr);
  guest::EnterNamespaces(CLONE_NEWNET | CLONE_NEWPID);
  const std::string folder = MakeFolder();

  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) {
    Remove(folder);
    throw guest::Failure(fmt::format("fork: {}", std::strerror(errno)));
  }
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    const int status = Work(folder, signals, work);
    Remove(status == 0 || status == kInterrupted ? folder : "");
    std::fflush(nullptr);
    _exit(status);
  }

  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    const int signal = sigwaitinfo(&with_child, nullptr);
    if (signal > 0 && signal != SIGCHLD) kill(child, signal);
  }
  const bool is_killed = WIFSIGNALED(status);
  const int code = is_killed ? 1 : WEXITSTATUS(status);
  if (is_killed) {
    fmt::print(stderr, "the demo's process was ended by signal {}\n", WTERMSIG(status));
  }
  if (code == kInterrupted) fmt::print(stderr, "interrupted; nothing is left behind\n");
  if (code != 0 && code != kInterrupted) Keep(folder, kept);
  Remove(folder);
  return code == 0 ? 0 : 1;
}

}  // namespace vireo::demonstration
