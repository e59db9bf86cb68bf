// SPDX-License-Identifier: Apache-2.0
// Packed packets for a beat stream: full beats, the last one of 0 to all bytes.
#ifndef VIREO_TESTS_HW_PRIMITIVES_COSIM_PACKETS_H_
#define VIREO_TESTS_HW_PRIMITIVES_COSIM_PACKETS_H_

#include <string>

#include "hw/primitives/beat/beat.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

template <int kBytes>
void SendPackets(sim::Cosim& cosim, const std::string& port) {
  cosim.options.sources[port] =
      sim::Source<BeatOf<kBytes>>([](sim::Random& random, BeatOf<kBytes>& beat) {
        for (int low = 0; low < 8 * kBytes; low += 64)
          beat.data.range(low + 63, low) = random.Percent(10) ? 0 : random.Next();
        beat.last = random.Percent(40);
        const int bytes = beat.last == 1 ? static_cast<int>(random.Below(kBytes + 1)) : kBytes;
        beat.keep = 0;
        for (int i = 0; i < bytes; ++i) beat.keep[i] = 1;
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_PRIMITIVES_COSIM_PACKETS_H_
