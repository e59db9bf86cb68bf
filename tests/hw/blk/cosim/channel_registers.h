// SPDX-License-Identifier: Apache-2.0
// Accesses to registers of the channel, most of them to its indices.
#ifndef VIREO_TESTS_HW_BLK_COSIM_CHANNEL_REGISTERS_H_
#define VIREO_TESTS_HW_BLK_COSIM_CHANNEL_REGISTERS_H_

#include <cstring>
#include <memory>
#include <vector>

#include "hw/blk/channel_registers.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  cosim.options.sources["access_in"] =
      sim::Source<RegisterAccess>([](sim::Random& random, RegisterAccess& access) {
        namespace reg = spec::backend_channel;
        constexpr uint32_t kOften[] = {reg::kCompletionProduced.offset, reg::kInterruptAt.offset,
                                       reg::kRequestProduced.offset, reg::kControl.offset};
        access.function = kManagementFunction;
        access.dword = random.Percent(60) ? kOften[random.Below(4)] / 4 : random.Below(32);
        access.write = random.Percent(50);
        access.byte_enables = random.Percent(80) ? 15 : random.Next();
        access.data = random.Percent(70) ? random.Below(20) : random.Next();
      });
  cosim.options.sources["ack_in"] = sim::Source<WriteAck>(
      [](sim::Random& random, WriteAck& ack) { ack.cookie = random.Below(8); });
  cosim.options.sources["change_in"] =
      sim::Source<ChannelChange>([](sim::Random& random, ChannelChange& change) {
        change = static_cast<ChannelChange>(random.Below(4));
      });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_BLK_COSIM_CHANNEL_REGISTERS_H_
