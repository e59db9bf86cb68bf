// SPDX-License-Identifier: Apache-2.0
// Results of counting, and of reads, which change nothing.
#ifndef VIREO_TESTS_HW_VIRTIO_COSIM_REASON_REPLY_H_
#define VIREO_TESTS_HW_VIRTIO_COSIM_REASON_REPLY_H_

#include "hw/virtio/reason_counters.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  using Result = ReasonPolicy::Result;
  cosim.options.sources["result_in"] = sim::Source<Result>([](sim::Random& random, Result& result) {
    result.key = random.Next();
    result.before = random.Next();
    result.after = result.before + (random.Percent(50) ? 1 : 0);
  });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_VIRTIO_COSIM_REASON_REPLY_H_
