// SPDX-License-Identifier: Apache-2.0
// Requests of disks that a host service keeps, and what becomes of them when it is at fault.

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "hw/blk/check.h"
#include "tests/hw/blk/blk_bench.h"
#include "tests/hw/blk/driver.h"

namespace vireo::test {
namespace {

namespace reg = spec::backend_channel;
using spec::Reason;

constexpr uint8_t kOk = spec::VIRTIO_BLK_S_OK, kError = spec::VIRTIO_BLK_S_IOERR;

// A disk of the service, behind the second block function; the first has card memory.
class ChannelTest : public ::testing::Test {
 protected:
  static constexpr unsigned kFunction = kFirstBlkVirtual;
  static constexpr uint64_t kSectors = 4096;

  explicit ChannelTest(uint64_t seed = 1) : bench(seed) {
    BlkConfig config = InitialDisk(kFunction);
    config.backend = BlkBackend::kChannel;
    config.sectors = kSectors;
    config.base = 0;
    bench.Configure(config);
    bench.service.Start();
    bench.Run(500);
  }

  uint32_t Read(const spec::Register& r) {
    bench.service.replies.clear();
    bench.service.AskFor(r);
    for (int i = 0; i < 1000 && bench.service.replies.empty(); ++i) bench.Step();
    EXPECT_EQ(bench.service.replies.size(), 1u);
    return bench.service.replies.empty() ? 0 : bench.service.replies.front();
  }
  // Soon: what is with the service is failed first.
  void ExpectState(uint32_t state) {
    for (int i = 0; i < 10 && Read(reg::kState) != state; ++i) bench.Run(10);
    EXPECT_EQ(Read(reg::kState), state);
  }
  // Until the service has `count` requests that it did not answer.
  void RunUntilAsked(size_t count) {
    for (int i = 0; i < 20000 && bench.service.requests.size() < count; ++i) bench.Step();
    ASSERT_EQ(bench.service.requests.size(), count);
    bench.Run(200);
    ASSERT_EQ(bench.service.requests.size(), count);
  }
  std::vector<uint8_t> OnDisk(uint64_t offset, size_t count) {
    std::vector<uint8_t> bytes(count);
    for (size_t i = 0; i < count; ++i) bytes[i] = bench.service.disks[kFunction][offset + i];
    return bytes;
  }
  // Card memory goes on, and so does the channel when the service starts anew.
  void ExpectAllIsWell() {
    const std::vector<uint8_t> data = other.Noise(4096);
    EXPECT_EQ(other.Wait(other.Out(8, data)).status, kOk);
    EXPECT_EQ(other.Wait(other.In(8, 4096)).data, data);
    bench.service.answers = true;
    bench.service.Start();
    bench.Run(500);
    EXPECT_EQ(driver.Wait(driver.Out(8, data)).status, kOk);
    EXPECT_EQ(driver.Wait(driver.In(8, 4096)).data, data);
  }

  BlkBench bench;
  BlkDriver other{bench, 3, kBlkFunction, 1}, driver{bench, 9, kFunction, 2};
};

TEST_F(ChannelTest, WhatIsWrittenIsWithTheServiceAndIsRead) {
  const std::vector<uint8_t> data = driver.Noise(8192);
  EXPECT_EQ(driver.Wait(driver.Out(5, data)).status, kOk);
  EXPECT_EQ(OnDisk(5 * 512, 8192), data);
  const Answer answer = driver.Wait(driver.In(5, 8192));
  EXPECT_EQ(answer.status, kOk);
  EXPECT_EQ(answer.data, data);
  EXPECT_EQ(answer.length, 8193u);
  EXPECT_EQ(bench.card.lines_read + bench.card.lines_written, 0u);
  EXPECT_EQ(driver.Wait(driver.In(kSectors, 512)).status, kError) << "limits are the card's";
}

TEST_F(ChannelTest, AFlushIsAnsweredWhenTheServiceSaysSo) {
  bench.service.answers = false;
  const uint16_t head = driver.Flush();
  RunUntilAsked(1);
  EXPECT_EQ(bench.service.requests.front().type, spec::VIRTIO_BLK_T_FLUSH);
  EXPECT_EQ(bench.service.requests.front().bytes, 0u);
  EXPECT_TRUE(bench.used.empty());
  bench.service.answers = true;
  EXPECT_EQ(driver.Wait(head).status, kOk);
  EXPECT_EQ(bench.service.flushes, 1u);
}

TEST_F(ChannelTest, ARequestSaysWhatIsAskedFor) {
  bench.service.answers = false;
  driver.In(3, 1024);
  RunUntilAsked(1);
  const spec::backend_request request = bench.service.requests.front();
  EXPECT_EQ(request.offset, 3 * 512u);
  EXPECT_EQ(request.bytes, 1024u);
  EXPECT_EQ(request.type, spec::VIRTIO_BLK_T_IN);
  EXPECT_EQ(request.function, kFunction);
  EXPECT_LT(request.tag, kBlockCommands);
  EXPECT_EQ(request.generation, 1u);
  EXPECT_EQ(Read(reg::kRequestProduced), 1u);
  EXPECT_EQ(Read(reg::kGeneration), 1u);
  EXPECT_EQ(Read(reg::kRingSize), uint32_t{kBlockCommands});
  ExpectState(reg::kStateRunning);
}

TEST_F(ChannelTest, AnErrorOfTheServiceIsTheRequests) {
  bench.service.status = kError;
  EXPECT_EQ(driver.Wait(driver.In(0, 4096)).status, kError);
  EXPECT_EQ(bench.LastEvent().reason, Reason::kBlkBackendFailed);
  EXPECT_EQ(driver.Wait(driver.Out(0, driver.Noise(12288))).status, kError);
  EXPECT_EQ(driver.Wait(driver.Flush()).status, kError);
  bench.service.status = kOk;
  EXPECT_EQ(driver.Wait(driver.Flush()).status, kOk);
}

TEST_F(ChannelTest, ANameNeedsNoService) {
  bench.service.answers = false;
  EXPECT_EQ(driver.Wait(driver.GetId()).status, kOk);
}

TEST_F(ChannelTest, GuestMemoryThatCannotBeReadDoesNotReachTheDisk) {
  const uint64_t outside = BlkBench::kBase - 0x10000;
  const uint64_t header = bench.Allocate(16), status = bench.Allocate(1);
  const spec::virtio_blk_req request{spec::VIRTIO_BLK_T_OUT, 0, 0};
  std::memcpy(bench.memory.At(header, 16), &request, 16);
  EXPECT_EQ(
      driver.Wait(driver.AddChain({{header, 16, false}, {outside, 512, false}, {status, 1, true}}))
          .status,
      kError);
  EXPECT_EQ(bench.LastEvent().reason, Reason::kBufferReadFailed);
  EXPECT_EQ(bench.service.seen, 0u);
  ExpectAllIsWell();
}

TEST_F(ChannelTest, ASilentServiceHoldsUpOnlyItsOwn) {
  bench.service.answers = false;
  for (uint64_t i = 0; i < 4; ++i) driver.In(8 * i, 4096);
  RunUntilAsked(4);
  for (uint64_t i = 0; i < 20; ++i) {
    const std::vector<uint8_t> data = other.Noise(4096);
    EXPECT_EQ(other.Wait(other.Out(i, data)).status, kOk);
    EXPECT_EQ(other.Wait(other.In(i, 4096)).data, data);
  }
  bench.service.answers = true;
  EXPECT_TRUE(bench.RunUntilUsed(4));
}

TEST_F(ChannelTest, AServiceThatStaysSilentCountsAsGone) {
  bench.service.answers = false;
  bench.service.Write(reg::kPatience, 3000);
  bench.service.Start();
  bench.Run(500);
  for (uint64_t i = 0; i < 4; ++i) driver.In(8 * i, 4096);
  RunUntilAsked(4);
  EXPECT_TRUE(bench.used.empty());
  for (int i = 0; i < 5; ++i) {  // it says that it is there
    bench.Run(2000);
    bench.service.Write(reg::kCompletionProduced, 0);
  }
  EXPECT_TRUE(bench.used.empty());
  ASSERT_TRUE(bench.RunUntilUsed(4, 6000));
  for (; !bench.used.empty(); bench.used.pop_front()) {
    EXPECT_EQ(driver.Take(bench.used.front()).second.status, kError);
  }
  ExpectState(reg::kStateFailed);
  EXPECT_EQ(driver.Wait(driver.In(0, 512)).status, kError) << "at once";
  bench.service.Write(reg::kPatience, 0);
  ExpectAllIsWell();
}

TEST_F(ChannelTest, WhatIsWithTheServiceFailsWhenItIsStoppedAndALateAnswerIsNone) {
  bench.service.answers = false;
  driver.In(0, 4096);
  driver.Out(16, driver.Noise(4096));
  RunUntilAsked(2);
  const auto old = bench.service.requests;
  bench.service.Write(reg::kControl, 0);
  ASSERT_TRUE(bench.RunUntilUsed(2));
  for (; !bench.used.empty(); bench.used.pop_front()) {
    EXPECT_EQ(driver.Take(bench.used.front()).second.status, kError);
  }
  ExpectState(0u);
  EXPECT_EQ(driver.Wait(driver.Flush()).status, kError);

  bench.service.Start();
  bench.Run(500);
  const uint16_t head = driver.In(32, 512);
  RunUntilAsked(1);
  for (const spec::backend_request& request : old) {
    bench.service.Complete({request.tag, kOk, 0, request.generation});
    bench.Run(500);
  }
  // The second is one more than there are requests.
  EXPECT_EQ(bench.service.reasons, (std::vector{Reason::kChannelStale, Reason::kChannelTooMany}));
  EXPECT_TRUE(bench.used.empty());
  bench.service.completed = 1;
  bench.service.Start();
  EXPECT_EQ(driver.Wait(head).status, kError);
  ExpectAllIsWell();
}

TEST_F(ChannelTest, AnswersThatNobodyWaitsForAreCountedAndIgnored) {
  bench.service.answers = false;
  const uint16_t heads[] = {driver.In(0, 512), driver.In(8, 512), driver.In(16, 512)};
  RunUntilAsked(3);
  const uint16_t tag = bench.service.requests[0].tag;
  const uint16_t idle = static_cast<uint16_t>((tag + kBlockCommands / 2) % kBlockCommands);
  bench.service.Complete({kBlockCommands, kOk, 0, 1});                       // no such tag
  bench.service.Complete({static_cast<uint16_t>(0x8000 | tag), kOk, 0, 1});  // nor this
  bench.service.Complete({idle, kOk, 0, 1});                                 // not with it
  bench.Run(1000);
  EXPECT_EQ(bench.service.reasons, std::vector<Reason>(3, Reason::kChannelTag));
  EXPECT_TRUE(bench.used.empty());
  EXPECT_EQ(Read(reg::kCompletionConsumed), 3u);
  // Its count is used up: only a new generation helps.
  bench.service.Complete({tag, kOk, 0, 1});
  bench.Run(1000);
  EXPECT_EQ(bench.service.reasons.back(), Reason::kChannelTooMany);
  bench.service.Start();
  ASSERT_TRUE(bench.RunUntilUsed(3));
  for (int i = 0; i < 3; ++i, bench.used.pop_front()) {
    EXPECT_EQ(driver.Take(bench.used.front()).second.status, kError);
  }
  EXPECT_NE(heads[0], heads[1]);
  ExpectAllIsWell();
}

TEST_F(ChannelTest, ASecondAnswerIsNone) {
  bench.service.answers = false;
  driver.In(0, 512);
  driver.In(8, 512);
  RunUntilAsked(2);
  const spec::backend_request request = bench.service.requests.front();
  bench.service.Answer(request);
  bench.service.Complete({request.tag, kOk, 0, request.generation});
  ASSERT_TRUE(bench.RunUntilUsed(1));
  bench.Run(1000);
  EXPECT_EQ(bench.used.size(), 1u);
  EXPECT_EQ(driver.Take(bench.used.front()).second.status, kOk);
  bench.used.pop_front();
  EXPECT_EQ(bench.service.reasons, std::vector{Reason::kChannelTag});
  bench.service.Start();
  ASSERT_TRUE(bench.RunUntilUsed(1));
  EXPECT_EQ(driver.Take(bench.used.front()).second.status, kError);
  bench.used.pop_front();
  ExpectAllIsWell();
}

TEST_F(ChannelTest, ADoorbellThatIsTooFarOrGoesBackIsIgnored) {
  bench.service.answers = false;
  driver.In(0, 512);
  RunUntilAsked(1);
  for (const uint32_t produced : {2u, 100u, 0x80000000u, 0xFFFFFFFFu}) {
    bench.service.reasons.clear();
    bench.service.Write(reg::kCompletionProduced, produced);
    bench.Run(500);
    EXPECT_EQ(bench.service.reasons, std::vector{Reason::kChannelTooMany}) << produced;
  }
  bench.service.answers = true;
  ASSERT_TRUE(bench.RunUntilUsed(1));
  EXPECT_EQ(driver.Take(bench.used.front()).second.status, kOk);
  bench.used.pop_front();
}

TEST_F(ChannelTest, MemoryThatIsGoneIsAFailureOfTheChannel) {
  bench.service.answers = false;
  driver.In(0, 512);
  driver.In(8, 512);
  RunUntilAsked(2);
  bench.service.Write(reg::kControl, 0);
  ASSERT_TRUE(bench.RunUntilUsed(2));
  for (; !bench.used.empty(); bench.used.pop_front()) driver.Take(bench.used.front());
  // A completion ring where no memory is.
  bench.service.Start();
  bench.Run(500);
  bench.service.Write(reg::kControl, 0);
  bench.service.Write(reg::kCompletionBase, 0x1000);
  bench.service.Write(reg::kControl, 1);
  ++bench.service.generation;
  bench.service.requests.clear();
  bench.service.seen = 0;
  bench.Run(500);
  const uint16_t head = driver.In(0, 512);
  RunUntilAsked(1);
  bench.service.completed = 0;
  bench.service.Complete({bench.service.requests.front().tag, kOk, 0, bench.service.generation});
  EXPECT_EQ(driver.Wait(head).status, kError);
  EXPECT_EQ(bench.service.reasons, std::vector{Reason::kChannelReadFailed});
  ExpectState(reg::kStateFailed);
  ExpectAllIsWell();
}

TEST_F(ChannelTest, TheServiceIsWokenOnceWhenItAsksForIt) {
  bench.service.answers = false;
  driver.In(0, 512);
  RunUntilAsked(1);
  EXPECT_EQ(bench.service.interrupts, 0u);
  bench.service.Write(reg::kInterruptAt, 1);
  bench.Run(500);
  EXPECT_EQ(bench.service.interrupts, 0u);
  driver.In(8, 512);
  driver.In(16, 512);
  RunUntilAsked(3);
  EXPECT_EQ(bench.service.interrupts, 1u);
  bench.service.Write(reg::kInterruptAt, 2);
  bench.Run(500);
  EXPECT_EQ(bench.service.interrupts, 2u) << "there is one more already";
}

// How often the service acts, how requests are cut, seed.
class ChannelRandomTest
    : public ChannelTest,
      public ::testing::WithParamInterface<std::tuple<unsigned, unsigned, int>> {
 protected:
  ChannelRandomTest() : ChannelTest(static_cast<uint64_t>(std::get<2>(GetParam()))) {}
};

TEST_P(ChannelRandomTest, BothBackendsGiveWhatTheirDisksShouldHave) {
  const auto [percent, cuts, seed] = GetParam();
  SCOPED_TRACE("seed " + std::to_string(seed));
  bench.service.percent = percent;
  bench.service.Write(reg::kPatience, 0);
  sim::Random random(static_cast<uint64_t>(seed), "test");
  constexpr uint64_t kArea = 256;
  struct Disk {
    BlkDriver* driver;
    std::vector<uint8_t> bytes = std::vector<uint8_t>(512 * kArea);
    std::map<uint16_t, std::vector<uint8_t>> reads = {};
    bool acts = false;
  } disks[] = {{&driver}, {&other}};
  for (Disk& disk : disks) {
    disk.driver->cuts = cuts;
    disk.driver->odd = cuts != 0;
  }
  constexpr unsigned kRequests = 300;
  unsigned added = 0, taken = 0;
  for (; taken < kRequests; bench.Step()) {
    Disk& disk = disks[random.Below(2)];
    if (added < kRequests && disk.driver->in_flight() < 6 && random.Percent(10)) {
      const uint64_t count = 1 + random.Below(24);
      const uint64_t sector = random.Below(kArea - count + 1);
      const auto at = disk.bytes.begin() + static_cast<ptrdiff_t>(512 * sector);
      if (random.Percent(10)) {
        disk.driver->Flush();
      } else if (random.Percent(50)) {
        const std::vector<uint8_t> data = disk.driver->Noise(512 * count);
        std::copy(data.begin(), data.end(), at);
        disk.driver->Out(sector, data);
      } else {
        const auto bytes = static_cast<uint32_t>(512 * count);
        disk.reads[disk.driver->In(sector, bytes)] = {at, at + bytes};
      }
      ++added;
    }
    for (; !bench.used.empty(); bench.used.pop_front(), ++taken) {
      Disk& owner = disks[bench.used.front().queue == 9 ? 0 : 1];
      const auto [head, answer] = owner.driver->Take(bench.used.front());
      ASSERT_EQ(answer.status, kOk);
      if (const auto read = owner.reads.find(head); read != owner.reads.end()) {
        ASSERT_EQ(answer.data, read->second) << "request " << taken;
        owner.reads.erase(read);
      }
    }
    ASSERT_LT(bench.clock, 3'000'000u) << "requests do not come back";
  }
  EXPECT_EQ(OnDisk(0, 512 * kArea), disks[0].bytes);
  EXPECT_TRUE(bench.service.reasons.empty());
}

INSTANTIATE_TEST_SUITE_P(, ChannelRandomTest,
                         ::testing::Values(std::tuple{100U, 0U, 1}, std::tuple{50U, 60U, 2},
                                           std::tuple{20U, 90U, 3}, std::tuple{5U, 50U, 4}));

}  // namespace
}  // namespace vireo::test
