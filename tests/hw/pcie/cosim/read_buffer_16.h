// SPDX-License-Identifier: Apache-2.0
// A tag's block is written as a whole, by completions of any cut, before it is delivered.
#ifndef VIREO_TESTS_HW_PCIE_COSIM_READ_BUFFER_16_H_
#define VIREO_TESTS_HW_PCIE_COSIM_READ_BUFFER_16_H_

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <memory>

#include "hw/pcie/read_buffer.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  using Delivery = LineDelivery<ap_uint<32>, 16>;
  struct State {
    std::array<unsigned, 16> written{};  // DWords of a tag's block
    std::deque<unsigned> filling;        // tags
    std::deque<unsigned> filled;
  };
  const auto state = std::make_shared<State>();
  cosim.options.on_reset = [state] {
    *state = {};
    for (unsigned tag = 0; tag < 16; ++tag) state->filling.push_back(tag);
  };
  cosim.options.sources["completion_in"] = [state](sim::Random& random, std::byte* bytes) {
    if (state->filling.empty()) return false;
    const size_t pick = random.Below(std::min<size_t>(3, state->filling.size()));
    const unsigned tag = state->filling[pick];
    unsigned& written = state->written[tag];
    const unsigned dwords =
        random.Percent(60) ? std::min(16u, 128 - written)
                           : static_cast<unsigned>(1 + random.Below(std::min(16u, 128 - written)));
    CompletionLine line;
    line.tag = tag | 16;
    line.line = written / 16;
    line.start = written % 16;
    line.lanes = 0;
    for (unsigned i = written; i < written + dwords; ++i) line.lanes[static_cast<int>(i % 16)] = 1;
    for (int low = 0; low < 512; low += 64) line.data.range(low + 63, low) = random.Next();
    written += dwords;
    line.last = written == 128;
    line.error = random.Percent(3);
    if (written == 128) {
      written = 0;
      state->filling.erase(state->filling.begin() + static_cast<ptrdiff_t>(pick));
    }
    std::memcpy(bytes, &line, sizeof line);
    return true;
  };
  cosim.options.observers["arrival_out"] = [state](const std::byte* bytes) {
    PieceArrival<16> arrival;
    std::memcpy(&arrival, bytes, sizeof arrival);
    state->filled.push_back(arrival.tag.to_uint());
  };
  cosim.options.sources["delivery_in"] = [state](sim::Random& random, std::byte* bytes) {
    if (state->filled.empty()) return false;
    Delivery delivery;
    delivery.tag = state->filled.front();
    delivery.function = random.Next();
    delivery.line = random.Next();
    delivery.offset = random.Percent(50) ? 0 : random.Next();
    delivery.bytes = random.Below(65 - delivery.offset.to_uint());
    delivery.last_of_piece = random.Percent(30);
    delivery.last_of_request = random.Next();
    delivery.last_of_unit = random.Next();
    delivery.error = random.Percent(10);
    delivery.context = random.Next();
    if (delivery.last_of_piece == 1) state->filled.pop_front();
    std::memcpy(bytes, &delivery, sizeof delivery);
    return true;
  };
  cosim.options.observers["freed_out"] = [state](const std::byte* bytes) {
    FreedTag<16> freed;
    std::memcpy(&freed, bytes, sizeof freed);
    state->filling.push_back(freed.tag.to_uint());
  };
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_PCIE_COSIM_READ_BUFFER_16_H_
