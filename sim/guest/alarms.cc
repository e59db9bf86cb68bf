// SPDX-License-Identifier: Apache-2.0
#include "sim/guest/alarms.h"

#include <poll.h>

#include <vector>

namespace vireo::guest {

void Alarms::Await(int fd, const std::string& reason) const { Poll(fd, -1, kSilenceMs, reason); }

bool Alarms::AwaitEither(int first, int second, const std::string& reason) const {
  return Poll(first, second, -1, reason);
}

bool Alarms::Poll(int first, int second, int silence_ms, const std::string& reason) const {
  std::vector<pollfd> wait = {{first, POLLIN, 0}, {second, POLLIN, 0}};
  for (const auto& [alarm, explain] : alarms_) wait.push_back({alarm, POLLIN, 0});
  const int count = poll(wait.data(), wait.size(), silence_ms);
  size_t at = 2;
  for (const auto& [alarm, explain] : alarms_) {
    if (wait[at++].revents != 0) throw Failure(explain() + " before " + reason);
  }
  if (count <= 0) throw Failure("nothing was heard for two minutes before " + reason);
  return wait[0].revents != 0;
}

}  // namespace vireo::guest
