// SPDX-License-Identifier: Apache-2.0
// CRC-32 against published values and a bitwise reference.
#include "hw/primitives/crc32/crc32.h"

#include <gtest/gtest.h>

#include "tests/hw/primitives/bench.h"
#include "tests/hw/primitives/packet.h"

namespace vireo {
namespace {

using test::BytesOf;
using test::ForEachTraffic;
using test::Packet;
using test::RunUntil;
using test::Sink;
using test::Source;
using test::Traffic;

template <int kBytes>
uint32_t CrcOfPacket(const Packet& packet) {
  Crc32Of<kBytes> process;
  hls::stream<BeatOf<kBytes>> in;
  hls::stream<Crc> out;
  sim::Random random(test::FirstSeed(), "noise");
  for (const auto& beat : test::BeatsOf<kBytes>(packet, random)) {
    in.write(beat);
    EXPECT_TRUE(out.empty());
    process.Step(in, out);
  }
  return out.read().to_uint();
}

TEST(Crc32Test, HasThePublishedValues) {
  EXPECT_EQ(CrcOfPacket<64>(BytesOf("123456789")), 0xCBF43926u);
  EXPECT_EQ(CrcOfPacket<8>(BytesOf("123456789")), 0xCBF43926u);
  EXPECT_EQ(CrcOfPacket<2>(BytesOf("123456789")), 0xCBF43926u);
  const Packet fox = BytesOf("The quick brown fox jumps over the lazy dog");
  EXPECT_EQ(CrcOfPacket<64>(fox), 0x414FA339u);
  EXPECT_EQ(CrcOfPacket<64>(Packet(32, 0x00)), 0x190A55ADu);
  EXPECT_EQ(CrcOfPacket<64>({}), 0u);
}

TEST(Crc32Test, IsLikeTheReferenceForEveryLength) {
  sim::Random random(test::FirstSeed(), "lengths");
  for (size_t length = 0; length <= 260; ++length) {
    const Packet packet = test::RandomPacket(random, length);
    ASSERT_EQ(CrcOfPacket<64>(packet), test::ReferenceCrc32(packet)) << length << " bytes";
  }
}

TEST(CrcAdvanceTest, StepsByAnyNumberOfBytes) {
  for (int count = 0; count <= 64; ++count) {
    EXPECT_EQ(CrcAdvanceBy<64>(Crc(0x12345678), count).to_uint(),
              crc32::AfterZeros(0x12345678, count));
  }
}

template <int kBytes>
void ExpectLikeReference(const Traffic& traffic) {
  Crc32Of<kBytes> process;
  hls::stream<BeatOf<kBytes>> in;
  hls::stream<Crc> out;
  Source<BeatOf<kBytes>> source(in, traffic, "in");
  Sink<Crc> sink(out, traffic, "out");
  sim::Random random(traffic.seed, "packets");
  std::vector<Crc> expected;
  for (int i = 0; i < 100; ++i) {
    const Packet packet = test::RandomPacket(random, random.Below(5 * kBytes));
    expected.push_back(test::ReferenceCrc32(packet));
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

TEST(Crc32Test, IsLikeTheReferenceForRandomPackets) {
  ForEachTraffic([](const Traffic& traffic) {
    ExpectLikeReference<4>(traffic);
    ExpectLikeReference<32>(traffic);
    ExpectLikeReference<64>(traffic);
  });
}

TEST(Crc32DeathTest, RefusesAShortBeatInsideAPacket) {
  Crc32 process;
  hls::stream<Beat> in;
  hls::stream<Crc> out;
  in.write(Beat{0, 0x7, 0});
  EXPECT_DEATH(process.Step(in, out), "only a packet's last beat is shorter");
}

}  // namespace
}  // namespace vireo
