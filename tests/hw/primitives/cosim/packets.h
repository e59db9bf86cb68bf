// SPDX-License-Identifier: Apache-2.0
// Packed packets for a beat stream: full beats, the last one of 0 to all bytes.
#ifndef VIREO_TESTS_HW_PRIMITIVES_COSIM_PACKETS_H_
#define VIREO_TESTS_HW_PRIMITIVES_COSIM_PACKETS_H_

#include <string>

#include "hw/primitives/beat/beat.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

// Every fourth last beat has holes: what no packet has, and what the process still defines.
enum class LastBeats { kPacked, kWithHoles };

template <int kBytes>
void SendPackets(sim::Cosim& cosim, const std::string& port,
                 LastBeats last_beats = LastBeats::kPacked) {
  cosim.options.sources[port] =
      sim::Source<BeatOf<kBytes>>([last_beats](sim::Random& random, BeatOf<kBytes>& beat) {
        for (int low = 0; low < 8 * kBytes; low += 64)
          beat.data.range(low + 63, low) = random.Percent(10) ? 0 : random.Next();
        beat.last = random.Percent(40);
        const int bytes = beat.last == 1 ? static_cast<int>(random.Below(kBytes + 1)) : kBytes;
        beat.keep = 0;
        for (int i = 0; i < bytes; ++i) beat.keep[i] = 1;
        if (last_beats == LastBeats::kPacked || beat.last == 0 || !random.Percent(25)) return;
        const auto density = static_cast<unsigned>(random.Below(101));
        for (int i = 0; i < kBytes; ++i) beat.keep[i] = random.Percent(density) ? 1 : 0;
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_PRIMITIVES_COSIM_PACKETS_H_
