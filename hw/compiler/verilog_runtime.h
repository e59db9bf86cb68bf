// SPDX-License-Identifier: Apache-2.0
// The modules that emitted networks instantiate: FIFOs with registered outputs.
#pragma once

#include <cstdint>
#include <string>

namespace vireo::compiler {

enum class FifoBody : uint8_t { kDistributed, kBlock };

// From which size on a FIFO's body is block RAM.
FifoBody FifoBodyFor(uint32_t width, uint32_t depth);

// "<prefix>_fifo", "<prefix>_fifo_block" and "<prefix>_fifo_credit": module names carry the top's
// name so that several emitted files can stand in one design.
std::string FifoModule(const std::string& prefix);
std::string FifoBlockModule(const std::string& prefix);
std::string FifoCreditModule(const std::string& prefix);

// First word falls through: out_valid with out_data, both registered, taken by out_ready.
// in_ready is a register: room for a word. A word comes out one clock after it went in.
std::string EmitFifo(const std::string& prefix);

// The same over block RAM; a word comes out three clocks after it went in.
std::string EmitFifoBlock(const std::string& prefix);

// Counts room for producers that decide early and push late: `room` (a register) allows a
// `reserve`, which is later used by a push or given back by `cancel`; a word that leaves (`take`)
// gives its room back too.
std::string EmitFifoCredit(const std::string& prefix);

}  // namespace vireo::compiler
