// SPDX-License-Identifier: Apache-2.0
// Requests and data of writes, setups, and completions of which many are none.
#ifndef VIREO_TESTS_HW_BLK_COSIM_CHANNEL_SEND_H_
#define VIREO_TESTS_HW_BLK_COSIM_CHANNEL_SEND_H_

#include <cstring>
#include <memory>
#include <vector>

#include "hw/blk/channel_send.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  struct State {
    uint64_t lines = 0;   // of the write
    uint64_t placed = 0;  // writes whose end has not been told
    uint64_t asked = 0;   // for, one slot after the other; all but the last were taken
    uint32_t produced = 0;
  };
  const auto state = std::make_shared<State>();
  cosim.options.on_reset = [state] { *state = {}; };
  cosim.options.sources["command_in"] =
      sim::Source<ChannelCommand>([state](sim::Random& random, ChannelCommand& command) {
        command.is_doorbell = random.Percent(90);
        state->produced += static_cast<uint32_t>(random.Below(3));
        if (command.is_doorbell == 0) state->produced = 0;
        command.produced = random.Percent(90) ? state->produced : random.Next();
        command.enable = random.Percent(90);
        command.generation = random.Below(3);
        command.request_base = random.Next() << 12;
        command.completion_base = random.Next() << 12;
        command.data_base = random.Next() << 12;
        command.patience = random.Percent(50) ? 0 : 200;
      });
  cosim.options.sources["ask_in"] = sim::Source<BlkAsk>([state](sim::Random& random, BlkAsk& ask) {
    constexpr BlkOp kOps[] = {BlkOp::kIn, BlkOp::kOut, BlkOp::kFlush};
    ask.op = kOps[random.Below(3)];
    ask.move.slot = state->asked++;
    ask.move.owner.function = random.Next();
    ask.move.card = random.Next();
    ask.move.bytes = random.Next();
  });
  cosim.options.sources["line_in"] = [state](sim::Random& random, std::byte* bytes) {
    if (state->asked <= kBlockCommands) return false;
    BackendWrite write = {};
    write.slot = random.Next();
    write.address = random.Next();
    write.lines = 1 + random.Below(64);
    for (int i = 0; i < 8; ++i) write.data.range(64 * i + 63, 64 * i) = random.Next();
    write.last = random.Percent(40);
    if (write.last == 1) ++state->placed;
    std::memcpy(bytes, &write, sizeof write);
    return true;
  };
  cosim.options.sources["placed_in"] = [state](sim::Random& random, std::byte* bytes) {
    if (state->placed == 0) return false;
    --state->placed;
    BlkDone done = {};
    done.slot = random.Next();
    done.unread = random.Percent(20);
    std::memcpy(bytes, &done, sizeof done);
    return true;
  };
  cosim.options.sources["entry_in"] =
      sim::Source<ChannelEntry>([](sim::Random& random, ChannelEntry& entry) {
        entry.tag = random.Percent(90) ? random.Below(kBlockCommands) : random.Next();
        entry.status = random.Percent(80) ? 0 : 1;
        entry.generation = random.Below(3);
        entry.asked = random.Percent(80) ? static_cast<uint64_t>(entry.generation) : random.Next();
        entry.error = random.Percent(2);
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_BLK_COSIM_CHANNEL_SEND_H_
