// SPDX-License-Identifier: Apache-2.0
#include "sim/guest/machine.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace vireo::guest {
namespace {

using nlohmann::json;
using vfio_user::UniqueFd;

std::string PathOf(const MachineOptions& options, const std::string& what) {
  return options.folder + "/" + options.name + "-" + what;
}
std::string MonitorPath(const MachineOptions& options) { return PathOf(options, "monitor"); }

UniqueFd ListenForMonitor(const MachineOptions& options) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const std::string path = MonitorPath(options);
  unlink(path.c_str());
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(fd.get(), 1) != 0) {
    throw Failure("listen on " + path + ": " + std::strerror(errno));
  }
  return fd;
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
      fmt::format("memory-backend-memfd,id=ram,size={}M,share=on", options.memory_mib),
      "-m",
      fmt::format("{}M", options.memory_mib),
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

Machine::Machine(const MachineOptions& options, Alarms& alarms)
    : options_(options),
      alarms_(alarms),
      listening_(ListenForMonitor(options)),
      qemu_(CommandLine(options), options.has_logs ? PathOf(options, "qemu.log") : "") {
  if (options.has_logs) log_.open(PathOf(options, "console.log"));
  alarms_.Add(qemu_.ended(),
              [this] { return "QEMU of the " + options_.name + " " + qemu_.HowItEnded(); });
  AwaitReadable(listening_.get(), "it had started");
  monitor_ = UniqueFd(accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  ReadMonitor("its greeting");
  Monitor("qmp_capabilities");
}

Machine::~Machine() { AllowEnd(); }

int Machine::Join() {
  AllowEnd();
  alarms_.Await(qemu_.ended(), "the end of QEMU");
  return qemu_.Join();
}

void Machine::Kill() {
  AllowEnd();
  qemu_.Kill();
}

void Machine::Fail(const std::string& why) const { throw Failure(why, console_); }

void Machine::AwaitReadable(int fd, const std::string& reason) const {
  try {
    alarms_.Await(fd, reason);
  } catch (const Failure& failure) {
    Fail(failure.why());
  }
}

void Machine::ReadConsole(const std::string& reason) {
  AwaitReadable(qemu_.output(), reason);
  std::array<char, 4096> bytes;
  const ssize_t got = read(qemu_.output(), bytes.data(), bytes.size());
  if (got <= 0)
    Fail("QEMU of the " + options_.name + " " + qemu_.HowItEnded() + " before " + reason);
  std::string text(bytes.data(), static_cast<size_t>(got));
  std::erase(text, '\r');
  if (log_.is_open()) log_ << text << std::flush;
  console_ += text;
}

void Machine::Await(const std::string& text) { Await(text, "'" + text + "'"); }

void Machine::Await(const std::string& text, const std::string& reason) {
  size_t at;
  while ((at = console_.find(text, seen_)) == std::string::npos) ReadConsole(reason);
  seen_ = at + text.size();
}

void Machine::AwaitBoot() { Await("guest ready\n", "the " + options_.name + " had booted"); }

void Machine::Type(const std::string& command) {
  const std::string line = command + "\n";
  if (write(qemu_.input(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    Fail("QEMU does not listen to '" + command + "'");
  }
}

CommandResult Machine::Run(const std::string& command) {
  // The shell is given the mark in two words, so that an echo of the command is not its end.
  const std::string number = std::to_string(++commands_);
  Type(command + "; echo \"[end of\" \"" + number + ": $?]\"");
  const size_t begin = seen_;
  const std::string mark = "[end of " + number + ": ";
  const std::string reason = "the end of '" + command + "' in the " + options_.name;
  Await(mark, reason);
  CommandResult result = {0, console_.substr(begin, seen_ - mark.size() - begin)};
  const size_t status = seen_;
  Await("]\n", reason);
  result.status = std::atoi(console_.c_str() + status);
  return result;
}

std::string Machine::RunWell(const std::string& command) {
  CommandResult result = Run(command);
  if (result.status != 0) {
    Fail(fmt::format("'{}' in the {} has ended with {}: {}", command, options_.name, result.status,
                     result.output));
  }
  return std::move(result.output);
}

json Machine::ReadMonitor(const std::string& reason) {
  size_t end;
  while ((end = unparsed_.find('\n')) == std::string::npos) {
    std::array<char, 4096> bytes;
    AwaitReadable(monitor_.get(), reason);
    const ssize_t got = read(monitor_.get(), bytes.data(), bytes.size());
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

}  // namespace vireo::guest
