// SPDX-License-Identifier: Apache-2.0
// Pieces of few keys; those whose turn it is arrive, and their tags are used again.
#ifndef VIREO_TESTS_HW_PCIE_COSIM_READ_LINKS_16_H_
#define VIREO_TESTS_HW_PCIE_COSIM_READ_LINKS_16_H_

#include <array>
#include <cstring>
#include <deque>
#include <memory>

#include "hw/pcie/read_links.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  using Link = PieceLink<16>;
  using Tag = Link::Tag;
  struct State {
    std::deque<Tag> free;
    std::deque<Tag> heads;                      // whose turn it is
    std::array<Tag, 4> tails{};                 // by key
    std::array<std::deque<Tag>, 16> of_unit{};  // its tags
    bool in_unit = false;
    Link last;
  };
  const auto state = std::make_shared<State>();
  cosim.options.on_reset = [state] {
    *state = {};
    for (unsigned tag = 0; tag < 16; ++tag) state->free.push_back(tag * 5);
  };
  cosim.options.sources["link_in"] = [state](sim::Random& random, std::byte* bytes) {
    if (state->free.empty()) return false;
    Link link;
    link.tag = state->free.front();
    state->free.pop_front();
    link.unit = state->in_unit ? state->last.unit : link.tag;
    link.key = state->in_unit ? state->last.key : QueueIndex(random.Below(4));
    link.last_of_unit = random.Percent(60) || state->of_unit[link.unit.to_uint()].size() == 5;
    link.error = random.Percent(10);
    Tag& tail = state->tails[link.key.to_uint()];
    link.tail = tail;
    tail = link.tag;
    state->of_unit[link.unit.to_uint()].push_back(link.tag);
    state->in_unit = link.last_of_unit == 0;
    state->last = link;
    std::memcpy(bytes, &link, sizeof link);
    return true;
  };
  for (const char* port : {"first_out", "next_out"}) {
    cosim.options.observers[port] = [state](const std::byte* bytes) {
      Tag tag;
      std::memcpy(&tag, bytes, sizeof tag);
      state->heads.push_back(tag);
    };
  }
  for (const char* port : {"arrived_in", "turned_in"}) {
    cosim.options.sources[port] = [state](sim::Random& random, std::byte* bytes) {
      if (state->heads.empty()) return false;
      const size_t pick = random.Below(state->heads.size());
      PieceArrival<16> arrival;
      arrival.tag = state->heads[pick];
      arrival.error = random.Percent(10);
      state->heads.erase(state->heads.begin() + static_cast<ptrdiff_t>(pick));
      std::memcpy(bytes, &arrival, sizeof arrival);
      return true;
    };
  }
  cosim.options.observers["ready_out"] = [state](const std::byte* bytes) {
    ReadyUnit<16> ready;
    std::memcpy(&ready, bytes, sizeof ready);
    auto& tags = state->of_unit[ready.unit.to_uint()];
    state->free.insert(state->free.end(), tags.begin(), tags.end());
    tags.clear();
  };
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_PCIE_COSIM_READ_LINKS_16_H_
