// SPDX-License-Identifier: Apache-2.0
// Requests that a card must not make.
#include "sim/pcie/request_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vireo::sim::pcie {
namespace {

using testing::HasSubstr;

constexpr RequestLimits kLimits = {256, 512};

TlpHeader Request(TlpType type, uint64_t address, uint32_t bytes) {
  TlpHeader tlp;
  tlp.type = type;
  SetRange(tlp, address, bytes);
  return tlp;
}

TEST(RequestCheck, EveryRangeWithinTheLimitsIsRight) {
  for (uint64_t begin = 0xf00; begin < 0x1000; ++begin) {
    for (uint32_t bytes = 1; bytes <= 256 && begin + bytes <= 0x1000; ++bytes) {
      if (begin % 4 + bytes <= 256)
        EXPECT_EQ(CheckRequest(Request(TlpType::kMemoryWrite, begin, bytes), kLimits), "");
    }
  }
}

TEST(RequestCheck, SizesAreLimited) {
  EXPECT_EQ(CheckRequest(Request(TlpType::kMemoryWrite, 0x1000, 257), kLimits),
            "a write of 260 bytes: Max_Payload_Size is 256");
  EXPECT_EQ(CheckRequest(Request(TlpType::kMemoryRead, 0x1000, 516), kLimits),
            "a read of 516 bytes: Max_Read_Request_Size is 512");
  EXPECT_EQ(CheckRequest(Request(TlpType::kMemoryRead, 0x1000, 512), kLimits), "");
}

TEST(RequestCheck, NothingCrossesFourKibibytes) {
  EXPECT_EQ(CheckRequest(Request(TlpType::kMemoryRead, 0x1ffc, 4), kLimits), "");
  EXPECT_EQ(CheckRequest(Request(TlpType::kMemoryRead, 0x1ffc, 8), kLimits),
            "8 bytes at 0x1ffc cross a 4 KiB boundary");
}

TEST(RequestCheck, ByteEnablesFollowTheRules) {
  const auto check = [](uint32_t dwords, uint64_t address, unsigned first, unsigned last) {
    TlpHeader tlp = Request(TlpType::kMemoryWrite, address, 4 * dwords);
    tlp.first_be = static_cast<uint8_t>(first);
    tlp.last_be = static_cast<uint8_t>(last);
    return CheckRequest(tlp, kLimits);
  };
  EXPECT_EQ(check(1, 0, 0b1001, 0), "");  // gaps in one DWord
  EXPECT_EQ(check(1, 0, 0, 0), "");       // no bytes at all
  EXPECT_THAT(check(1, 0, 0xf, 0xf), HasSubstr("last_be of one DWord is 0"));
  EXPECT_THAT(check(2, 0, 0, 0xf), HasSubstr("neither is 0"));
  EXPECT_THAT(check(2, 0, 0xf, 0), HasSubstr("neither is 0"));
  EXPECT_EQ(check(2, 8, 0b0101, 0b1010), "");  // gaps in one aligned QWord
  EXPECT_THAT(check(2, 4, 0b0101, 0b0001), HasSubstr("the bytes have gaps"));
  EXPECT_THAT(check(3, 0, 0b0111, 0b0001), HasSubstr("the bytes have gaps"));
  EXPECT_THAT(check(3, 0, 0b1100, 0b0010), HasSubstr("the bytes have gaps"));
  EXPECT_EQ(check(3, 0, 0b1100, 0b0011), "");
}

}  // namespace
}  // namespace vireo::sim::pcie
