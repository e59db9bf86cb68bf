// SPDX-License-Identifier: Apache-2.0
// Requests near the end of their disk, some of them wrong.
#ifndef VIREO_TESTS_HW_BLK_COSIM_BLK_CHECK_H_
#define VIREO_TESTS_HW_BLK_COSIM_BLK_CHECK_H_

#include "hw/blk/check.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["header_in"] =
      sim::Source<BlkHeader>([](sim::Random& random, BlkHeader& header) {
        constexpr uint32_t kTypes[] = {spec::VIRTIO_BLK_T_IN, spec::VIRTIO_BLK_T_OUT,
                                       spec::VIRTIO_BLK_T_FLUSH, spec::VIRTIO_BLK_T_GET_ID, 99};
        header.context.kind = random.Percent(80) ? BlkRead::kHeader : BlkRead::kStop;
        header.context.slot = random.Next();
        header.context.owner.function = random.Next();
        header.context.readable = random.Percent(40) ? 0 : 512 * random.Below(10);
        header.context.writable = random.Percent(40) ? 0 : 512 * random.Below(10);
        if (random.Percent(10)) header.context.writable = 20;
        header.bytes.range(31, 0) = kTypes[random.Below(5)];
        header.bytes.range(127, 64) = kInitialSectors - random.Below(20);
        if (random.Percent(10)) header.bytes.range(127, 64) = random.Next();
        header.error = random.Percent(5);
      });
  cosim.options.sources["config_in"] =
      sim::Source<BlkConfig>([](sim::Random& random, BlkConfig& config) {
        config.function = random.Next();
        config.backend = random.Percent(90) ? BlkBackend::kCardMemory : BlkBackend::kChannel;
        config.read_only = random.Percent(20);
        config.sectors = kInitialSectors - random.Below(30);
        config.base = random.Next();
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_BLK_COSIM_BLK_CHECK_H_
