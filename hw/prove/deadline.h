// SPDX-License-Identifier: Apache-2.0
// Limits in processor time: a busy machine changes no verdict.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

namespace vireo::prove {

// Used by the process so far, in seconds.
double ProcessorTime();

// Interrupts z3 once the process has used so many seconds from now on.
class Deadline {
 public:
  explicit Deadline(double seconds)
      : end_(ProcessorTime() + seconds), watch_([this] { Watch(); }) {}
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  void Watch();

  double end_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool done_ = false;
  std::thread watch_;
};

}  // namespace vireo::prove
