// SPDX-License-Identifier: Apache-2.0
// Packed frames that fit into the store.
#ifndef VIREO_TESTS_HW_NET_COSIM_TRANSMIT_STORE_256_H_
#define VIREO_TESTS_HW_NET_COSIM_TRANSMIT_STORE_256_H_

#include "hw/net/transmit_store.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/primitives/cosim/packets.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) { SendPackets<64>(cosim, "beat_in"); }

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_NET_COSIM_TRANSMIT_STORE_256_H_
