// SPDX-License-Identifier: Apache-2.0
// Sizes of packets on the wire, and byte enables.
#include "sim/pcie/tlp.h"

#include <gtest/gtest.h>

namespace vireo::sim::pcie {
namespace {

TlpHeader Request(TlpType type, uint64_t begin, uint32_t bytes) {
  TlpHeader tlp;
  tlp.type = type;
  SetRange(tlp, begin, bytes);
  return tlp;
}

// The figures of reference pcie-limit: completion 20 bytes, requests 24, payload in DWords.
TEST(Tlp, SizesOnTheWire) {
  EXPECT_EQ(WireBytes(Request(TlpType::kMemoryRead, 1ULL << 32, 512)), 24U);
  EXPECT_EQ(WireBytes(Request(TlpType::kMemoryWrite, 1ULL << 32, 72)), 24U + 72);
  EXPECT_EQ(WireBytes(Request(TlpType::kMemoryWrite, 2, 1)), 24U + 4);
  EXPECT_EQ(WireBytes(Request(TlpType::kMemoryWrite, 3, 2)), 24U + 8);
  TlpHeader completion;
  completion.type = TlpType::kCompletion;
  completion.dwords = 18;
  EXPECT_EQ(WireBytes(completion), 20U + 72);
}

TEST(Tlp, ShortHeadersAreForRequestsBelow4GiB) {
  EXPECT_EQ(WireBytes(Request(TlpType::kMemoryRead, 0xfffff000, 4), true), 20U);
  EXPECT_EQ(WireBytes(Request(TlpType::kMemoryRead, 0x1'0000'0000, 4), true), 24U);
}

TEST(Tlp, RangeToByteEnablesAndBack) {
  for (uint64_t begin = 0x1000; begin < 0x1008; ++begin) {
    for (uint32_t bytes = 1; bytes <= 20; ++bytes) {
      const TlpHeader tlp = Request(TlpType::kMemoryRead, begin, bytes);
      EXPECT_EQ(FirstByte(tlp), begin);
      EXPECT_EQ(ByteCount(tlp), bytes) << begin;
      EXPECT_EQ(tlp.address % 4, 0U);
      EXPECT_EQ(tlp.last_be == 0, tlp.dwords == 1);
    }
  }
}

// PCI Express Base 5.0, table 2-38.
TEST(Tlp, ByteCountOfEnablesWithGaps) {
  TlpHeader tlp = Request(TlpType::kMemoryRead, 0, 4);
  const auto count = [&](uint8_t first) {
    tlp.first_be = first;
    return ByteCount(tlp);
  };
  EXPECT_EQ(count(0b0000), 1U);
  EXPECT_EQ(count(0b1001), 4U);
  EXPECT_EQ(count(0b0101), 3U);
  EXPECT_EQ(count(0b1010), 3U);
  EXPECT_EQ(count(0b0100), 1U);
}

TEST(TlpPool, UsesPacketsAgain) {
  TlpPool pool;
  Tlp* first = pool.Take();
  first->tag = 9;
  pool.Give(first);
  EXPECT_EQ(pool.Take(), first);
  EXPECT_EQ(first->tag, 0);
  EXPECT_EQ(pool.in_use(), 1U);
  EXPECT_EQ(pool.made(), TlpPool::kBlock);
}

}  // namespace
}  // namespace vireo::sim::pcie
