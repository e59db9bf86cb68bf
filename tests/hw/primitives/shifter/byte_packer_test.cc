// SPDX-License-Identifier: Apache-2.0
// BytePacker: the bytes of a packet, in order, without gaps, and never a clock without taking a
// beat.
#include "hw/primitives/shifter/byte_packer.h"

#include <gtest/gtest.h>

#include <vector>

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

// A beat of noise whose `length` lanes from `offset` on are appended to `packet`.
template <int kBytes>
BeatOf<kBytes> BeatWithGap(sim::Random& random, int offset, int length, Packet& packet) {
  BeatOf<kBytes> beat = test::NoiseBeat<kBytes>(random);
  for (int lane = offset; lane < offset + length; ++lane) {
    beat.keep[lane] = 1;
    packet.push_back(ap_uint<8>(beat.data.range(8 * lane + 7, 8 * lane)).to_uchar());
  }
  return beat;
}

template <int kBytes>
void ExpectPacked(const std::vector<BeatOf<kBytes>>& beats, const std::vector<Packet>& packets) {
  size_t next = 0;
  Packet packet;
  for (const auto& beat : beats) {
    const int length = CountOnes<kBytes>(beat.keep).to_int();
    ASSERT_EQ(beat.keep, LowOnes<kBytes>(length)) << "the bytes start at lane 0";
    if (beat.last == 0) ASSERT_EQ(length, kBytes) << "only the last beat is shorter";
    for (int lane = 0; lane < length; ++lane) {
      packet.push_back(ap_uint<8>(beat.data.range(8 * lane + 7, 8 * lane)).to_uchar());
    }
    if (beat.last == 0) continue;
    ASSERT_LT(next, packets.size());
    ASSERT_EQ(packet, packets[next]) << "packet " << next;
    if (!packet.empty()) ASSERT_GT(length, 0) << "no empty beat after the last byte";
    packet.clear();
    ++next;
  }
  ASSERT_EQ(next, packets.size());
}

template <int kBytes>
void ExpectPacksRandomPackets(const Traffic& traffic) {
  BytePacker<kBytes> process;
  hls::stream<BeatOf<kBytes>> in, out;
  Source<BeatOf<kBytes>> source(in, traffic, "in");
  Sink<BeatOf<kBytes>> sink(out, traffic, "out");
  sim::Random random(traffic.seed, "packets");
  std::vector<Packet> packets;
  size_t beats = 0;
  for (int i = 0; i < 200; ++i) {
    Packet packet;
    const int length = static_cast<int>(random.Between(1, 6));
    const bool is_dense = random.Percent(30);  // nearly full beats: the most that can come out
    for (int n = 1; n <= length; ++n) {
      const int offset = static_cast<int>(is_dense ? random.Below(2) : random.Below(kBytes + 1));
      const int most = kBytes - offset;
      const int bytes = is_dense ? most : static_cast<int>(random.Between(0, most));
      auto beat = BeatWithGap<kBytes>(random, offset, bytes, packet);
      beat.last = n == length;
      source.Add(beat);
      ++beats;
    }
    packets.push_back(packet);
  }
  size_t ended = 0;
  RunUntil(
      100000, [&] { return ended == packets.size(); },
      [&](uint64_t clock) {
        source.Offer();
        sink.Open();
        const bool has_room = !out.full();
        process.Step(in, out);
        if (has_room) ASSERT_TRUE(in.empty()) << "with room, a beat never waits";
        if (sink.Collect(clock) == 1 && sink.tokens.back().last == 1) ++ended;
      });
  ExpectPacked<kBytes>(sink.tokens, packets);
  if (traffic.idle == 0 && traffic.stall == 0) EXPECT_LE(sink.clocks.back(), beats);
}

TEST(BytePackerTest, PacksRandomPackets) {
  ForEachTraffic([](const Traffic& traffic) {
    ExpectPacksRandomPackets<2>(traffic);
    ExpectPacksRandomPackets<8>(traffic);
    ExpectPacksRandomPackets<64>(traffic);
  });
}

TEST(BytePackerTest, PacksEveryOffsetAndLengthAfterEveryFill) {
  // Three beats: the first sets the fill, the second goes anywhere, the third ends the packet.
  constexpr int kBytes = 8;
  sim::Random random(test::FirstSeed(), "exhaustive");
  BytePacker<kBytes> process;
  hls::stream<BeatOf<kBytes>> in, out;
  std::vector<Packet> packets;
  std::vector<BeatOf<kBytes>> beats;
  for (int fill = 0; fill <= kBytes; ++fill) {
    for (int offset = 0; offset <= kBytes; ++offset) {
      for (int length = 0; length <= kBytes - offset; ++length) {
        for (int end = 0; end <= kBytes; ++end) {
          Packet packet;
          in.write(BeatWithGap<kBytes>(random, 0, fill, packet));
          in.write(BeatWithGap<kBytes>(random, offset, length, packet));
          auto last = BeatWithGap<kBytes>(random, kBytes - end, end, packet);
          last.last = 1;
          in.write(last);
          packets.push_back(packet);
          for (int i = 0; i < 3; ++i) process.Step(in, out);
        }
      }
    }
  }
  for (int i = 0; i < 3; ++i) process.Step(in, out);
  while (!out.empty()) beats.push_back(out.read());
  ExpectPacked<kBytes>(beats, packets);
}

TEST(BytePackerTest, GivesAnEmptyPacketOneEmptyBeat) {
  BytePacker<64> process;
  hls::stream<Beat> in, out;
  in.write(Beat{5, 0, 1});
  process.Step(in, out);
  ASSERT_EQ(out.size(), 1u);
  const Beat beat = out.read();
  EXPECT_EQ(beat.keep, ap_uint<64>(0));
  EXPECT_EQ(beat.last, 1);
}

}  // namespace
}  // namespace vireo
