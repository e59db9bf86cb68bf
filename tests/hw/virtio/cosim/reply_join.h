// SPDX-License-Identifier: Apache-2.0
// Reads of all that may answer.
#ifndef VIREO_TESTS_HW_VIRTIO_COSIM_REPLY_JOIN_H_
#define VIREO_TESTS_HW_VIRTIO_COSIM_REPLY_JOIN_H_

#include "hw/virtio/access_router.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["order_in"] =
      sim::Source<ReplyOrder>([](sim::Random& random, ReplyOrder& order) {
        order.from = static_cast<ReplyFrom>(random.Below(5));
        order.to_window = random.Percent(30);
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_VIRTIO_COSIM_REPLY_JOIN_H_
