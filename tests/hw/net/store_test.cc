// SPDX-License-Identifier: Apache-2.0
// The frame buffers: whole frames or nothing, and on receive the MAC never waits.
#include <gtest/gtest.h>

#include "hw/net/receive_store.h"
#include "hw/net/transmit_store.h"
#include "tests/hw/primitives/bench.h"
#include "tests/hw/primitives/packet.h"

namespace vireo {
namespace {

using spec::Reason;
using test::Packet;

constexpr int kBeats = 256;

class ReceiveStoreBench {
 public:
  // All of a frame, a beat a clock.
  void Arrive(const Packet& frame, sim::Random& random) {
    for (const Beat& beat : test::BeatsOf<64>(frame, random)) {
      ArrivedBeat arrived;
      arrived.data = beat.data;
      arrived.bytes = CountOnes<64>(beat.keep);
      arrived.last = beat.last;
      arrived.error = 0;
      beats.write(arrived);
      store->Step(beats, lengths, lines, events);
      ASSERT_TRUE(beats.empty()) << "a beat that waits";
    }
  }

  test::PoweredOn<ReceiveStore<kBeats>> store;
  hls::stream<ArrivedBeat> beats;
  hls::stream<NetBytes> lengths;
  hls::stream<FrameLine> lines;
  hls::stream<NetEvent> events;
};

TEST(ReceiveStoreTest, DropsWholeFramesWhileItIsFullAndKeepsTheOthers) {
  sim::Random random(test::FirstSeed(), "test");
  ReceiveStoreBench bench;
  std::vector<size_t> kept;
  for (int round = 0; round < 50; ++round) {
    bench.lines.set_capacity(0);
    size_t dropped = 0;
    for (int i = 0; i < 30; ++i) {
      const auto length = static_cast<size_t>(random.Between(14, 2500));
      const size_t before = bench.events.size();
      bench.Arrive(test::RandomPacket(random, length), random);
      if (bench.events.size() == before) kept.push_back(length);
    }
    for (; !bench.events.empty(); ++dropped) {
      ASSERT_EQ(bench.events.read().reason, Reason::kDropOverrun);
    }
    ASSERT_GT(dropped, 0u);
    bench.lines.set_capacity(SIZE_MAX);
    for (int i = 0; i < kBeats; ++i) {
      bench.store->Step(bench.beats, bench.lengths, bench.lines, bench.events);
    }
  }
  for (const size_t length : kept) {
    ASSERT_FALSE(bench.lengths.empty());
    ASSERT_EQ(bench.lengths.read(), length);
    for (size_t beats = 1;; ++beats) {
      ASSERT_FALSE(bench.lines.empty());
      if (bench.lines.read().last == 0) continue;
      ASSERT_EQ(beats, (length + 63) / 64);
      break;
    }
  }
  EXPECT_TRUE(bench.lines.empty());
}

TEST(ReceiveStoreTest, DropsFramesWhileThereAreTooManyOfThem) {
  sim::Random random(test::FirstSeed(), "test");
  ReceiveStoreBench bench;
  bench.lengths.set_capacity(3);
  for (int i = 0; i < 5; ++i) bench.Arrive(test::RandomPacket(random, 60), random);
  EXPECT_EQ(bench.lengths.size(), 3u);
  ASSERT_EQ(bench.events.size(), 2u);
  EXPECT_EQ(bench.events.read().reason, Reason::kDropOverrun);
}

TEST(ReceiveStoreTest, HoldsTheLongestFrameInAnEmptyBuffer) {
  sim::Random random(test::FirstSeed(), "test");
  ReceiveStoreBench bench;
  bench.lines.set_capacity(0);
  bench.Arrive(test::RandomPacket(random, kMaxFrame), random);
  EXPECT_EQ(bench.lengths.size(), 1u);
  EXPECT_TRUE(bench.events.empty());
}

TEST(TransmitStoreTest, GivesAFrameOnlyWithItsVerdict) {
  sim::Random random(test::FirstSeed(), "test");
  test::PoweredOn<TransmitStore<kBeats>> store;
  hls::stream<Beat> in, out;
  hls::stream<ap_uint<1>> verdicts;
  const auto run = [&] {
    for (int i = 0; i < 20; ++i) store->Step(in, verdicts, out);
  };
  const Packet good = test::RandomPacket(random, 300);
  for (const Packet& frame : {good, test::RandomPacket(random, 200), good}) {
    for (const Beat& beat : test::BeatsOf<64>(frame, random)) in.write(beat);
  }
  run();
  EXPECT_TRUE(out.empty()) << "no verdict yet";
  verdicts.write(1);
  run();
  EXPECT_EQ(out.size(), 5u);
  verdicts.write(0);
  verdicts.write(1);
  run();
  EXPECT_EQ(out.size(), 10u) << "the second frame is gone";
  for (size_t i = 0; i < 300; ++i) {
    const size_t lane = 8 * (i % 64);
    static Beat beat;
    if (lane == 0) beat = out.read();
    const auto low = static_cast<int>(lane);
    ASSERT_EQ(ap_uint<8>(beat.data.range(low + 7, low)), good[i]);
  }
}

}  // namespace
}  // namespace vireo
