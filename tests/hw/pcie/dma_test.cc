// SPDX-License-Identifier: Apache-2.0
// DmaReader, RequesterOut and RequesterIn together, in front of a host that answers as it likes.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/hw/pcie/dma_bench.h"

namespace vireo {
namespace {

using test::DmaBench;
using test::ForEachTraffic;
using test::Host;
using test::HostRequest;
using test::Traffic;
using test::Unit;
using test::Write;

constexpr Traffic kSmooth{.seed = 1, .idle = 0, .stall = 0};
constexpr uint64_t kWritten = uint64_t{1} << 32;  // addresses that are not read meanwhile
constexpr unsigned kReads = 2000;
constexpr unsigned kWrites = 1000;
constexpr unsigned kOnTheWay = 500;  // clocks within which what has been acked is in memory
constexpr uint64_t kBad = uint64_t{1} << 40;  // addresses from here on are refused

Host::Options Rough() {
  Host::Options options;
  options.max_delay = 60;
  options.split = 50;
  options.refuses = [](const HostRequest& request) { return request.address >= kBad; };
  return options;
}

Unit RandomUnit(sim::Random& random) {
  Unit unit;
  unit.reader = static_cast<unsigned>(random.Below(DmaBench::kReaders));
  unit.key = static_cast<unsigned>(random.Below(random.Percent(50) ? 3 : 40));
  unit.function = static_cast<unsigned>(random.Below(DmaBench::kMasters));
  unsigned pieces = 0;
  for (size_t requests = 1 + random.Below(4); requests > 0; --requests) {
    test::Piece piece;
    piece.address = (random.Below(1 << 24) << 3) + random.Below(8);
    piece.length = static_cast<unsigned>(random.Percent(20) ? 0 : random.Below(1500));
    if (random.Percent(50)) piece.length %= 130;
    if (random.Percent(2)) piece.address += kBad;
    if (piece.address >= kBad && piece.length > 0) unit.fails = true;
    pieces += (static_cast<unsigned>(piece.address % 512) + piece.length + 511) / 512 + 1;
    unit.requests.push_back(piece);
  }
  if (random.Percent(5)) {
    unit.function = DmaBench::kMasters;
    for (const test::Piece& piece : unit.requests) unit.fails |= piece.length > 0;
  }
  EXPECT_LE(pieces, DmaBench::kTags);
  return unit;
}

// Requests that a write is cut into.
unsigned RequestsOf(const Write& write) {
  const uint64_t last = write.address + write.bytes.size() - 1;
  return static_cast<unsigned>(last / 256 - write.address / 256 + 1);
}

TEST(DmaTest, GivesUnitsWholeAndInTheOrderOfTheirKey) {
  ForEachTraffic([](const Traffic& traffic) {
    DmaBench bench(traffic, Rough());
    sim::Random random(traffic.seed, "units");
    for (unsigned i = 0; i < kReads; ++i) bench.Add(RandomUnit(random));
    bench.RunUntilDone(400000);
  });
}

TEST(DmaTest, WritesWhatTheLinesHoldAndNothingElse) {
  ForEachTraffic([](const Traffic& traffic) {
    DmaBench bench(traffic, Rough());
    sim::Random random(traffic.seed, "writes");
    std::vector<Write> writes;
    uint64_t address = kWritten;
    for (unsigned i = 0; i < kWrites; ++i) {
      Write write;
      address += random.Below(80);
      write.address = address;
      write.bytes.resize(1 + random.Below(random.Percent(70) ? 150 : 2000));
      for (uint8_t& byte : write.bytes) byte = static_cast<uint8_t>(random.Next());
      write.function = static_cast<unsigned>(random.Below(DmaBench::kMasters + 1));
      write.wants_ack = random.Percent(60);
      address += write.bytes.size();
      bench.Add(static_cast<unsigned>(random.Below(DmaBench::kWriters)), write);
      if (random.Percent(50)) bench.Add(RandomUnit(random));
      writes.push_back(write);
    }
    for (unsigned writer = 0; writer < DmaBench::kWriters; ++writer) {
      bench.Add(writer, {.function = 0, .address = address++, .bytes = {1}, .wants_ack = true});
    }
    bench.RunUntilDone(400000);
    bench.Run(kOnTheWay);

    size_t bytes = DmaBench::kWriters;
    unsigned dropped = 0;
    for (const Write& write : writes) {
      if (write.function < DmaBench::kMasters) {
        EXPECT_TRUE(bench.HasArrived(write));
        bytes += write.bytes.size();
      } else {
        dropped += RequestsOf(write);
      }
    }
    EXPECT_EQ(bench.host.memory.written().size(), bytes);
    if (bench.dropped_writes()) EXPECT_EQ(*bench.dropped_writes(), dropped);
  });
}

TEST(DmaTest, WritesEveryAlignmentAndLength) {
  DmaBench bench(kSmooth, {});
  std::vector<Write> writes;
  uint64_t address = 0;
  for (unsigned start = 0; start < 64; ++start) {
    for (unsigned length = 1; length < 340; length += length < 140 ? 1 : 13) {
      address = (address + 63) / 64 * 64;
      Write write{.function = 1, .address = address + start, .bytes = {}};
      for (unsigned i = 0; i < length; ++i) write.bytes.push_back(static_cast<uint8_t>(i + start));
      address += start + length;
      bench.Add(0, write);
      writes.push_back(write);
    }
  }
  bench.Add(0, {.function = 1, .address = address, .bytes = {1}, .wants_ack = true});
  bench.RunUntilDone(200000);
  bench.Run(kOnTheWay);
  for (const Write& write : writes) ASSERT_TRUE(bench.HasArrived(write));
}

TEST(DmaTest, SendsAReadThatFollowsAnAckBehindTheWrite) {
  DmaBench bench(kSmooth, {});
  for (unsigned i = 0; i < 50; ++i) {
    Write write{.function = 1, .address = 4096 + 3 * i, .bytes = {}, .wants_ack = true};
    write.bytes.assign(700, static_cast<uint8_t>(i));
    bench.Add(0, write);
    bench.RunUntilDone(200);
    bench.Add({.reader = 0, .key = 0, .function = 1, .requests = {{write.address, 700}}});
    bench.RunUntilDone(200);
  }
}

TEST(DmaTest, SendsReadsPastAWriteWhoseDataIsStillToCome) {
  DmaBench bench(kSmooth, {});
  const Write late{.function = 1, .address = 4096, .bytes = std::vector<uint8_t>(200, 0x5a)};
  const Write other{.function = 2, .address = 8192, .bytes = std::vector<uint8_t>(200, 0xa5)};
  bench.Begin(0, late);
  bench.Add(1, other);
  bench.Add({.reader = 0, .key = 0, .function = 1, .requests = {{65536, 200}}});
  bench.RunUntilDone(200);
  bench.Run(kOnTheWay);
  EXPECT_TRUE(bench.HasArrived(other));
  EXPECT_FALSE(bench.HasArrived(late));
  bench.End(0, late);
  bench.Run(kOnTheWay);
  EXPECT_TRUE(bench.HasArrived(late));
}

TEST(DmaTest, LetsOtherKeysPassAUnitThatIsLate) {
  Host::Options options;
  options.ignores = [](const HostRequest& request) { return request.address == kBad; };
  DmaBench bench(kSmooth, options);
  bench.Add(
      {.reader = 0, .key = 7, .function = 1, .requests = {{64, 8}, {kBad, 8}}, .fails = true});
  bench.Add({.reader = 0, .key = 7, .function = 1, .requests = {{64, 8}}});
  for (unsigned i = 0; i < 100; ++i) {
    bench.Add({.reader = 0, .key = i % 7, .function = 1, .requests = {{64 * i, 100}}});
  }
  bench.Run(1000);
  EXPECT_EQ(bench.left(), 2u);
  bench.host.TimeOut();
  bench.RunUntilDone(50);
}

TEST(DmaTest, EndsAUnitThatIsTooLongWithAnError) {
  DmaBench bench(kSmooth, {});
  const unsigned most = DmaBench::kTags / 2;
  const test::Piece block{512, 512};
  bench.Add({.reader = 0, .key = 1, .function = 1, .requests = std::vector(most, block)});
  Unit unit{.reader = 0, .key = 1, .function = 1, .requests = std::vector(most - 1, block)};
  unit.requests.push_back({512, 0});
  unit.fails = true;
  bench.AddLonger(unit, {{512, 513}, {0, 10}, {0, 65535}});
  bench.Add({.reader = 0, .key = 1, .function = 1, .requests = {{0, 10}}});
  bench.RunUntilDone(3000);
}

TEST(DmaTest, AnswersAUnitOfEmptyRequests) {
  DmaBench bench(kSmooth, {});
  bench.Add({.reader = 0, .key = 1, .function = 1, .requests = {{64, 100}, {7, 0}}});
  bench.Add({.reader = 0, .key = 1, .function = 1, .requests = {{3, 0}, {63, 0}}});
  bench.Add({.reader = 0, .key = 1, .function = DmaBench::kMasters, .requests = {{3, 0}}});
  bench.RunUntilDone(100);
}

Host::Options Prompt() {
  Host::Options options;
  options.min_delay = options.max_delay = 5;
  options.in_order = true;
  return options;
}

// Clocks for a unit of `length` bytes, in a stream of them.
double ClocksOf(unsigned length, unsigned readers) {
  DmaBench bench(kSmooth, Prompt());
  constexpr unsigned kUnits = 1000;
  for (unsigned i = 0; i < kUnits; ++i) {
    bench.Add({.reader = i % readers,
               .key = i % 3,
               .function = i % 2,
               .requests = {{uint64_t{512} * i, length}}});
  }
  const uint64_t start = bench.clock();
  bench.RunUntilDone(20000);
  return static_cast<double>(bench.clock() - start) / kUnits;
}

TEST(DmaTest, KeepsPaceWithTheBeatsOfCompletions) {
  EXPECT_LT(ClocksOf(16, 1), 1.05);
  EXPECT_LT(ClocksOf(52, 1), 1.05);
  EXPECT_LT(ClocksOf(72, 1), 2.05);
  EXPECT_LT(ClocksOf(72, 2), 2.05);
  EXPECT_LT(ClocksOf(512, 1), 9.05);
}

TEST(DmaTest, KeepsPaceWithTheBeatsOfWrites) {
  for (const unsigned length : {4u, 48u, 72u, 256u, 1500u}) {
    DmaBench bench(kSmooth, {});
    constexpr unsigned kCount = 200;
    unsigned beats = 0;
    for (unsigned i = 0; i < kCount; ++i) {
      Write write{.function = 1, .address = 2048 * i, .bytes = std::vector<uint8_t>(length)};
      write.wants_ack = i + 1 == kCount;
      for (unsigned at = 0; at < length; at += 256) {
        beats += (std::min(256u, length - at) + 3) / 4 + 4 + 15;
        beats -= ((std::min(256u, length - at) + 3) / 4 + 4 + 15) % 16;
      }
      bench.Add(0, write);
    }
    const uint64_t start = bench.clock();
    bench.RunUntilDone(20000);
    EXPECT_LE(bench.clock() - start, beats / 16 + 10) << length << " bytes";
  }
}

TEST(DmaTest, KeepsPaceBesideAFunctionThatIsNotAnswered) {
  Host::Options options = Prompt();
  options.ignores = [](const HostRequest& request) { return request.function == 2; };
  DmaBench bench(kSmooth, options);
  constexpr unsigned kStuck = DmaBench::kTags * 5 / 8;
  for (unsigned i = 0; i < kStuck; ++i) {
    bench.Add({.reader = 0, .key = i, .function = 2, .requests = {{64, 8}}, .fails = true});
  }
  bench.Run(100);
  for (unsigned i = 0; i < 1000; ++i) {
    bench.Add({.reader = 0, .key = kStuck + i % 3, .function = i % 2, .requests = {{512 * i, 72}}});
  }
  bench.Run(2050);
  EXPECT_EQ(bench.delivered(), 1000u);
  bench.host.TimeOut();
  bench.RunUntilDone(200);
}

TEST(DmaTest, LeavesTagsToOthersWhenAFunctionIsNotAnswered) {
  Host::Options options;
  options.ignores = [](const HostRequest& request) { return request.function == 2; };
  DmaBench bench(kSmooth, options);
  for (unsigned i = 0; i < 100; ++i) {
    bench.Add({.reader = 0, .key = i, .function = 2, .requests = {{64, 8}}, .fails = true});
  }
  bench.Run(500);
  EXPECT_LE(bench.host.ignored(), DmaBench::kTags * 4u / 5 + 3);
  for (unsigned i = 0; i < 100; ++i) {
    bench.Add({.reader = 1, .key = i, .function = 1, .requests = {{64, 8}}});
  }
  bench.Run(200);
  EXPECT_EQ(bench.delivered(), 100u);
  while (bench.left() > 0 && !testing::Test::HasFailure()) {
    bench.host.TimeOut();
    bench.Clock();
  }
}

}  // namespace
}  // namespace vireo
