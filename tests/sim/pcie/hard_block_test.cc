// SPDX-License-Identifier: Apache-2.0
// The whole block against a card in C++: DMA, BARs, configuration, interrupts, resets, time.
#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/pcie/mock_card.h"

namespace vireo::sim::pcie {
namespace {

using testing::ElementsAre;

constexpr uint64_t kBase = 0x1'0000'0000;

std::vector<uint8_t> Bytes(size_t count, uint8_t first = 0) {
  std::vector<uint8_t> bytes(count);
  std::iota(bytes.begin(), bytes.end(), first);
  return bytes;
}

// Memory of 64 KiB for function 0, and both functions enabled.
class HardBlockTest : public testing::Test {
 protected:
  void Start(const HardBlockConfig& config = {}) {
    bench_.emplace(config);
    ASSERT_TRUE(bench_->memory.Map(0, {kBase, ram_.size(), ram_.data()}));
    bench_->Enable(0);
    bench_->Enable(1);
  }
  std::vector<uint8_t> ram_ = Bytes(1 << 16);
  std::optional<Bench> bench_;
};

TEST_F(HardBlockTest, ReadsArriveWithTheirBytes) {
  Start();
  std::vector<uint8_t> got;
  bench_->card.on_rc = [&](const Tlp& tlp) {
    EXPECT_EQ(tlp.tag, 5);
    EXPECT_EQ(tlp.requester, 0x0100);
    EXPECT_EQ(tlp.lower_address, 0x123 + got.size());
    EXPECT_EQ(tlp.byte_count, 300 - got.size());
    const size_t count = std::min<size_t>(tlp.byte_count, 4 * tlp.dwords - tlp.lower_address % 4);
    const uint8_t* from = tlp.payload + tlp.lower_address % 4;
    got.insert(got.end(), from, from + count);
    EXPECT_EQ(tlp.request_completed, got.size() == 300);
  };
  bench_->card.Read(0, 5, kBase + 0x123, 300);
  ASSERT_TRUE(bench_->RunUntil([&] { return got.size() == 300; }));
  EXPECT_TRUE(std::equal(got.begin(), got.end(), ram_.begin() + 0x123));
  EXPECT_TRUE(bench_->RunUntil([&] { return bench_->block.idle(); }, 5));
}

TEST_F(HardBlockTest, WritesReachMemoryExactly) {
  Start();
  auto expected = ram_;
  const auto data = Bytes(201, 77);
  std::copy(data.begin(), data.end(), expected.begin() + 0x333);
  bench_->card.Write(0, kBase + 0x333, data);
  ASSERT_TRUE(bench_->RunUntil([&] { return bench_->block.counters().writes == 1; }));
  EXPECT_EQ(ram_, expected);
}

TEST_F(HardBlockTest, AnIdleReadTakesTheRoundTrip) {
  for (const double round_trip : {500.0, 800.0, 1500.0}) {
    Start({.round_trip_ns = round_trip});
    uint64_t sent = 0, back = 0;
    bench_->card.on_rc = [&](const Tlp&) { back = bench_->block.clock(); };
    bench_->card.Read(0, 0, kBase, 4);
    sent = bench_->block.clock();
    ASSERT_TRUE(bench_->RunUntil([&] { return back != 0; }));
    const double clocks = round_trip / 4;
    EXPECT_GE(static_cast<double>(back - sent), clocks);
    EXPECT_LE(static_cast<double>(back - sent), clocks + 8) << "beats and bytes on the wire";
  }
}

TEST_F(HardBlockTest, CompletionHeadersLimitReadsInFlight) {
  // 72 bytes touch two lines: 128 reads in flight, whose round trip bounds the rate.
  HardBlockConfig config;
  config.gigabits_per_second = kGen4x16;
  config.straddle_rq = config.straddle_rc = true;
  config.round_trip_ns = 1500;
  Start(config);
  Ring<uint8_t> free;
  for (uint32_t tag = 0; tag < kTags; ++tag) free.push_back(static_cast<uint8_t>(tag));
  uint64_t done = 0;
  bench_->card.on_rc = [&](const Tlp& tlp) {
    free.push_back(tlp.tag);
    ++done;
  };
  bench_->card.on_clock = [&] {
    while (!free.empty() && bench_->card.rq.size() < 8)
      bench_->card.Read(0, free.pop_front(), kBase, 72);
  };
  bench_->Run(4000);
  const uint64_t before = done;
  bench_->Run(40'000);
  const double per_clock = static_cast<double>(done - before) / 40'000;
  // 375 clocks of round trip, and seven of beats and wire.
  EXPECT_NEAR(per_clock, 128.0 / 382, 0.01 * 128 / 382);
  EXPECT_GT(bench_->block.counters().wait_completion_room, 0U);
}

TEST_F(HardBlockTest, ReadsWithoutRoomForCompletionsHoldBackTheCard) {
  HardBlockConfig config;
  config.completion_headers = 32;
  Start(config);
  bench_->card.rc_ready = false;
  for (int tag = 0; tag < 200; ++tag)
    bench_->card.Read(0, static_cast<uint8_t>(tag), kBase + 64U * static_cast<unsigned>(tag), 64);
  bench_->Run(2000);
  // 32 under way, 16 held in the block; the others stay with the card.
  EXPECT_EQ(bench_->block.counters().reads, 32U + 16U);
  bench_->card.rc_ready = true;
  ASSERT_TRUE(bench_->RunUntil([&] { return bench_->block.counters().completions == 200; }));
}

TEST_F(HardBlockTest, AWriteOfNoBytesTouchesNoMemory) {
  Start();
  bench_->card.Write(0, 0x900, Bytes(4)).first_be = 0;
  ASSERT_TRUE(bench_->RunUntil([&] { return bench_->block.counters().writes == 1; }));
  EXPECT_EQ(bench_->memory.faults(0), 0U);
}

// A harness that resets the card may set its pins as it likes before the first clock.
TEST_F(HardBlockTest, TheFirstClockDrivesEveryPin) {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    HardBlockConfig config;
    config.stalls = {90, 90, 90, 90, 90};
    config.seed = seed;
    bench_.emplace(config);
    ASSERT_TRUE(bench_->memory.Map(0, {kBase, ram_.size(), ram_.data()}));
    bench_->card.LeaveReady();
    bench_->card.Write(0, kBase, Bytes(16));
    ASSERT_TRUE(bench_->RunUntil(
        [&] { return bench_->block.counters().dropped_bus_master_off == 1; }, 2000))
        << seed;
  }
}

TEST_F(HardBlockTest, RandomTrafficUnderStallsKeepsEveryByte) {
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(seed);
    HardBlockConfig config;
    Random random(seed, "traffic");
    const auto percent = [&] { return static_cast<uint32_t>(random.Below(91)); };
    config.stalls = {percent(), percent(), percent(), percent(), percent()};
    config.split = static_cast<Split>(random.Below(3));
    config.reorder_percent = percent();
    config.jitter_ns = 400;
    config.straddle_rq = random.Percent(50);
    config.straddle_rc = random.Percent(50);
    config.host_credits = {4, 64, 2};
    config.seed = seed;
    Start(config);
    auto expected = ram_;
    // Reads below the middle, writes above it.
    struct Read {
      uint32_t at = 0, bytes = 0, done = 0;
      bool active = false;
    };
    std::array<Read, kTags> reads;
    uint32_t sent = 0, ended = 0;
    bench_->card.on_clock = [&] {
      bench_->card.rc_ready = random.Percent(70);
      if (bench_->card.rq.size() >= 4 || sent == 1500) return;
      const auto tag = static_cast<uint8_t>(random.Below(kTags));
      const auto at = static_cast<uint32_t>(random.Below(0x7000));
      const uint32_t room = 0x1000 - at % 0x1000;
      if (random.Percent(50)) {
        if (reads[tag].active) return;
        const uint32_t bytes = std::min({static_cast<uint32_t>(random.Between(1, 509)), room});
        reads[tag] = {at, bytes, 0, true};
        bench_->card.Read(0, tag, kBase + at, bytes);
      } else {
        const auto bytes = std::min(static_cast<uint32_t>(random.Between(1, 253)), room);
        std::vector<uint8_t> data(bytes);
        for (uint8_t& byte : data) byte = static_cast<uint8_t>(random.Next());
        std::copy(data.begin(), data.end(), expected.begin() + 0x8000 + at);
        bench_->card.Write(0, kBase + 0x8000 + at, data);
        ++ended;
      }
      ++sent;
    };
    bench_->card.on_rc = [&](const Tlp& tlp) {
      Read& read = reads[tlp.tag];
      ASSERT_TRUE(read.active);
      ASSERT_EQ(tlp.lower_address, (read.at + read.done) & 0xfff);
      ASSERT_EQ(tlp.byte_count, read.bytes - read.done);
      const auto count = std::min<uint32_t>(
          tlp.byte_count, 4U * tlp.dwords - read.at % 4 * (read.done == 0 ? 1U : 0U));
      EXPECT_EQ(0, std::memcmp(tlp.payload + tlp.lower_address % 4,
                               ram_.data() + read.at + read.done, count));
      read.done += count;
      EXPECT_EQ(tlp.request_completed, read.done == read.bytes);
      read.active = !tlp.request_completed;
      ended += tlp.request_completed ? 1 : 0;
    };
    const auto settled = [&] {
      return sent == 1500 && ended == 1500 && bench_->block.idle() && bench_->card.rq.empty();
    };
    ASSERT_TRUE(bench_->RunUntil(settled, 400'000)) << sent << " " << ended;
    EXPECT_EQ(ram_, expected);
    EXPECT_TRUE(bench_->errors.empty()) << bench_->errors[0].what;
    EXPECT_TRUE(bench_->card.malformed.empty()) << bench_->card.malformed[0];
  }
}

TEST_F(HardBlockTest, AReadAfterAWriteSeesIt) {
  Start();
  const auto data = Bytes(64, 200);
  std::vector<uint8_t> got;
  bench_->card.on_rc = [&](const Tlp& tlp) { got.assign(tlp.payload, tlp.payload + 64); };
  bench_->card.Write(0, kBase, data);
  bench_->card.Read(0, 1, kBase, 64);
  ASSERT_TRUE(bench_->RunUntil([&] { return !got.empty(); }));
  EXPECT_EQ(got, data);
}

TEST_F(HardBlockTest, AFaultIsRefusedAndNothingElseIsTouched) {
  Start();
  std::vector<int> statuses;
  bench_->card.on_rc = [&](const Tlp& tlp) {
    statuses.push_back(static_cast<int>(tlp.status));
    EXPECT_EQ(tlp.error, ErrorCode::kBadStatus);
    EXPECT_TRUE(tlp.request_completed);
  };
  const auto before = ram_;
  bench_->card.Read(1, 9, kBase, 64);  // mapped for function 0 alone
  bench_->card.Write(1, kBase, Bytes(64, 99));
  ASSERT_TRUE(bench_->RunUntil([&] { return statuses.size() == 1 && bench_->block.idle(); }));
  EXPECT_THAT(statuses, ElementsAre(1));
  EXPECT_EQ(bench_->memory.faults(1), 2U);
  EXPECT_EQ(ram_, before);
  EXPECT_TRUE(bench_->errors.empty());
}

TEST_F(HardBlockTest, AnUnmapCutsReadsThatAreUnderWay) {
  Start();
  Status status = Status::kSuccess;
  bench_->card.on_rc = [&](const Tlp& tlp) { status = tlp.status; };
  bench_->card.Read(0, 1, kBase, 64);
  bench_->Run(60);  // at the host, not answered
  bench_->memory.UnmapAll(0);
  ASSERT_TRUE(bench_->RunUntil([&] { return bench_->block.idle(); }));
  EXPECT_EQ(status, Status::kUnsupportedRequest);
}

TEST_F(HardBlockTest, WritesToTheMessageWindowAreInterrupts) {
  Start();
  const uint32_t data = 0x4021;
  bench_->card.Write(1, 0xfee01004, {reinterpret_cast<const uint8_t*>(&data), 4});
  ASSERT_TRUE(bench_->RunUntil([&] { return !bench_->interrupts.empty(); }));
  EXPECT_EQ(bench_->interrupts[0].function, 1);
  EXPECT_EQ(bench_->interrupts[0].address, 0xfee01004U);
  EXPECT_EQ(bench_->interrupts[0].data, data);
  EXPECT_EQ(bench_->memory.faults(1), 0U);
  bench_->card.Write(1, 0xfee01004, Bytes(8));  // no interrupt has eight bytes
  ASSERT_TRUE(bench_->RunUntil([&] { return bench_->memory.faults(1) == 1; }));
  EXPECT_EQ(bench_->interrupts.size(), 1U);
}

TEST_F(HardBlockTest, AnInterruptComesBehindTheWritesBeforeIt) {
  Start({.stalls = {.rq = 50}});
  bool seen = false;
  bench_->block.OnInterrupt([&](const Interrupt&) { seen = ram_[0x100] == 0xcd; });
  bench_->card.Write(0, kBase + 0x100, std::vector<uint8_t>{0xcd});
  bench_->card.Write(0, 0xfee00000, Bytes(4));
  ASSERT_TRUE(bench_->RunUntil([&] { return bench_->block.counters().interrupts == 1; }));
  EXPECT_TRUE(seen);
}

TEST_F(HardBlockTest, IntxLevelsAreToldAsTheyChange) {
  Start();
  bench_->card.intx.push_back({1, 1});
  bench_->card.intx.push_back({1, 0});
  bench_->Run(5);
  ASSERT_EQ(bench_->interrupts.size(), 2U);
  EXPECT_TRUE(bench_->interrupts[0].is_intx && bench_->interrupts[0].asserted);
  EXPECT_TRUE(bench_->interrupts[1].is_intx && !bench_->interrupts[1].asserted);
}

TEST_F(HardBlockTest, ReadsThatAreNeverAnsweredTimeOut) {
  Start({.lost_per_million = 1'000'000, .read_timeout_clocks = 3000});
  std::optional<TlpHeader> ended;
  bench_->card.on_rc = [&](const Tlp& tlp) { ended = tlp; };
  bench_->card.Read(0, 0x77, kBase, 512);
  const uint64_t sent = bench_->block.clock();
  ASSERT_TRUE(bench_->RunUntil([&] { return ended.has_value(); }));
  EXPECT_NEAR(static_cast<double>(bench_->block.clock() - sent), 3000, 5);
  EXPECT_EQ(ended->error, ErrorCode::kTimeout);
  EXPECT_EQ(ended->tag, 0x77);
  EXPECT_TRUE(ended->request_completed);
  EXPECT_EQ(bench_->block.counters().timeouts, 1U);
}

// The same seed gives the same run, clock by clock.
TEST_F(HardBlockTest, ASeedRepeatsARun) {
  const auto run = [&](uint64_t seed) {
    HardBlockConfig config;
    config.seed = seed;
    config.jitter_ns = 300;
    config.reorder_percent = 40;
    config.split = Split::kRandom;
    config.stalls = {30, 30, 30, 30, 30};
    Start(config);
    std::vector<std::pair<uint64_t, int>> arrivals;
    bench_->card.on_rc = [&](const Tlp& tlp) {
      arrivals.emplace_back(bench_->block.clock(), tlp.tag * 4096 + tlp.byte_count);
    };
    for (int tag = 0; tag < 100; ++tag)
      bench_->card.Read(0, static_cast<uint8_t>(tag), kBase + 64U * static_cast<unsigned>(tag),
                        400);
    bench_->Run(3000);
    return arrivals;
  };
  const auto first = run(1);
  EXPECT_EQ(run(1), first);
  EXPECT_NE(run(2), first);
}

TEST_F(HardBlockTest, IdleTimeIsSkippedToTheSameEnd) {
  const auto run = [&](bool skips) {
    Start();
    std::vector<uint64_t> arrivals;
    bench_->card.on_rc = [&](const Tlp&) { arrivals.push_back(bench_->block.clock()); };
    bench_->card.Read(0, 1, kBase, 512);
    uint64_t steps = 0;
    while (bench_->block.clock() < 2000) {
      // The mock is at rest when its queue is empty and its beats are taken.
      if (skips && steps > 20 && bench_->block.NextEvent() > bench_->block.clock())
        bench_->block.SkipTo(std::min<uint64_t>(bench_->block.NextEvent(), 2000));
      if (bench_->block.clock() < 2000) bench_->Clock();
      ++steps;
    }
    EXPECT_EQ(steps < 200, skips);
    return arrivals;
  };
  EXPECT_EQ(run(true), run(false));
}

}  // namespace
}  // namespace vireo::sim::pcie
