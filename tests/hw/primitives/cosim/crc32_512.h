// SPDX-License-Identifier: Apache-2.0
// All beats of a packet but its last are full.
#ifndef VIREO_TESTS_HW_PRIMITIVES_COSIM_CRC32_512_H_
#define VIREO_TESTS_HW_PRIMITIVES_COSIM_CRC32_512_H_

#include "tests/hw/primitives/cosim/packets.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  SendPackets<64>(cosim, "in", LastBeats::kWithHoles);
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_PRIMITIVES_COSIM_CRC32_512_H_
