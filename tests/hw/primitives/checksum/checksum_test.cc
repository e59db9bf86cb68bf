// SPDX-License-Identifier: Apache-2.0
// The Internet checksum against published sums and a bytewise reference.
#include "hw/primitives/checksum/checksum.h"

#include <gtest/gtest.h>

#include "tests/hw/primitives/bench.h"
#include "tests/hw/primitives/packet.h"

namespace vireo {
namespace {

using test::ForEachTraffic;
using test::Packet;
using test::RunUntil;
using test::Sink;
using test::Source;
using test::Traffic;

template <int kBytes>
uint16_t ChecksumOfPacket(const Packet& packet) {
  ChecksumOf<kBytes> process;
  hls::stream<BeatOf<kBytes>> in;
  hls::stream<ap_uint<16>> out;
  sim::Random random(test::FirstSeed(), "noise");
  for (const auto& beat : test::BeatsOf<kBytes>(packet, random)) {
    in.write(beat);
    EXPECT_TRUE(out.empty());
    process.Step(in, out);
  }
  return out.read().to_ushort();
}

TEST(ChecksumTest, IsThatOfRfc1071) {
  // RFC 1071, 3: the sum is ddf2.
  EXPECT_EQ(ChecksumOfPacket<64>({0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7}), 0x220d);
}

TEST(ChecksumTest, IsThatOfAnIpHeader) {
  const Packet header = {0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11,
                         0x00, 0x00, 0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7};
  EXPECT_EQ(ChecksumOfPacket<64>(header), 0xb861);
  EXPECT_EQ(ChecksumOfPacket<4>(header), 0xb861);
  EXPECT_EQ(ChecksumOfPacket<8>(header), 0xb861);
}

TEST(ChecksumTest, DefersEveryCarry) {
  for (const size_t length : {1u, 2u, 63u, 64u, 65u, 128u, 1500u, 9000u}) {
    EXPECT_EQ(ChecksumOfPacket<64>(Packet(length, 0xFF)),
              test::ReferenceChecksum(Packet(length, 0xFF)));
    EXPECT_EQ(ChecksumOfPacket<64>(Packet(length, 0x00)), 0xFFFF);
    EXPECT_EQ(ChecksumOfPacket<64>(Packet(length, 0x80)),
              test::ReferenceChecksum(Packet(length, 0x80)));
  }
}

TEST(ChecksumTest, AddsPartialSumsExactly) {
  for (uint32_t a = 0; a < 0x1FFFF; a += 3) {
    for (const uint32_t b : {0u, 1u, 0x7FFFu, 0x8000u, 0xFFFEu, 0xFFFFu}) {
      const uint32_t sum = AddPartial(a, b).to_uint();
      ASSERT_EQ(sum % 0xFFFF, (a + b) % 0xFFFF) << a << " + " << b;
      ASSERT_LT(sum, 0x1FFFFu) << "no second carry is ever left";
      ASSERT_EQ(Finish(sum).to_uint() % 0xFFFF, sum % 0xFFFF);
    }
  }
}

template <int kBytes>
void ExpectLikeReference(const Traffic& traffic) {
  ChecksumOf<kBytes> process;
  hls::stream<BeatOf<kBytes>> in;
  hls::stream<ap_uint<16>> out;
  Source<BeatOf<kBytes>> source(in, traffic, "in");
  Sink<ap_uint<16>> sink(out, traffic, "out");
  sim::Random random(traffic.seed, "packets");
  std::vector<ap_uint<16>> expected;
  for (int i = 0; i < 150; ++i) {
    const Packet packet = test::RandomPacket(random, random.Below(5 * kBytes));
    expected.push_back(test::ReferenceChecksum(packet));
    for (const auto& beat : test::BeatsOf<kBytes>(packet, random)) source.Add(beat);
  }
  RunUntil(
      100000, [&] { return sink.tokens.size() == expected.size(); },
      [&](uint64_t) {
        source.Offer();
        sink.Open();
        process.Step(in, out);
        sink.Collect();
      });
  EXPECT_EQ(sink.tokens, expected);
}

TEST(ChecksumTest, IsLikeTheReferenceForRandomPackets) {
  ForEachTraffic([](const Traffic& traffic) {
    ExpectLikeReference<4>(traffic);
    ExpectLikeReference<16>(traffic);
    ExpectLikeReference<64>(traffic);
    ExpectLikeReference<128>(traffic);
  });
}

}  // namespace
}  // namespace vireo
