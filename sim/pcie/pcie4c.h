// SPDX-License-Identifier: Apache-2.0
// Packets as they stand on the four 512-bit streams of the PCIE4C block: a descriptor, the payload
// right behind it, and what TUSER says of a beat. Positions are those of hw/pcie/pcie4c_fields.h.
#ifndef VIREO_SIM_PCIE_PCIE4C_H_
#define VIREO_SIM_PCIE_PCIE4C_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "hw/pcie/pcie4c_fields.h"
#include "sim/pcie/tlp.h"

namespace vireo::sim::pcie {

// A beat in words of 32 bits, low bits first. `keep` has a bit for each DWord.
struct Beat {
  std::array<uint32_t, pcie4c::kBeatDwords> data = {};
  std::array<uint32_t, 6> user = {};
  uint16_t keep = 0;
  bool last = false;
  bool operator==(const Beat&) const = default;
};

// Up to 64 bits at any place in an array of words.
constexpr uint64_t GetBits(const uint32_t* words, uint32_t low, uint32_t width) {
  uint64_t value = 0;
  for (uint32_t done = 0; done < width;) {
    const uint32_t shift = (low + done) % 32;
    value |= static_cast<uint64_t>(words[(low + done) / 32] >> shift) << done;
    done += 32 - shift;
  }
  return width == 64 ? value : value & ((uint64_t{1} << width) - 1);
}
constexpr void PutBits(uint32_t* words, uint32_t low, uint32_t width, uint64_t value) {
  for (uint32_t done = 0; done < width;) {
    const uint32_t shift = (low + done) % 32;
    const uint32_t part = std::min(32 - shift, width - done);
    const uint32_t mask = static_cast<uint32_t>((uint64_t{1} << part) - 1) << shift;
    uint32_t& word = words[(low + done) / 32];
    word = (word & ~mask) | (static_cast<uint32_t>(value >> done << shift) & mask);
    done += part;
  }
}
template <int kLow, int kWidth>
constexpr uint64_t Get(const uint32_t* words, const pcie4c::Field<kLow, kWidth>&) {
  return GetBits(words, kLow, kWidth);
}
template <int kLow, int kWidth>
constexpr void Put(uint32_t* words, const pcie4c::Field<kLow, kWidth>&, uint64_t value) {
  PutBits(words, kLow, kWidth, value);
}

enum class Stream : uint8_t { kCq, kCc, kRq, kRc };

// Where TUSER says which packets begin and end in a beat, and which bytes are there.
struct StreamLayout {
  const char* name;
  uint32_t descriptor_dwords;
  uint32_t user_bits;
  uint32_t straddle;  // packets that may begin in a beat when straddling is on
  uint32_t is_sop, sop, is_eop, eop;
  int first_be, last_be;  // -1: not on this stream
  int byte_enables;
  uint32_t discontinue;
};
const StreamLayout& Layout(Stream stream);

using Descriptor = std::array<uint32_t, 4>;

Descriptor Encode(Stream stream, const TlpHeader& tlp);

// Reads a descriptor, and of RQ and CQ the byte enables that came with it. Returns what is wrong
// with it, empty if nothing is.
std::string Decode(Stream stream, const Descriptor& descriptor, uint8_t first_be, uint8_t last_be,
                   TlpHeader& tlp);

// Which bytes of the payload's DWord `index` are there, a bit each.
uint8_t PayloadBytes(const TlpHeader& tlp, uint32_t index);

}  // namespace vireo::sim::pcie

#endif  // VIREO_SIM_PCIE_PCIE4C_H_
