// SPDX-License-Identifier: Apache-2.0
// Segments of all places in turn, and cursors in those that have been written.
#ifndef VIREO_TESTS_HW_BLK_COSIM_BLK_STORE_H_
#define VIREO_TESTS_HW_BLK_COSIM_BLK_STORE_H_

#include <cstring>
#include <deque>
#include <memory>

#include "hw/blk/store.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  struct State {
    uint64_t next = 0;             // place to be written
    std::deque<uint64_t> written;  // the latest of them
  };
  const auto state = std::make_shared<State>();
  cosim.options.on_reset = [state] { *state = {}; };
  cosim.options.sources["entry_in"] =
      sim::Source<BlkEntry>([state](sim::Random& random, BlkEntry& entry) {
        const uint64_t place = state->next++ % (kBlockCommands * kMaxSegments);
        entry.has_buffer = 1;
        entry.has_read = random.Percent(70);
        entry.slot = place / kMaxSegments;
        entry.place = place % kMaxSegments;
        entry.buffer.address = random.Next();
        entry.buffer.length = random.Next();
        entry.read.address = place;
      });
  cosim.options.observers["read_out"] = [state](const std::byte* bytes) {
    ReadRequest<BlkContext> read;
    std::memcpy(&read, bytes, sizeof read);
    state->written.push_back(static_cast<uint64_t>(read.address));
    if (state->written.size() > 100) state->written.pop_front();
  };
  for (const char* port : {"start_in", "next_in"}) {
    cosim.options.sources[port] = [state](sim::Random& random, std::byte* bytes) {
      if (state->written.empty()) return false;
      const uint64_t place = state->written[random.Below(state->written.size())];
      BlkCursor cursor = {};
      cursor.slot = place / kMaxSegments;
      cursor.place = place % kMaxSegments;
      cursor.left = random.Next();
      cursor.address = random.Next();
      std::memcpy(bytes, &cursor, sizeof cursor);
      return true;
    };
  }
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_BLK_COSIM_BLK_STORE_H_
