// SPDX-License-Identifier: Apache-2.0
// A child process with pipes to it; killed when it goes out of scope.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "sim/vfio_user/unique_fd.h"

namespace vireo::e2e {

class Process {
 public:
  // Its stderr is that of the parent.
  explicit Process(const std::vector<std::string>& command);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  int input() const { return input_.get(); }
  int output() const { return output_.get(); }
  void Kill();
  // Waits until it ends by itself: its exit status, or -1 if a signal ended it.
  int Join();

 private:
  pid_t pid_ = -1;
  vfio_user::UniqueFd input_;
  vfio_user::UniqueFd output_;
};

}  // namespace vireo::e2e
