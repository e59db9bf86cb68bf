// SPDX-License-Identifier: Apache-2.0
// Pieces of chains that come one after the other in their slot, and end.
#ifndef VIREO_TESTS_HW_VIRTQUEUE_COSIM_HOP_PLAY_H_
#define VIREO_TESTS_HW_VIRTQUEUE_COSIM_HOP_PLAY_H_

#include <array>
#include <cstring>
#include <memory>

#include "hw/virtqueue/hop_play.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  auto places = std::make_shared<std::array<unsigned, kHopSlots>>();  // segments in each slot
  cosim.options.on_reset = [places] { places->fill(0); };
  cosim.options.sources["piece_in"] = [places](sim::Random& random, std::byte* bytes) {
    HopPiece token = {};
    token.slot = random.Next();
    unsigned& place = (*places)[token.slot.to_uint()];
    token.queue = random.Next();
    token.kind = static_cast<QueueKind>(random.Below(5));
    token.position = random.Next();
    token.head = random.Next();
    if (random.Percent(10)) {
      token.verdict = HopVerdict::kStop;
      token.has_slot = random.Next();
    } else {
      const bool ends = place + 1 == kMaxSegments || random.Percent(place == 0 ? 20 : 5);
      token.verdict = !ends                ? HopVerdict::kMore
                      : random.Percent(20) ? HopVerdict::kBreak
                                           : HopVerdict::kKeep;
      token.begins = place == 0;
      token.is_buffer = 1;
      token.place = place;
      token.address = random.Next();
      token.length = random.Next();
      token.writable = random.Next();
      token.fault = static_cast<QueueFault>(random.Below(11));
      place = ends ? 0 : place + 1;
    }
    std::memcpy(bytes, &token, sizeof token);
    return true;
  };
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_VIRTQUEUE_COSIM_HOP_PLAY_H_
