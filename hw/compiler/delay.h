// SPDX-License-Identifier: Apache-2.0
// A proxy for the delay of operations on UltraScale+, speed grade -2, to cut processes into stages.
//
// Assumptions, none calibrated against Vivado: a LUT6 with the route before it takes about 0.45 ns
// (0.05 to 0.15 ns of logic as in the CLB figures of AMD's data sheets DS922 and DS923, the rest
// routing at moderate fill); a carry bit costs next to nothing, a CARRY8 0.05 ns (UG574); RAM
// figures are of the order of those data sheets' clock-to-out tables. Wiring costs nothing. Small
// functions are packed into LUTs greedily: a gate joins the LUT after it as long as six inputs do.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "hw/compiler/ir.h"

namespace vireo::compiler {

using Picoseconds = int32_t;

namespace delay {
inline constexpr Picoseconds kClockToQ = 80;
inline constexpr Picoseconds kSetup = 50;
inline constexpr Picoseconds kUncertainty = 350;  // jitter, skew, and what a proxy does not know
inline constexpr Picoseconds kLut = 450;          // with the route to its inputs
inline constexpr Picoseconds kRoute = 300;        // to a pin that has no LUT before it
inline constexpr Picoseconds kCarryIn = 120;      // from the LUT into the carry and out of it
inline constexpr Picoseconds kCarry8 = 50;
inline constexpr Picoseconds kDspMultiply = 2400;  // an unregistered DSP48E2, up to 26 x 17 bits
inline constexpr Picoseconds kDspCascade = 900;    // each further one
inline constexpr uint32_t kLutInputs = 6;

// Beyond kSetup, at the end of a path.
inline constexpr Picoseconds kClockEnable = kRoute;              // CE of a flip-flop
inline constexpr Picoseconds kLutramWrite = kRoute + 150;        // WE, address and data of LUTRAM
inline constexpr Picoseconds kBlockPort = kRoute + 250;          // pins of block RAM and URAM
inline constexpr Picoseconds kStreamPort = kLut + kClockEnable;  // the FIFO behind a stream
}  // namespace delay

// When a value is there within its stage, and how it could be packed with what follows.
struct Timing {
  struct Input {
    const Node* node;
    uint32_t bits;
    Picoseconds arrival;
  };
  Picoseconds arrival = 0;
  const Node* from = nullptr;  // the operand that comes last; null where a stage's path begins
  // The inputs of the one LUT that makes each bit of this value; empty: not the output of a LUT.
  std::vector<Input> lut;
};

// Delay added on a net that drives `loads` LUTs.
Picoseconds FanoutDelay(uint32_t loads);

// Clock to data of a memory with `read_latency` of at least 1.
Picoseconds MemoryClockToOut(const Memory& memory);

// Setup of a memory's pins, beyond kSetup.
Picoseconds MemorySetup(const Memory& memory);

// How a synchronous read is built where the source does not say.
StorageStyle ResolvedStyle(const Memory& memory);

// The arrival of `node` after its operands, whose timing `of` gives. `memories` are the process'.
Timing Arrive(const Node& node, const std::vector<Memory>& memories,
              const std::function<const Timing&(const Node&)>& of);

// The arrival of an AND of `terms`.
Timing ArriveAnd(const std::vector<const Node*>& terms,
                 const std::function<const Timing&(const Node&)>& of);

// Operations that are wires or a LUT's free inverter: never worth a pipeline register.
bool IsWiring(Op op);

}  // namespace vireo::compiler
