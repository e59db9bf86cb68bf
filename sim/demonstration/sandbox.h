// SPDX-License-Identifier: Apache-2.0
// Work with a network, processes and a folder of its own, of which nothing is left afterwards.
#pragma once

#include <functional>
#include <string>

#include "sim/guest/alarms.h"

namespace vireo::demonstration {

// A signal has asked for the end.
struct Interrupted {};

struct Sandbox {
  std::string folder;     // logs, which end in .log, are kept if the work fails
  guest::Alarms& alarms;  // a signal ends every wait by throwing Interrupted
};

// Runs `work` in a child process, the first in new network and process namespaces: whatever ends it
// ends all processes that it has started. It is asked to end when this process dies, too.
// `work` returns an exit status, and so does this: 1 if it was ended otherwise. Then what it has
// logged is in `kept`. Throws guest::Failure if there can be no sandbox.
int RunInSandbox(const std::string& kept, const std::function<int(const Sandbox&)>& work);

}  // namespace vireo::demonstration
