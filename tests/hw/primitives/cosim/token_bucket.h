// SPDX-License-Identifier: Apache-2.0
// Rates that get any request out of debt within a few hundred clocks: with a rate of 0, whether a
// request still passes depends on the clock in which the configuration arrives. Bursts of any size:
// small ones are reached in a few clocks.
#ifndef VIREO_TESTS_HW_PRIMITIVES_COSIM_TOKEN_BUCKET_H_
#define VIREO_TESTS_HW_PRIMITIVES_COSIM_TOKEN_BUCKET_H_

#include "hw/primitives/token_bucket/token_bucket.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["configs"] =
      sim::Source<TokenBucketConfig>([](sim::Random& random, TokenBucketConfig& config) {
        config.is_limited = random.Percent(80) ? 1 : 0;
        config.rate = (1U << 27) | random.Below(1U << 27);
        config.burst = random.Below(1U << random.Below(21));
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_PRIMITIVES_COSIM_TOKEN_BUCKET_H_
