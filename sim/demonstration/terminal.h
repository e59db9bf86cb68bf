// SPDX-License-Identifier: Apache-2.0
// Lets a person's terminal be that of a guest's shell.
#pragma once

#include "sim/guest/alarms.h"
#include "sim/guest/machine.h"

namespace vireo::demonstration {

// Until the guest has been powered off, or the person presses Ctrl-].
void UseTerminal(guest::Machine& machine, const guest::Alarms& alarms);

}  // namespace vireo::demonstration
