// SPDX-License-Identifier: Apache-2.0
// Pieces that lie in one block.
#ifndef VIREO_TESTS_HW_PCIE_COSIM_READ_LINES_16_H_
#define VIREO_TESTS_HW_PCIE_COSIM_READ_LINES_16_H_

#include "hw/pcie/read_lines.h"
#include "sim/harness/cosim_main.h"

namespace vireo::testing {

inline void ConfigureCosim(sim::Cosim& cosim) {
  using Piece = PieceDelivery<ap_uint<32>, 16>;
  cosim.options.sources["piece_in"] = sim::Source<Piece>([](sim::Random& random, Piece& piece) {
    piece.tag = random.Next();
    piece.function = random.Next();
    piece.offset = random.Next();
    piece.bytes = random.Percent(10) ? 0 : 1 + random.Below(512 - piece.offset.to_uint());
    piece.last_of_request = random.Next();
    piece.last_of_unit = random.Next();
    piece.error = random.Next();
    piece.context = random.Next();
  });
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_PCIE_COSIM_READ_LINES_16_H_
