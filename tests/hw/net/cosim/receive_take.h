// SPDX-License-Identifier: Apache-2.0
// Chains and frames of a few queues, which come and go.
#ifndef VIREO_TESTS_HW_NET_COSIM_RECEIVE_TAKE_H_
#define VIREO_TESTS_HW_NET_COSIM_RECEIVE_TAKE_H_

#include <array>
#include <cstring>
#include <memory>

#include "hw/net/receive_take.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/net/cosim/draw.h"

namespace vireo::testing {

// A queue is used only once it was set up, and an answer is for what was tried.
inline void ConfigureCosim(sim::Cosim& cosim) {
  struct State {
    std::array<bool, 4> is_posted{}, is_live{};
    unsigned tries = 0;  // for which an answer is due
  };
  const auto state = std::make_shared<State>();
  cosim.options.on_reset = [state] { *state = {}; };
  cosim.options.sources["post_in"] =
      sim::Source<ReceivePost>([state](sim::Random& random, ReceivePost& post) {
        post.kind = ReceivePostKind::kChain;
        post.owner = DrawOwner(random);
        if (random.Percent(5)) post.kind = ReceivePostKind::kFault;
        if (random.Percent(5)) post.kind = ReceivePostKind::kStop;
        bool& is_posted = state->is_posted[post.owner.queue.to_uint()];
        if (!is_posted || random.Percent(5)) post.kind = ReceivePostKind::kSetup;
        is_posted = true;
        post.chain = DrawChain(random);
      });
  cosim.options.observers["live_out"] = [state](const std::byte* bytes) {
    ReceiveLive live;
    std::memcpy(&live, bytes, sizeof live);
    state->is_live[live.owner.queue.to_uint()] = true;
  };
  cosim.options.observers["taken_out"] = [state](const std::byte* bytes) {
    ReceiveTaken taken;
    std::memcpy(&taken, bytes, sizeof taken);
    if (taken.kind == ReceiveTakeKind::kFirst) state->tries = 1;
    if (taken.kind == ReceiveTakeKind::kMore && state->tries != 0) ++state->tries;
  };
  cosim.options.sources["answer_in"] = [state](sim::Random& random, std::byte* bytes) {
    if (state->tries == 0 || !random.Percent(20)) return false;
    const ReceiveTries answer = random.Below(state->tries + 1);
    state->tries = 0;
    std::memcpy(bytes, &answer, sizeof answer);
    return true;
  };
  cosim.options.sources["frame_in"] = [state](sim::Random& random, std::byte* bytes) {
    const SteeredFrame frame = DrawFrame(random);
    if (!state->is_live[frame.queue.to_uint()]) return false;
    std::memcpy(bytes, &frame, sizeof frame);
    return true;
  };
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_NET_COSIM_RECEIVE_TAKE_H_
