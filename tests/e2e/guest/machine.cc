// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/guest/machine.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>

namespace vireo::e2e {
namespace {

using nlohmann::json;
using vfio_user::UniqueFd;

// How long nothing may be heard: a boot takes 5 s on an idle machine, and this may be a busy one.
constexpr int kSilenceMs = 120000;

std::string MonitorPath(const MachineOptions& options) { return options.folder + "/monitor"; }

UniqueFd ListenForMonitor(const MachineOptions& options) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const std::string path = MonitorPath(options);
  unlink(path.c_str());
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(fd.get(), 1) != 0) {
    throw std::runtime_error("listen on " + path);
  }
  return fd;
}

bool AwaitReadable(int fd) {
  pollfd wait = {fd, POLLIN, 0};
  return poll(&wait, 1, kSilenceMs) == 1;
}

}  // namespace

std::string Machine::ExpandWith(const MachineOptions& options, std::string text) {
  for (const auto& [name, socket] : options.functions) {
    const std::string mark = "{" + name + "}";
    const size_t at = text.find(mark);
    if (at == std::string::npos) continue;
    text.replace(at, mark.size(), "vfio-pci,sysfsdev=" + options.folder + "/" + name);
  }
  return text;
}

std::string Machine::Expand(std::string text) const {
  return ExpandWith(options_, std::move(text));
}

std::vector<std::string> Machine::CommandLine(const MachineOptions& options) {
  std::vector<std::string> line = {"host-driver/vfio-shim/run-qemu", options.folder};
  for (const auto& [name, socket] : options.functions) line.push_back(name + "=" + socket);
  const std::vector<std::string> qemu = {
      "--",
      "qemu-system-x86_64",
      "-accel",
      "tcg,thread=multi",
      "-machine",
      options.machine + ",memory-backend=ram",
      "-object",
      "memory-backend-memfd,id=ram,size=256M,share=on",
      "-m",
      "256M",
      "-cpu",
      "max",
      "-smp",
      std::to_string(options.cpus),
      "-nodefaults",
      "-display",
      "none",
      "-serial",
      "stdio",
      "-qmp",
      "unix:" + MonitorPath(options),
      "-kernel",
      options.kernel,
      "-initrd",
      options.initramfs,
      "-append",
      "console=ttyS0 quiet panic=-1 vireo_console=driven " + options.append};
  line.insert(line.end(), qemu.begin(), qemu.end());
  for (const std::string& argument : options.arguments) {
    line.push_back(ExpandWith(options, argument));
  }
  return line;
}

Machine::Machine(const MachineOptions& options)
    : options_(options), listening_(ListenForMonitor(options)), qemu_(CommandLine(options)) {
  // Either the monitor connects, or QEMU says why not and ends.
  std::array<pollfd, 2> wait = {{{listening_.get(), POLLIN, 0}, {qemu_.output(), 0, 0}}};
  if (poll(wait.data(), wait.size(), kSilenceMs) <= 0 || wait[0].revents == 0) {
    Fail("QEMU has not started");
  }
  monitor_ = UniqueFd(accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  ReadMonitor("its greeting");
  Monitor("qmp_capabilities");
}

void Machine::Fail(const std::string& why) const {
  throw std::runtime_error(why + "; the console said:\n" + console_);
}

void Machine::ReadConsole(const std::string& reason) {
  std::array<char, 4096> bytes;
  const ssize_t got =
      AwaitReadable(qemu_.output()) ? read(qemu_.output(), bytes.data(), bytes.size()) : -1;
  if (got == 0) Fail("QEMU has ended before " + reason);
  if (got < 0) Fail("the guest is silent before " + reason);
  for (ssize_t i = 0; i < got; ++i) {
    if (bytes[static_cast<size_t>(i)] != '\r') console_ += bytes[static_cast<size_t>(i)];
  }
}

void Machine::Await(const std::string& text) {
  size_t at;
  while ((at = console_.find(text, seen_)) == std::string::npos) ReadConsole("'" + text + "'");
  seen_ = at + text.size();
}

void Machine::AwaitBoot() { Await("guest ready\n"); }

void Machine::Type(const std::string& command) {
  const std::string line = command + "\n";
  if (write(qemu_.input(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    Fail("QEMU does not listen to '" + command + "'");
  }
}

Machine::Result Machine::Run(const std::string& command) {
  // The shell is given the mark in two words, so that an echo of the command is not its end.
  const std::string number = std::to_string(++commands_);
  Type(command + "; echo \"[end of\" \"" + number + ": $?]\"");
  const size_t begin = seen_;
  const std::string mark = "[end of " + number + ": ";
  Await(mark);
  Result result = {0, console_.substr(begin, seen_ - mark.size() - begin)};
  const size_t status = seen_;
  Await("]\n");
  result.status = std::atoi(console_.c_str() + status);
  return result;
}

std::string Machine::RunWell(const std::string& command) {
  Result result = Run(command);
  if (result.status != 0) {
    Fail("'" + command + "' in the guest ended with " + std::to_string(result.status));
  }
  return std::move(result.output);
}

json Machine::ReadMonitor(const std::string& reason) {
  size_t end;
  while ((end = unparsed_.find('\n')) == std::string::npos) {
    std::array<char, 4096> bytes;
    const ssize_t got =
        AwaitReadable(monitor_.get()) ? read(monitor_.get(), bytes.data(), bytes.size()) : -1;
    if (got <= 0) Fail("QEMU's monitor is silent before " + reason);
    unparsed_.append(bytes.data(), static_cast<size_t>(got));
  }
  json message = json::parse(unparsed_.substr(0, end));
  unparsed_.erase(0, end + 1);
  if (message.contains("event")) events_.push_back(message["event"]);
  return message;
}

json Machine::Monitor(const std::string& command, const json& arguments) {
  json message = {{"execute", command}};
  if (!arguments.is_null()) message["arguments"] = arguments;
  const std::string line = message.dump() + "\n";
  if (write(monitor_.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    Fail("QEMU's monitor does not listen to " + line);
  }
  while (true) {
    json answer = ReadMonitor("the answer to " + command);
    if (answer.contains("error")) Fail(command + ": " + answer["error"].dump());
    if (answer.contains("return")) return answer["return"];
  }
}

void Machine::AwaitEvent(const std::string& event) {
  std::vector<std::string>::iterator found;
  while ((found = std::ranges::find(events_, event)) == events_.end()) ReadMonitor(event);
  events_.erase(found);
}

}  // namespace vireo::e2e
