// SPDX-License-Identifier: Apache-2.0
// Each tag arrives once and has its turn once before it is used again.
#ifndef VIREO_TESTS_HW_PCIE_COSIM_READ_TURN_16_H_
#define VIREO_TESTS_HW_PCIE_COSIM_READ_TURN_16_H_

#include <cstring>
#include <memory>
#include <vector>

#include "hw/pcie/read_turn.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  using Tag = ap_uint<4>;
  struct State {
    std::vector<Tag> arriving, turning;
  };
  const auto state = std::make_shared<State>();
  const auto start = [state](Tag tag) {
    state->arriving.push_back(tag);
    state->turning.push_back(tag);
  };
  const auto take = [](std::vector<Tag>& tags, sim::Random& random) {
    const size_t pick = random.Below(tags.size());
    const Tag tag = tags[pick];
    tags.erase(tags.begin() + static_cast<ptrdiff_t>(pick));
    return tag;
  };
  cosim.options.on_reset = [state, start] {
    *state = {};
    for (unsigned tag = 0; tag < 16; ++tag) start(tag);
  };
  for (const char* port : {"read_in", "empty_in"}) {
    cosim.options.sources[port] = [state, take](sim::Random& random, std::byte* bytes) {
      if (state->arriving.empty()) return false;
      PieceArrival<16> arrival;
      arrival.tag = take(state->arriving, random);
      arrival.error = random.Percent(30);
      std::memcpy(bytes, &arrival, sizeof arrival);
      return true;
    };
  }
  for (const char* port : {"first_in", "next_in"}) {
    cosim.options.sources[port] = [state, take](sim::Random& random, std::byte* bytes) {
      if (state->turning.empty()) return false;
      const Tag tag = take(state->turning, random);
      std::memcpy(bytes, &tag, sizeof tag);
      return true;
    };
  }
  for (const char* port : {"arrived_out", "turned_out"}) {
    cosim.options.observers[port] = [start](const std::byte* bytes) {
      PieceArrival<16> arrival;
      std::memcpy(&arrival, bytes, sizeof arrival);
      start(arrival.tag);
    };
  }
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_PCIE_COSIM_READ_TURN_16_H_
