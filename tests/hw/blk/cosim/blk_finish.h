// SPDX-License-Identifier: Apache-2.0
// Commands in slots of their own, whose moves end in any order.
#ifndef VIREO_TESTS_HW_BLK_COSIM_BLK_FINISH_H_
#define VIREO_TESTS_HW_BLK_COSIM_BLK_FINISH_H_

#include <cstring>
#include <memory>
#include <vector>

#include "hw/blk/finish.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  enum class Use { kFree, kTaken, kNoted, kEnds };
  using Uses = std::vector<Use>;
  const auto uses = std::make_shared<Uses>(kBlockCommands);
  cosim.options.on_reset = [uses] { *uses = Uses(kBlockCommands); };
  const auto any = [uses](sim::Random& random, Use use) {
    const auto start = random.Below(kBlockCommands);
    for (unsigned i = 0; i < kBlockCommands; ++i) {
      const unsigned slot = (start + i) % kBlockCommands;
      if ((*uses)[slot] == use) return static_cast<int>(slot);
    }
    return -1;
  };
  cosim.options.sources["command_in"] = [uses, any](sim::Random& random, std::byte* bytes) {
    const int slot = any(random, Use::kFree);
    if (slot < 0) return false;
    (*uses)[static_cast<size_t>(slot)] = Use::kTaken;
    BlkCommand command = {};
    command.slot = slot;
    command.owner.queue = random.Next();
    command.head = random.Next();
    command.op = static_cast<BlkOp>(random.Below(7));
    command.reason = static_cast<spec::Reason>(random.Below(spec::kReasons));
    command.status = random.Below(3);
    command.status_address = random.Next();
    command.bytes = random.Next();
    std::memcpy(bytes, &command, sizeof command);
    return true;
  };
  cosim.options.observers["command_out"] = [uses](const std::byte* bytes) {
    BlkCommand command;
    std::memcpy(&command, bytes, sizeof command);
    (*uses)[command.slot.to_uint()] = Use::kNoted;
  };
  cosim.options.sources["done_in"] = [uses, any](sim::Random& random, std::byte* bytes) {
    const int slot = any(random, Use::kNoted);
    if (slot < 0) return false;
    BlkDone done = {};
    done.slot = slot;
    done.unread = random.Percent(10);
    done.failed = random.Percent(10);
    done.last = random.Percent(40);
    if (done.last == 1) (*uses)[static_cast<size_t>(slot)] = Use::kEnds;
    std::memcpy(bytes, &done, sizeof done);
    return true;
  };
  cosim.options.observers["status_out"] = [uses](const std::byte* bytes) {
    BlkStatus status;
    std::memcpy(&status, bytes, sizeof status);
    (*uses)[status.slot.to_uint()] = Use::kFree;
  };
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_BLK_COSIM_BLK_FINISH_H_
