// SPDX-License-Identifier: Apache-2.0
// Requests in slots of their own, whose answers come in any order; a read goes on when its data has
// come.
#ifndef VIREO_TESTS_HW_BLK_COSIM_CHANNEL_NOTES_H_
#define VIREO_TESTS_HW_BLK_COSIM_CHANNEL_NOTES_H_

#include <cstring>
#include <memory>
#include <vector>

#include "hw/blk/channel_notes.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  enum class Use { kFree, kAsked, kFetching };
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
  cosim.options.sources["ask_in"] = [any](sim::Random& random, std::byte* bytes) {
    constexpr BlkOp kOps[] = {BlkOp::kIn, BlkOp::kOut, BlkOp::kFlush};
    const int slot = any(random, Use::kFree);
    if (slot < 0) return false;
    BlkAsk ask = {};
    ask.op = kOps[random.Below(3)];
    ask.move.slot = slot;
    ask.move.last = random.Percent(50);
    ask.move.guest = random.Next();
    ask.move.card = random.Next();
    ask.move.bytes = 1 + random.Below(4096 - static_cast<uint64_t>(ask.move.card) % 4096);
    ask.next.slot = slot;
    ask.next.left = random.Next();
    std::memcpy(bytes, &ask, sizeof ask);
    return true;
  };
  cosim.options.observers["ask_out"] = [uses](const std::byte* bytes) {
    BlkAsk ask;
    std::memcpy(&ask, bytes, sizeof ask);
    (*uses)[ask.move.slot.to_uint()] = Use::kAsked;
  };
  cosim.options.sources["answer_in"] = [uses, any](sim::Random& random, std::byte* bytes) {
    const int slot = any(random, Use::kAsked);
    if (slot < 0) return false;
    (*uses)[static_cast<size_t>(slot)] = Use::kFree;
    ChannelAnswer answer = {};
    answer.slot = slot;
    answer.outcome = static_cast<ChannelOutcome>(random.Below(3));
    answer.data = random.Next() << kLogSlotBytes;
    std::memcpy(bytes, &answer, sizeof answer);
    return true;
  };
  cosim.options.observers["fetch_out"] = [uses](const std::byte* bytes) {
    ChannelFetch fetch;
    std::memcpy(&fetch, bytes, sizeof fetch);
    if (fetch.resumes == 1) (*uses)[fetch.slot.to_uint()] = Use::kFetching;
  };
  cosim.options.sources["fetched_in"] = [uses, any](sim::Random& random, std::byte* bytes) {
    const int slot = any(random, Use::kFetching);
    if (slot < 0) return false;
    (*uses)[static_cast<size_t>(slot)] = Use::kFree;
    const BlkSlot fetched = slot;
    std::memcpy(bytes, &fetched, sizeof fetched);
    return true;
  };
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_BLK_COSIM_CHANNEL_NOTES_H_
