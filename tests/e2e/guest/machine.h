// SPDX-License-Identifier: Apache-2.0
// A guest in stock QEMU under TCG, driven through its serial line and QEMU's monitor.
#pragma once

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sim/vfio_user/unique_fd.h"
#include "tests/e2e/guest/process.h"

namespace vireo::e2e {

struct MachineOptions {
  std::string kernel;
  std::string initramfs;
  std::string folder;                            // of the monitor's socket and the sysfs entries
  std::map<std::string, std::string> functions;  // by name: a vfio-user server's socket
  int cpus = 2;
  std::string machine = "q35";
  std::string append;                  // to the kernel's command line
  std::vector<std::string> arguments;  // for QEMU; {NAME} stands for vfio-pci,sysfsdev=...
};

// Waiting ends when what is awaited is there, or with std::runtime_error and the transcript.
class Machine {
 public:
  explicit Machine(const MachineOptions& options);

  // Waits for the guest's shell, after the start or a reset.
  void AwaitBoot();
  // Waits for a text on the console that came after the last that was awaited.
  void Await(const std::string& text);

  // Gives a command to the guest's shell.
  void Type(const std::string& command);
  // Runs a command in the guest.
  struct Result {
    int status;
    std::string output;
  };
  Result Run(const std::string& command);
  // The output of a command that must succeed.
  std::string RunWell(const std::string& command);

  // A QMP command and its answer.
  nlohmann::json Monitor(const std::string& command, const nlohmann::json& arguments = {});
  void AwaitEvent(const std::string& event);

  // As for arguments: {NAME} is replaced.
  std::string Expand(std::string text) const;

  // Waits for QEMU to end: its exit status.
  int Join() { return qemu_.Join(); }
  void Kill() { qemu_.Kill(); }
  const std::string& transcript() const { return console_; }

 private:
  static std::vector<std::string> CommandLine(const MachineOptions& options);
  static std::string ExpandWith(const MachineOptions& options, std::string text);
  void ReadConsole(const std::string& reason);
  nlohmann::json ReadMonitor(const std::string& reason);
  [[noreturn]] void Fail(const std::string& why) const;

  MachineOptions options_;
  vfio_user::UniqueFd listening_;  // for the monitor; there before QEMU starts and connects to it
  Process qemu_;
  vfio_user::UniqueFd monitor_;
  std::string console_;   // all that was said
  size_t seen_ = 0;       // of it, by Await
  std::string unparsed_;  // of the monitor
  std::vector<std::string> events_;
  int commands_ = 0;
};

}  // namespace vireo::e2e
