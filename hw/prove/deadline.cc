// SPDX-License-Identifier: Apache-2.0
// Limits in processor time: a busy machine changes no verdict.
#include "hw/prove/deadline.h"

#include <chrono>
#include <ctime>

#include "hw/prove/terms.h"

namespace vireo::prove {

double ProcessorTime() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

Deadline::~Deadline() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  wake_.notify_one();
  watch_.join();
}

void Deadline::Watch() {
  std::unique_lock lock(mutex_);
  // An interrupt between two steps of z3 is lost, so it is repeated.
  while (!wake_.wait_for(lock, std::chrono::milliseconds(20), [this] { return done_; })) {
    if (ProcessorTime() > end_) Z3().interrupt();
  }
}

}  // namespace vireo::prove
