// SPDX-License-Identifier: Apache-2.0
// Tokens that name their input: which input is served depends on when tokens arrive, each input's
// order does not.
#ifndef VIREO_TESTS_HW_PRIMITIVES_COSIM_WEIGHTED_ARBITER_4_H_
#define VIREO_TESTS_HW_PRIMITIVES_COSIM_WEIGHTED_ARBITER_4_H_

#include <cstring>
#include <string>

#include "hw/primitives/arbiter/weighted_arbiter.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  for (uint64_t input = 0; input < 4; ++input) {
    cosim.options.sources["in_" + std::to_string(input)] = [input](sim::Random& random,
                                                                   std::byte* bytes) {
      const uint64_t token = (random.Next() & ~uint64_t{3}) | input;
      std::memcpy(bytes, &token, sizeof token);
      return true;
    };
  }
  // A weight of 0 closes an input; whether a token still passes then depends on the clock.
  using Weight = WeightedArbiter<ap_uint<64>, 4>::Weight;
  cosim.options.sources["weights"] = sim::Source<Weight>([](sim::Random& random, Weight& update) {
    update.input = random.Below(4);
    update.weight = 1 + random.Below(random.Percent(50) ? 4 : 1023);
  });
  cosim.options.order_keys["out"] = [](const std::byte* bytes) {
    return std::to_integer<uint64_t>(bytes[0] & std::byte{3});
  };
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_PRIMITIVES_COSIM_WEIGHTED_ARBITER_4_H_
