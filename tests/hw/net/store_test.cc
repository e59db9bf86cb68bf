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
      ArrivedBeat<Undirected> arrived = {};
      arrived.data = beat.data;
      arrived.bytes = CountOnes<64>(beat.keep);
      arrived.last = beat.last;
      arrived.error = 0;
      beats.write(arrived);
      store->Step(beats, frames, lines, events);
      ASSERT_TRUE(beats.empty()) << "a beat that waits";
    }
  }

  test::PoweredOn<ReceiveStore<kBeats, Undirected>> store;
  hls::stream<ArrivedBeat<Undirected>> beats;
  hls::stream<StoredFrame<Undirected>> frames;
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
      bench.store->Step(bench.beats, bench.frames, bench.lines, bench.events);
    }
  }
  for (const size_t length : kept) {
    ASSERT_FALSE(bench.frames.empty());
    ASSERT_EQ(bench.frames.read().bytes, length);
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
  bench.frames.set_capacity(3);
  for (int i = 0; i < 5; ++i) bench.Arrive(test::RandomPacket(random, 60), random);
  EXPECT_EQ(bench.frames.size(), 3u);
  ASSERT_EQ(bench.events.size(), 2u);
  EXPECT_EQ(bench.events.read().reason, Reason::kDropOverrun);
}

TEST(ReceiveStoreTest, HoldsTheLongestFrameInAnEmptyBuffer) {
  sim::Random random(test::FirstSeed(), "test");
  ReceiveStoreBench bench;
  bench.lines.set_capacity(0);
  bench.Arrive(test::RandomPacket(random, kMaxFrame), random);
  EXPECT_EQ(bench.frames.size(), 1u);
  EXPECT_TRUE(bench.events.empty());
}

TEST(ReceiveStoreTest, KeepsWhereAFrameGoesAndCountsALostOneToItsSender) {
  test::PoweredOn<ReceiveStore<kBeats, Directed>> store;
  hls::stream<ArrivedBeat<Directed>> beats;
  hls::stream<StoredFrame<Directed>> frames;
  hls::stream<FrameLine> lines;
  hls::stream<NetEvent> events;
  frames.set_capacity(1);
  for (unsigned frame = 0; frame < 2; ++frame) {
    for (unsigned beat = 0; beat < 3; ++beat) {
      ArrivedBeat<Directed> arrived = {};
      arrived.bytes = 64;
      arrived.last = beat == 2;
      if (beat == 0) arrived.origin = {0b1010, 1, 5 + frame};
      beats.write(arrived);
      store->Step(beats, frames, lines, events);
    }
  }
  ASSERT_EQ(frames.size(), 1u);
  const StoredFrame<Directed> kept = frames.read();
  EXPECT_EQ(kept.bytes, 192);
  EXPECT_EQ(kept.origin.receivers, 0b1010);
  EXPECT_EQ(kept.origin.sender, 5);
  ASSERT_EQ(events.size(), 1u);
  const NetEvent lost = events.read();
  EXPECT_EQ(lost.reason, Reason::kDropSwitchFull);
  EXPECT_EQ(lost.function, 6);
}

TEST(TransmitStoreTest, GivesAFrameOnlyWithItsVerdict) {
  sim::Random random(test::FirstSeed(), "test");
  test::PoweredOn<TransmitStore<kBeats>> store;
  hls::stream<Beat> in, out;
  hls::stream<TransmitVerdict> verdicts;
  hls::stream<SentFrame> sent;
  const auto run = [&] {
    for (int i = 0; i < 20; ++i) store->Step(in, verdicts, sent, out);
  };
  const Packet good = test::RandomPacket(random, 300);
  for (const Packet& frame : {good, test::RandomPacket(random, 200), good}) {
    for (const Beat& beat : test::BeatsOf<64>(frame, random)) in.write(beat);
  }
  run();
  EXPECT_TRUE(out.empty()) << "no verdict yet";
  verdicts.write({1, 3});
  run();
  EXPECT_EQ(out.size(), 5u);
  verdicts.write({0, 3});
  verdicts.write({1, 3});
  run();
  EXPECT_EQ(out.size(), 10u) << "the second frame is gone";
  ASSERT_EQ(sent.size(), 2u);
  for (int frame = 0; frame < 2; ++frame) {
    const SentFrame of = sent.read();
    EXPECT_EQ(of.sender, 3);
    for (int i = 0; i < 6; ++i) {
      ASSERT_EQ(ap_uint<8>(of.destination.range(8 * i + 7, 8 * i)), good[static_cast<size_t>(i)]);
    }
  }
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
