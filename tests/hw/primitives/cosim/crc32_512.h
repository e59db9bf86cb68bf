// SPDX-License-Identifier: Apache-2.0
// The process takes packets whose beats are packed.
#ifndef VIREO_TESTS_HW_PRIMITIVES_COSIM_CRC32_512_H_
#define VIREO_TESTS_HW_PRIMITIVES_COSIM_CRC32_512_H_

#include "tests/hw/primitives/cosim/packets.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) { SendPackets<64>(cosim, "in"); }

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_PRIMITIVES_COSIM_CRC32_512_H_
