// SPDX-License-Identifier: Apache-2.0
// Accesses to all blocks of the management function, and answers to those that ask for one.
#ifndef VIREO_TESTS_HW_MANAGEMENT_COSIM_MANAGEMENT_REGISTERS_H_
#define VIREO_TESTS_HW_MANAGEMENT_COSIM_MANAGEMENT_REGISTERS_H_

#include <cstring>
#include <memory>

#include "hw/management/management_registers.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  namespace bar = spec::management_bar;
  struct State {
    int counters = 0, channel = 0;  // reads that wait
    uint64_t dword = 0;
  };
  const auto state = std::make_shared<State>();
  cosim.options.on_reset = [state] { *state = {}; };
  cosim.options.sources["access_in"] =
      sim::Source<RegisterAccess>([state](sim::Random& random, RegisterAccess& access) {
        constexpr uint32_t kFirst[] = {0, bar::kIdentity.records, bar::kBackendChannels.records,
                                       bar::kFunctions.records, bar::kFunctionCounters.records};
        const uint32_t function = static_cast<uint32_t>(random.Below(kFunctions));
        const uint64_t block = random.Below(6);
        uint64_t dword = random.Next();
        if (block < 3) dword = kFirst[block] / 4 + random.Below(32);
        if (block == 3) dword = bar::kFunctions.At(function) / 4 + random.Below(64);
        if (block == 4) dword = bar::kFunctionCounters.At(function) / 4 + random.Below(64);
        if (random.Percent(40)) dword = state->dword ^ 1;
        state->dword = dword;
        access.function = kManagementFunction;
        access.dword = dword;
        access.write = random.Percent(50);
        access.byte_enables = random.Percent(70) ? 15 : random.Next();
        access.data = random.Percent(30) ? random.Below(4) : random.Next();
      });
  cosim.options.observers["traffic_read_out"] = [state](const std::byte*) { ++state->counters; };
  cosim.options.observers["channel_access_out"] = [state](const std::byte* bytes) {
    RegisterAccess access;
    std::memcpy(&access, bytes, sizeof access);
    state->channel += access.write == 0;
  };
  cosim.options.sources["traffic_in"] = [state](sim::Random& random, std::byte* bytes) {
    if (state->counters == 0) return false;
    --state->counters;
    TrafficPolicy::State value;
    value.count = random.Next();
    value.bytes = random.Next();
    std::memcpy(bytes, &value, sizeof value);
    return true;
  };
  cosim.options.sources["channel_reply_in"] = [state](sim::Random& random, std::byte* bytes) {
    if (state->channel == 0) return false;
    --state->channel;
    const RegisterReply reply = random.Next();
    std::memcpy(bytes, &reply, sizeof reply);
    return true;
  };
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_MANAGEMENT_COSIM_MANAGEMENT_REGISTERS_H_
