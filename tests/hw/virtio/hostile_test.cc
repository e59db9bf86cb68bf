// SPDX-License-Identifier: Apache-2.0
// A driver that writes anything anywhere, in any order: the device answers every read, works for
// others, and works again after a reset.
#include <gtest/gtest.h>

#include <set>

#include "sim/harness/random.h"
#include "tests/hw/primitives/bench.h"
#include "tests/hw/virtio/driver.h"

namespace vireo {
namespace {

using test::Driver;
using test::TransportBench;
namespace bar = spec::function_bar;
namespace cfg = spec::common_cfg;

// What the engines were told: a queue is started and stopped in turn, and only with rings that they
// can work on.
class Watch {
 public:
  explicit Watch(TransportBench& bench) : bench_(bench) {}

  void Look() {
    for (const QueueSetup& setup : bench_.setups) {
      EXPECT_TRUE(live_.insert(setup.queue.to_int()).second) << "started twice";
      EXPECT_TRUE(IsQueueSizeGood(setup.size));
      EXPECT_EQ(setup.desc % 16, 0u);
      EXPECT_EQ(setup.driver % 2, 0u);
      EXPECT_EQ(setup.device % 4, 0u);
      EXPECT_EQ(VirtqueueOf(setup.queue).function, setup.function);
    }
    bench_.setups.clear();
    for (const QueueRequest& request : bench_.requests) {
      if (request.command == QueueCommand::kStop) {
        EXPECT_EQ(live_.erase(request.queue.to_int()), 1u) << "stopped though it was not live";
        ++stops_;
      }
    }
    bench_.requests.clear();
  }
  const std::set<int>& live() const { return live_; }
  int stops() const { return stops_; }

 private:
  TransportBench& bench_;
  std::set<int> live_;
  int stops_ = 0;
};

// Posts a write of a register of the common configuration.
template <const spec::Register& kRegister>
void Post(TransportBench& bench, int function, uint64_t value) {
  const uint64_t offset = bar::kCommonCfg + kRegister.offset;
  const unsigned shift = 8 * (kRegister.offset % 4);
  const unsigned enables = ((1u << kRegister.bytes) - 1) << (kRegister.offset % 4);
  const uint64_t placed = value << shift;
  bench.Send(function, true, offset & ~uint64_t{3},
             {static_cast<uint32_t>(placed), static_cast<uint32_t>(placed >> 32)},
             kRegister.bytes == 8 ? 2 : 1, enables & 15, enables >> 4);
}

// All of an initialization without waiting for anything; queues are more or less right.
void PostInitialization(TransportBench& bench, int function, sim::Random& random) {
  for (uint32_t word = 0; word < 2; ++word) {
    Post<cfg::kDriverFeatureSelect>(bench, function, word);
    Post<cfg::kDriverFeature>(bench, function, word);
  }
  Post<cfg::kDeviceStatus>(bench, function, 11);
  for (uint64_t left = random.Below(5); left > 0; --left) {
    const int queue = static_cast<int>(random.Below(kQueuesOfPhysical + 2));
    const uint64_t skew = random.Percent(10) ? 1 : 0;
    Post<cfg::kQueueSelect>(bench, function, static_cast<uint64_t>(queue));
    Post<cfg::kQueueSize>(bench, function, uint64_t{1} << random.Below(17));
    Post<cfg::kQueueMsixVector>(bench, function, random.Below(kQueuesOfPhysical + 3));
    Post<cfg::kQueueDesc>(bench, function, Driver::DescOf(queue) + skew);
    Post<cfg::kQueueDriver>(bench, function, Driver::DriverOf(queue));
    Post<cfg::kQueueDevice>(bench, function, Driver::DeviceOf(queue));
    Post<cfg::kQueueEnable>(bench, function, 1);
  }
  Post<cfg::kDeviceStatus>(bench, function, 15);
}

TEST(HostileTest, RandomAccessesAndEvents) {
  int stops = 0;
  for (uint64_t seed = test::FirstSeed(); seed < test::FirstSeed() + 20; ++seed) {
    SCOPED_TRACE("VIREO_SEED=" + std::to_string(seed));
    sim::Random random(seed, "hostile driver");
    TransportBench bench(seed);
    bench.stops_at_once = false;
    bench.Enable(kNetFunction);
    bench.Enable(kBlkFunction);
    Watch watch(bench);
    unsigned reads = 0;
    for (int step = 0; step < 3000; ++step) {
      const unsigned roll = static_cast<unsigned>(random.Below(100));
      if (roll < 60) {
        // Mostly the common configuration, with values that get far.
        static constexpr uint64_t kBases[] = {0,      0,      0,      0,      0x1000, 0x2000,
                                              0x3000, 0x4000, 0x8000, 0x5000, 0xfff0};
        const uint64_t address = kBases[random.Below(std::size(kBases))] + random.Below(64);
        static constexpr uint32_t kValues[] = {0, 1, 3, 7, 11, 15, 0x10, 0x100, 0x1000, 0xffff};
        const bool write = random.Percent(70);
        const unsigned dwords =
            random.Percent(80) ? 1 : 1 + static_cast<unsigned>(random.Below(20));
        std::vector<uint32_t> data;
        for (unsigned i = 0; i < dwords; ++i) {
          const uint32_t value = kValues[random.Below(std::size(kValues))];
          data.push_back(random.Percent(20) ? static_cast<uint32_t>(random.Next())
                                            : value << (16 * random.Below(2)));
        }
        const unsigned first = random.Percent(70) ? 15 : static_cast<unsigned>(random.Below(16));
        bench.Send(kNetFunction, write, address & ~uint64_t{3}, data, dwords, first,
                   dwords == 1 ? 0 : 15);
        reads += !write;
      } else if (roll < 78 && !bench.stopping.empty()) {
        bench.FinishStop();
      } else if (roll < 84 && !watch.live().empty()) {
        bench.fault_in.write(QueueFaulted{*watch.live().begin(), QueueFault{}});
      } else if (roll < 90) {
        bench.interrupt_in.write(QueueInterrupt{static_cast<int>(random.Below(kQueuesOfPhysical))});
      } else if (roll < 92) {
        pcie4c::FunctionState state;
        state.function = kNetFunction;
        state.memory_space = 1;
        state.bus_master = random.Percent(80);
        state.msix_enable = random.Percent(80);
        state.msix_mask = random.Percent(20);
        bench.state_in.write(state);
      } else if (roll < 95) {
        PostInitialization(bench, kNetFunction, random);
      } else if (roll < 96) {
        Post<cfg::kDeviceStatus>(bench, kNetFunction, 0);
      }
      bench.Run(static_cast<int>(random.Below(30)));
      watch.Look();
    }
    bench.Run(20000);
    unsigned answers = 0;
    for (; bench.has_completion(); ++answers) bench.Receive();
    EXPECT_EQ(answers, reads) << "every read is answered";
    EXPECT_TRUE(bench.resets_done.empty());

    // The other function never noticed.
    Driver blk(bench, kBlkFunction);
    EXPECT_EQ(blk.Status(), 0);
    watch.Look();
    blk.Start(2);
    EXPECT_EQ(blk.Status(), 15);
    EXPECT_EQ(bench.setups.size(), 2u);

    // And the one that was mistreated works after a reset.
    bench.stops_at_once = true;
    while (!bench.stopping.empty()) bench.FinishStop();
    bench.Settle();
    watch.Look();
    bench.Enable(kNetFunction);
    Driver net(bench, kNetFunction);
    net.Reset();
    for (int i = 0; i < 4; ++i) bench.Settle();
    ASSERT_EQ(net.Status(), 0);
    watch.Look();
    net.Start(3);
    EXPECT_EQ(net.Status(), 15);
    EXPECT_EQ(bench.setups.size(), 3u);
    stops += watch.stops();
    if (HasFailure()) return;
  }
  EXPECT_GT(stops, 100) << "or this tests little";
}

TEST(HostileTest, MemorySpaceOffIsUnsupported) {
  TransportBench bench;
  bench.Send(kNetFunction, false, 0, {}, 1, 15, 0);
  EXPECT_EQ(bench.Receive().head.status, unsigned(pcie4c::Status::kUnsupportedRequest));
  bench.Enable(kNetFunction);
  bench.Send(kNetFunction, false, 0, {}, 1, 15, 0);
  EXPECT_EQ(bench.Receive().head.status, unsigned(pcie4c::Status::kSuccess));
}

TEST(HostileTest, AbsentFunctionsReadAsZero) {
  TransportBench bench;
  constexpr int kAbsent = 3;
  bench.Enable(kAbsent);
  bench.WriteBytes(kAbsent, 0x14, 1, 15);
  bench.WriteBytes(kAbsent, bar::NotifyOffset(0), 2, 0);
  for (const uint64_t offset : {0x14u, 0x1000u, 0x2000u, 0x3000u, 0x4000u, 0x8000u, 0xfffcu}) {
    EXPECT_EQ(bench.ReadBytes(kAbsent, offset, 4), 0u);
  }
  EXPECT_TRUE(bench.requests.empty());
  EXPECT_TRUE(bench.managed.empty());
}

}  // namespace
}  // namespace vireo
