// SPDX-License-Identifier: Apache-2.0
// Reads of entries that were written: what others hold is nobody's.
#ifndef VIREO_TESTS_HW_VIRTIO_COSIM_QUEUE_CONFIG_H_
#define VIREO_TESTS_HW_VIRTIO_COSIM_QUEUE_CONFIG_H_

#include <memory>
#include <vector>

#include "hw/virtio/common_config.h"
#include "hw/virtio/table_server.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  using Access = TableAccess<QueueConfig, kQueues>;
  const auto written = std::make_shared<std::vector<unsigned>>();
  cosim.options.on_reset = [written] { written->clear(); };
  cosim.options.sources["access_in"] =
      sim::Source<Access>([written](sim::Random& random, Access& access) {
        access.write = written->empty() || random.Percent(50);
        access.index = random.Next();
        access.entry.size = random.Next();
        access.entry.msix_vector = random.Next();
        access.entry.desc = random.Next();
        access.entry.driver = random.Next();
        access.entry.device = random.Next();
        if (access.write == 1) {
          written->push_back(access.index.to_uint());
        } else {
          access.index = (*written)[random.Below(written->size())];
        }
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_VIRTIO_COSIM_QUEUE_CONFIG_H_
