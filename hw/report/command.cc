// SPDX-License-Identifier: Apache-2.0
// Runs programs by posix_spawn, and reads and writes whole files.

#include "hw/report/command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace vireo::report {

namespace {

constexpr size_t kTail = 1000;  // bytes of a log that an error shows

std::string TailOf(const std::filesystem::path& log) {
  std::string text = ReadFile(log).value_or("");
  while (!text.empty() && text.back() == '\n') text.pop_back();
  if (text.size() > kTail) text = "..." + text.substr(text.size() - kTail);
  return text;
}

}  // namespace

Result<std::string> ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file) {
    return tl::unexpected(fmt::format("read {}: {}", path.string(), std::strerror(errno)));
  }
  return text.str();
}

Result<void> WriteFile(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) {
    return tl::unexpected(fmt::format("write {}: {}", path.string(), std::strerror(errno)));
  }
  return {};
}

Result<void> RunCommand(const std::vector<std::string>& argv, const std::filesystem::path& out,
                        const std::filesystem::path& log) {
  constexpr int kCreate = O_WRONLY | O_CREAT | O_TRUNC;
  std::vector<char*> arguments;
  arguments.reserve(argv.size() + 1);
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), kCreate, 0644);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(), kCreate, 0644);
  pid_t pid = 0;
  const int failure =
      posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) {
    return tl::unexpected(fmt::format("start {}: {}", argv[0], std::strerror(failure)));
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) {
    return tl::unexpected(fmt::format("{} was ended by signal {} (log: {}):\n{}", argv[0],
                                      WTERMSIG(status), log.string(), TailOf(log)));
  }
  if (WEXITSTATUS(status) != 0) {
    return tl::unexpected(fmt::format("{} failed with exit code {} (log: {}):\n{}", argv[0],
                                      WEXITSTATUS(status), log.string(), TailOf(log)));
  }
  return {};
}

}  // namespace vireo::report
