// SPDX-License-Identifier: Apache-2.0
#include "sim/demonstration/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <string_view>

namespace vireo::demonstration {
namespace {

constexpr char kLeave = 0x1d;  // Ctrl-]

// Every key goes to the guest, which echoes; undone when this goes out of scope.
class RawTerminal {
 public:
  RawTerminal() {
    tcgetattr(STDIN_FILENO, &before_);
    termios raw = before_;
    cfmakeraw(&raw);
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  }
  ~RawTerminal() { tcsetattr(STDIN_FILENO, TCSANOW, &before_); }
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

 private:
  termios before_ = {};
};

void WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace

void UseTerminal(guest::Machine& machine, const guest::Alarms& alarms) {
  winsize size = {};
  if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) size = {24, 80, 0, 0};
  // The shell is the first process's child: its end is not that of the guest.
  machine.Type(
      fmt::format("stty sane rows {} cols {} <&3; PS1='guest:\\w# ' setsid cttyhack sh <&3; "
                  "sync; poweroff -f",
                  size.ws_row, size.ws_col));
  machine.AllowEnd();
  const RawTerminal raw;
  while (true) {
    const bool is_person =
        alarms.AwaitEither(STDIN_FILENO, machine.console_output(), "the end of the guest's shell");
    std::array<char, 4096> bytes;
    const ssize_t got =
        read(is_person ? STDIN_FILENO : machine.console_output(), bytes.data(), bytes.size());
    if (got <= 0) return;
    const std::string_view text(bytes.data(), static_cast<size_t>(got));
    if (is_person && text.find(kLeave) != std::string_view::npos) return;
    WriteAll(is_person ? machine.console_input() : STDOUT_FILENO, text);
  }
}

}  // namespace vireo::demonstration
