// SPDX-License-Identifier: Apache-2.0
// Spawns sh and asks the kernel what it used.
#include "tests/hw/compiler/random/shell.h"

#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <array>

namespace vireo::testing {
namespace {

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

}  // namespace

Ended Shell(const std::string& command) {
  std::string sh = "sh", option = "-c", text = command;
  const std::array<char*, 4> arguments = {sh.data(), option.data(), text.data(), nullptr};
  pid_t child = 0;
  if (posix_spawn(&child, "/bin/sh", nullptr, nullptr, arguments.data(), environ) != 0)
    return {127, 0};
  int status = 0;
  rusage used{};
  wait4(child, &status, 0, &used);
  return {WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status),
          Seconds(used.ru_utime) + Seconds(used.ru_stime)};
}

}  // namespace vireo::testing
