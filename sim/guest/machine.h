// SPDX-License-Identifier: Apache-2.0
// A guest in stock QEMU under TCG, driven through its serial line and QEMU's monitor.
#pragma once

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/guest/process.h"
#include "sim/vfio_user/unique_fd.h"

namespace vireo::guest {

struct MachineOptions {
  std::string kernel;
  std::string initramfs;
  std::string folder;                            // of the monitor's socket and the sysfs entries
  std::map<std::string, std::string> functions;  // by name: a vfio-user server's socket
  int cpus = 2;
  int memory_mib = 256;  // of which the initramfs is in use twice at boot
  std::string machine = "q35";
  std::string append;                  // to the kernel's command line
  std::vector<std::string> arguments;  // for QEMU; {NAME} stands for vfio-pci,sysfsdev=...
  std::string name = "guest";          // in messages, and of the files in `folder`
  bool has_logs = false;               // FOLDER/NAME-console.log, FOLDER/NAME-qemu.log
};

// Waiting ends when what is awaited is there, or with Failure and the transcript.
class Machine {
 public:
  // QEMU's end is one of `alarms`, which must outlive the machine.
  Machine(const MachineOptions& options, Alarms& alarms);
  ~Machine();

  // Waits for the guest's shell, after the start or a reset.
  void AwaitBoot();
  // Waits for a text on the console that came after the last that was awaited.
  void Await(const std::string& text);

  // Gives a command to the guest's shell.
  void Type(const std::string& command);
  // Runs a command in the guest.
  CommandResult Run(const std::string& command);
  // The output of a command that must succeed.
  std::string RunWell(const std::string& command);

  // A QMP command and its answer.
  nlohmann::json Monitor(const std::string& command, const nlohmann::json& arguments = {});
  void AwaitEvent(const std::string& event);

  // As for arguments: {NAME} is replaced.
  std::string Expand(std::string text) const;

  // Waits for QEMU to end: its exit status.
  int Join();
  void Kill();
  const std::string& transcript() const { return console_; }

  // The console's two directions, for somebody else to use.
  int console_input() const { return qemu_.input(); }
  int console_output() const { return qemu_.output(); }
  // QEMU may end from now on.
  void AllowEnd() { alarms_.Remove(qemu_.ended()); }

 private:
  static std::vector<std::string> CommandLine(const MachineOptions& options);
  static std::string ExpandWith(const MachineOptions& options, std::string text);
  void AwaitReadable(int fd, const std::string& reason) const;
  void ReadConsole(const std::string& reason);
  nlohmann::json ReadMonitor(const std::string& reason);
  void Await(const std::string& text, const std::string& reason);
  [[noreturn]] void Fail(const std::string& why) const;

  MachineOptions options_;
  Alarms& alarms_;
  vfio_user::UniqueFd listening_;  // for the monitor; there before QEMU starts and connects to it
  Process qemu_;
  vfio_user::UniqueFd monitor_;
  std::ofstream log_;
  std::string console_;   // all that was said
  size_t seen_ = 0;       // of it, by Await
  std::string unparsed_;  // of the monitor
  std::vector<std::string> events_;
  int commands_ = 0;
};

}  // namespace vireo::guest
