// SPDX-License-Identifier: Apache-2.0
// What ends every wait before its time: a process that was to live and has ended, a signal.
#pragma once

#include <functional>
#include <map>
#include <stdexcept>
#include <string>

namespace vireo::guest {

// Something that was awaited has not come.
class Failure : public std::runtime_error {
 public:
  // `transcript`: what was seen before, such as a guest's console.
  explicit Failure(const std::string& why, const std::string& transcript = "")
      : std::runtime_error(transcript.empty() ? why : why + "; before that:\n" + transcript),
        why_(why) {}
  const std::string& why() const { return why_; }

 private:
  std::string why_;
};

class Alarms {
 public:
  // How long nothing may be heard: a boot takes 5 s on an idle machine, and this may be a busy one.
  static constexpr int kSilenceMs = 120000;

  // Once `fd` is readable waits throw Failure with what `explain` says.
  void Add(int fd, std::function<std::string()> explain) { alarms_[fd] = std::move(explain); }
  void Remove(int fd) { alarms_.erase(fd); }

  // Waits until `fd` is readable or at its end; throws Failure on an alarm, or on too long a
  // silence "before `reason`".
  void Await(int fd, const std::string& reason) const;
  // Waits, however long, until one of two is: true if it is the first.
  bool AwaitEither(int first, int second, const std::string& reason) const;

 private:
  bool Poll(int first, int second, int silence_ms, const std::string& reason) const;

  std::map<int, std::function<std::string()>> alarms_;
};

}  // namespace vireo::guest
