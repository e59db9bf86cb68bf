// SPDX-License-Identifier: Apache-2.0
// A child process with pipes to it; killed when it goes out of scope or its parent dies.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "sim/guest/alarms.h"
#include "sim/vfio_user/unique_fd.h"

namespace vireo::guest {

class Process {
 public:
  // Its stderr goes to the end of the file `log`, or else where the parent's goes. It is in a group
  // of its own: what a terminal's keys do to the parent does not reach it.
  explicit Process(const std::vector<std::string>& command, const std::string& log = "");
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  int input() const { return input_.get(); }
  int output() const { return output_.get(); }
  // Readable once the process has ended.
  int ended() const { return ended_.get(); }
  // How it has ended: "has ended with exit status 1", "was ended by signal 9 (Killed)".
  std::string HowItEnded() const;

  void Signal(int signal) const;
  // With what it has started, as far as that is still in its group.
  void Kill();
  // Waits until it ends by itself: its exit status, or -1 if a signal ended it.
  int Join();

 private:
  pid_t pid_ = -1;
  vfio_user::UniqueFd input_;
  vfio_user::UniqueFd output_;
  vfio_user::UniqueFd ended_;
};

struct CommandResult {
  int status;
  std::string output;  // with stderr
};
// Runs a command of the shell on this host to its end.
CommandResult RunHere(const std::string& command, const Alarms& alarms);
// The output of one that must succeed; otherwise throws Failure.
std::string RunHereWell(const std::string& command, const Alarms& alarms);

}  // namespace vireo::guest
