// SPDX-License-Identifier: Apache-2.0
// Tokens between two shapes: the native object's bytes and the packed bits on the wires, by tables
// of leaves.
#ifndef VIREO_SIM_HARNESS_PAYLOAD_H_
#define VIREO_SIM_HARNESS_PAYLOAD_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/harness/dut.h"
#include "sim/harness/random.h"

namespace vireo::sim {

// A packed token: ceil(bits / 32) words, little-endian, zero above its width.
using Token = std::vector<uint32_t>;

inline size_t WordsOf(uint32_t bits) { return (bits + 31) / 32; }

// Reads every leaf out of the object `bytes` into `token`.
void Pack(const StreamPort& port, const std::byte* bytes, Token& token);

// Writes every leaf into the object `bytes`; what lies between the leaves is left as it is.
void Unpack(const StreamPort& port, const Token& token, std::byte* bytes);

// Fills a token leaf by leaf: half of the values uniform, the others corners (zero, ones, one bit,
// small, the most negative) or what the leaf held in `token` before, so that keys and indices meet
// again.
void Randomize(const StreamPort& port, Random& random, Token& token);

// "0x1234", most significant word first.
std::string ToHex(const Token& token, uint32_t bit_offset, uint32_t bit_width);

// One line for each leaf that differs, or the whole tokens where no leaf does.
std::string DescribeDifference(const StreamPort& port, const Token& expected, const Token& got);

}  // namespace vireo::sim

#endif  // VIREO_SIM_HARNESS_PAYLOAD_H_
