// SPDX-License-Identifier: Apache-2.0
// Units are ready after their pieces have gone out, and before their tags are used again.
#ifndef VIREO_TESTS_HW_PCIE_COSIM_READ_TABLE_16_H_
#define VIREO_TESTS_HW_PCIE_COSIM_READ_TABLE_16_H_

#include <cstring>
#include <deque>
#include <memory>

#include "hw/pcie/read_table.h"
#include "sim/harness/cosim_main.h"
#include "tests/hw/pcie/cosim/requests.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  using Piece = ReadPiece<ap_uint<32>, 16>;
  using Tag = Piece::Tag;
  struct State {
    std::deque<Tag> free;
    std::deque<Tag> ready;  // units
    bool in_unit = false;
    Tag unit, before;
    unsigned pieces = 0;
  };
  const auto state = std::make_shared<State>();
  cosim.options.on_reset = [state] {
    *state = {};
    for (unsigned tag = 0; tag < 16; ++tag) state->free.push_back(tag * 5);
  };
  cosim.options.sources["piece_in"] = [state](sim::Random& random, std::byte* bytes) {
    if (state->free.empty()) return false;
    const auto request = RandomRequest(random);
    Piece piece;
    piece.tag = state->free.front();
    state->free.pop_front();
    piece.unit = state->in_unit ? state->unit : piece.tag;
    piece.before = state->before;
    piece.key = request.key;
    piece.function = request.function;
    piece.address = request.address;
    piece.bytes = random.Percent(20) ? 0 : 1 + random.Below(512 - piece.address.to_uint64() % 512);
    piece.last_of_request = random.Percent(50);
    ++state->pieces;
    piece.last_of_unit = random.Percent(50) || state->pieces == 8;
    piece.error = random.Percent(10);
    piece.context = request.context;
    state->unit = piece.unit;
    state->before = piece.tag;
    state->in_unit = piece.last_of_unit == 0;
    if (!state->in_unit) state->pieces = 0;
    std::memcpy(bytes, &piece, sizeof piece);
    return true;
  };
  cosim.options.observers["link_out"] = [state](const std::byte* bytes) {
    PieceLink<16> link;
    std::memcpy(&link, bytes, sizeof link);
    if (link.last_of_unit == 1) state->ready.push_back(link.unit);
  };
  cosim.options.sources["ready_in"] = [state](sim::Random& random, std::byte* bytes) {
    if (state->ready.empty()) return false;
    const size_t pick = random.Below(state->ready.size());
    ReadyUnit<16> ready;
    ready.unit = state->ready[pick];
    ready.error = random.Percent(20);
    state->ready.erase(state->ready.begin() + static_cast<ptrdiff_t>(pick));
    std::memcpy(bytes, &ready, sizeof ready);
    return true;
  };
  cosim.options.observers["delivery_out"] = [state](const std::byte* bytes) {
    PieceDelivery<ap_uint<32>, 16> delivery;
    std::memcpy(&delivery, bytes, sizeof delivery);
    state->free.push_back(delivery.tag);
  };
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_PCIE_COSIM_READ_TABLE_16_H_
