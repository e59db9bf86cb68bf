// SPDX-License-Identifier: Apache-2.0
// Packs, unpacks, draws and prints tokens.
#include "sim/harness/payload.h"

#include <algorithm>

#include <fmt/format.h>

namespace vireo::sim {
namespace {

// Up to 32 bits of a token from `offset`.
uint32_t GetBits(const Token& token, uint32_t offset, uint32_t width) {
  const uint32_t word = offset / 32, shift = offset % 32;
  uint64_t value = token[word];
  if (shift + width > 32) value |= static_cast<uint64_t>(token[word + 1]) << 32;
  value >>= shift;
  return static_cast<uint32_t>(width == 32 ? value : value & ((uint64_t{1} << width) - 1));
}

void SetBits(Token& token, uint32_t offset, uint32_t width, uint32_t value) {
  const uint32_t word = offset / 32, shift = offset % 32;
  const uint64_t mask = ((uint64_t{1} << width) - 1) << shift;
  const uint64_t bits = (static_cast<uint64_t>(value) << shift) & mask;
  token[word] = (token[word] & ~static_cast<uint32_t>(mask)) | static_cast<uint32_t>(bits);
  if (shift + width > 32)
    token[word + 1] =
        (token[word + 1] & ~static_cast<uint32_t>(mask >> 32)) | static_cast<uint32_t>(bits >> 32);
}

// Applies f(offset, width) to consecutive pieces of at most `step` bits of a leaf.
template <class F>
void ForPieces(const Leaf& leaf, uint32_t step, F f) {
  for (uint32_t done = 0; done < leaf.bit_width; done += step)
    f(done, std::min(step, leaf.bit_width - done));
}

void RandomizeLeaf(const Leaf& leaf, Random& random, Token& token) {
  const uint64_t kind = random.Below(20);
  if (kind >= 18) return;
  ForPieces(leaf, 32, [&](uint32_t done, uint32_t width) {
    uint32_t value = 0;
    if (kind < 10) value = static_cast<uint32_t>(random.Next());
    if (kind == 12 || kind == 13) value = ~uint32_t{0};
    SetBits(token, leaf.bit_offset + done, width, value);
  });
  const uint32_t low = std::min(leaf.bit_width, 4u);
  if (kind == 14 || kind == 15)
    SetBits(token, leaf.bit_offset, low, static_cast<uint32_t>(random.Next()));
  if (kind == 16)
    SetBits(token, leaf.bit_offset + static_cast<uint32_t>(random.Below(leaf.bit_width)), 1, 1);
  if (kind == 17) SetBits(token, leaf.bit_offset + leaf.bit_width - 1, 1, 1);
}

}  // namespace

void Pack(const StreamPort& port, const std::byte* bytes, Token& token) {
  token.assign(WordsOf(port.bits), 0);
  for (const Leaf& leaf : port.leaves) {
    ForPieces(leaf, 8, [&](uint32_t done, uint32_t width) {
      SetBits(token, leaf.bit_offset + done, width,
              std::to_integer<uint32_t>(bytes[leaf.byte_offset + done / 8]));
    });
  }
}

void Unpack(const StreamPort& port, const Token& token, std::byte* bytes) {
  for (const Leaf& leaf : port.leaves) {
    // ap_int<1> keeps its one bit unsigned.
    const bool negative = leaf.is_signed && leaf.bit_width > 1 &&
                          GetBits(token, leaf.bit_offset + leaf.bit_width - 1, 1) != 0;
    for (uint32_t i = 0; i < leaf.byte_size; ++i) {
      const uint32_t done = i * 8;
      uint32_t value = negative ? 0xff : 0;
      if (done < leaf.bit_width) {
        const uint32_t width = std::min(8u, leaf.bit_width - done);
        const uint32_t mask = (1u << width) - 1;
        value = (value & ~mask) | GetBits(token, leaf.bit_offset + done, width);
      }
      bytes[leaf.byte_offset + i] = static_cast<std::byte>(value);
    }
  }
}

void Randomize(const StreamPort& port, Random& random, Token& token) {
  token.resize(WordsOf(port.bits), 0);
  for (const Leaf& leaf : port.leaves) RandomizeLeaf(leaf, random, token);
}

std::string ToHex(const Token& token, uint32_t bit_offset, uint32_t bit_width) {
  std::string text;
  for (uint32_t done = 0; done < bit_width; done += 4) {
    const uint32_t digit = GetBits(token, bit_offset + done, std::min(4u, bit_width - done));
    text.insert(text.begin(), "0123456789abcdef"[digit]);
  }
  return "0x" + text;
}

std::string DescribeDifference(const StreamPort& port, const Token& expected, const Token& got) {
  std::string text;
  for (size_t i = 0; i < port.leaves.size(); ++i) {
    const Leaf& leaf = port.leaves[i];
    const std::string a = ToHex(expected, leaf.bit_offset, leaf.bit_width);
    const std::string b = ToHex(got, leaf.bit_offset, leaf.bit_width);
    if (a == b) continue;
    text +=
        fmt::format("  field {} (bits {}..{}, byte {}): expected {} got {}\n", i,
                    leaf.bit_offset + leaf.bit_width - 1, leaf.bit_offset, leaf.byte_offset, a, b);
  }
  if (text.empty())
    text = fmt::format("  expected {} got {}\n", ToHex(expected, 0, port.bits),
                       ToHex(got, 0, port.bits));
  return text;
}

}  // namespace vireo::sim
