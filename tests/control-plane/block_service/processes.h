// SPDX-License-Identifier: Apache-2.0
// Programs of a test: vireo-sim, and vireo-blockd under a service manager that keeps descriptors
// for it as systemd does.
#ifndef VIREO_TESTS_CONTROL_PLANE_BLOCK_SERVICE_PROCESSES_H_
#define VIREO_TESTS_CONTROL_PLANE_BLOCK_SERVICE_PROCESSES_H_

#include <sys/types.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim/vfio_user/unique_fd.h"

namespace vireo::block_service {

// A child process, killed with the test.
class Program {
 public:
  // Runs until it has written "ready" to stdout, or throws. `in_child` runs before the program.
  Program(const std::vector<std::string>& command, const std::function<void()>& in_child);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Gives how it ended: an exit code, or 128 and the signal.
  int End(int signal);

 private:
  pid_t pid_;
};

class Manager {
 public:
  explicit Manager(std::string path);

  // For Program: gives the child what is kept, if it is to be kept.
  std::function<void()> ForChild();
  // Takes what the service has sent until now.
  void Collect();
  void Forget() { kept_.clear(); }
  size_t kept() const { return kept_.size(); }
  int fd(const std::string& name) const { return kept_.at(name).get(); }

 private:
  const std::string path_;
  vfio_user::UniqueFd socket_;
  std::map<std::string, vfio_user::UniqueFd> kept_;
};

}  // namespace vireo::block_service

#endif  // VIREO_TESTS_CONTROL_PLANE_BLOCK_SERVICE_PROCESSES_H_
