// SPDX-License-Identifier: Apache-2.0
// Registers, when other events come in between the steps of a walk along a function's queues.
#include <gtest/gtest.h>

#include <vector>

#include "hw/virtio/registers.h"

namespace vireo {
namespace {

constexpr int kUsed = 4;  // queues that the driver enabled
constexpr FunctionIndex kFunction = kNetFunction;

// The process alone with its tables; events are given one by one.
class WalkTest : public testing::Test {
 protected:
  WalkTest() {
    Run(kConfigEntries + kFunctions);
    Write(spec::common_cfg::kDriverFeatureSelect, 1);
    Write(spec::common_cfg::kDriverFeature, spec::FeatureMask(spec::VIRTIO_F_VERSION_1));
    Write(spec::common_cfg::kDeviceStatus, 11);
    for (uint32_t queue = 0; queue < kUsed; ++queue) Enable(queue);
  }

  void Enable(uint32_t queue) {
    Write(spec::common_cfg::kQueueSelect, queue);
    Write(spec::common_cfg::kQueueDesc, 0x1000);
    Write(spec::common_cfg::kQueueDriver, 0x2000);
    Write(spec::common_cfg::kQueueDevice, 0x3000);
    Write(spec::common_cfg::kQueueEnable, 1);
  }

  void Run(int clocks = 30) {
    for (int i = 0; i < clocks; ++i) {
      registers_.Step(event_, queue_, word_, reply_, walks, change_, interrupts, queue_access_,
                      word_access_, resets_done, counts);
      queues_.Step(queue_access_, queue_);
      words_.Step(word_access_, word_);
      while (!change_.empty()) {
        const QueueChange change = change_.read();
        (change.is_stop == 1 ? stops : starts).push_back(change.setup.queue.to_int());
      }
    }
  }
  void Give(const RegisterEvent& event) {
    event_.write(event);
    Run();
  }
  void Write(const spec::Register& reg, uint32_t value) {
    RegisterEvent event = {};
    event.kind = RegisterEventKind::kAccess;
    event.function = kFunction;
    event.access.function = kFunction;
    event.access.dword = reg.offset / 4;
    event.access.write = 1;
    const unsigned enables = reg.bytes >= 4 ? 15u : (1u << reg.bytes) - 1;
    event.access.byte_enables = enables << (reg.offset % 4);
    event.access.data = value << (8 * (reg.offset % 4));
    Give(event);
  }
  uint32_t ReadStatus() {
    RegisterEvent event = {};
    event.kind = RegisterEventKind::kAccess;
    event.function = kFunction;
    event.access.dword = spec::common_cfg::kDeviceStatus.offset / 4;
    event.access.byte_enables = 1;
    Give(event);
    return reply_.read().to_uint() & 0xff;
  }
  void Walk(int from, int to) {
    for (int queue = from; queue < to; ++queue) {
      RegisterEvent event = {};
      event.kind = RegisterEventKind::kWalk;
      event.function = kFunction;
      event.virtqueue = queue;
      Give(event);
    }
  }
  void Stopped(int queue) {
    RegisterEvent event = {};
    event.kind = RegisterEventKind::kStopped;
    event.function = kFunction;
    event.virtqueue = queue;
    Give(event);
  }
  void Flr() {
    RegisterEvent event = {};
    event.kind = RegisterEventKind::kFlr;
    event.function = kFunction;
    Give(event);
  }
  // The resets of interrupts that were asked for up to now are done.
  void Clear() {
    for (size_t left = interrupts.size(); left > 0; --left) {
      const InterruptEvent interrupt = interrupts.read();
      if (interrupt.kind != InterruptEventKind::kReset) continue;
      RegisterEvent event = {};
      event.kind = RegisterEventKind::kCleared;
      event.function = kFunction;
      event.is_flr = interrupt.is_flr;
      Give(event);
    }
  }
  void TakeWalk() {
    ASSERT_EQ(walks.size(), 1u) << "the function is listed once";
    walks.read();
  }

  using Queues = std::vector<int>;
  Queues starts;
  Queues stops;
  hls::stream<FunctionIndex> walks;
  hls::stream<InterruptEvent> interrupts;
  hls::stream<pcie4c::FunctionResetDone> resets_done;
  hls::stream<ReasonEvent> counts;

 private:
  Registers registers_;
  TableServer<QueueConfig, kQueues> queues_;
  DeviceConfig words_;
  hls::stream<RegisterEvent> event_;
  hls::stream<QueueConfig> queue_;
  hls::stream<ConfigEntry> word_;
  hls::stream<RegisterReply> reply_;
  hls::stream<QueueChange> change_;
  hls::stream<QueueConfigAccess> queue_access_;
  hls::stream<ConfigAccess> word_access_;
};

TEST_F(WalkTest, AResetInTheMiddleStopsWhatIsLiveOnce) {
  Write(spec::common_cfg::kDeviceStatus, 15);
  TakeWalk();
  Walk(0, 2);
  EXPECT_EQ(starts, (Queues{0, 1}));
  Write(spec::common_cfg::kDeviceStatus, 0);
  TakeWalk();
  Walk(2, kUsed);  // the first walk goes on
  EXPECT_EQ(starts, (Queues{0, 1})) << "nothing is started any more";
  Walk(0, kUsed);
  EXPECT_EQ(stops, (Queues{0, 1}));
  Stopped(0);
  EXPECT_EQ(ReadStatus(), 15u);
  Stopped(1);
  EXPECT_EQ(ReadStatus(), 15u) << "interrupts may be on their way";
  Clear();
  EXPECT_EQ(ReadStatus(), 0u);
  EXPECT_TRUE(resets_done.empty());
}

TEST_F(WalkTest, AResetInTheMiddleOfALaterWalkStopsEachQueueOnce) {
  Write(spec::common_cfg::kDeviceStatus, 15);
  TakeWalk();
  Walk(0, kUsed);
  Enable(kUsed);
  TakeWalk();
  Walk(0, 2);
  Write(spec::common_cfg::kDeviceStatus, 0);
  TakeWalk();
  Walk(2, kUsed + 1);
  EXPECT_EQ(stops, (Queues{2, 3}));
  Walk(0, kUsed + 1);
  EXPECT_EQ(stops, (Queues{2, 3, 0, 1}));
  EXPECT_EQ(starts, (Queues{0, 1, 2, 3}));
}

TEST_F(WalkTest, StatusIsNotZeroUntilInterruptsAreCleared) {
  Write(spec::common_cfg::kDeviceStatus, 0);
  Clear();
  EXPECT_EQ(ReadStatus(), 0u);
  Write(spec::common_cfg::kDeviceStatus, 0);
  EXPECT_NE(ReadStatus(), 0u) << "though it was before";
  Clear();
  EXPECT_EQ(ReadStatus(), 0u);
}

TEST_F(WalkTest, AResetBeforeTheWalkStartsNothing) {
  Write(spec::common_cfg::kDeviceStatus, 15);
  Write(spec::common_cfg::kDeviceStatus, 0);
  Clear();
  EXPECT_EQ(ReadStatus(), 0u);
  TakeWalk();
  Walk(0, kUsed);
  EXPECT_TRUE(starts.empty());
  EXPECT_TRUE(stops.empty());
}

TEST_F(WalkTest, QueuesStopWhileTheWalkGoesOn) {
  Write(spec::common_cfg::kDeviceStatus, 15);
  TakeWalk();
  Walk(0, kUsed);
  Write(spec::common_cfg::kDeviceStatus, 0);
  TakeWalk();
  for (int queue = 0; queue < kUsed; ++queue) {
    Walk(queue, queue + 1);
    EXPECT_NE(ReadStatus(), 0u);
    Stopped(queue);
  }
  EXPECT_EQ(stops, (Queues{0, 1, 2, 3}));
  Clear();
  EXPECT_EQ(ReadStatus(), 0u);
}

TEST_F(WalkTest, AFunctionIsListedOnce) {
  Write(spec::common_cfg::kDeviceStatus, 15);
  for (uint32_t queue = kUsed; queue < kUsed + 3; ++queue) Enable(queue);
  for (int round = 0; round < 3; ++round) {
    Write(spec::common_cfg::kDeviceStatus, 0);
    Clear();
    Write(spec::common_cfg::kDriverFeatureSelect, 1);
    Write(spec::common_cfg::kDriverFeature, spec::FeatureMask(spec::VIRTIO_F_VERSION_1));
    Write(spec::common_cfg::kDeviceStatus, 15);
  }
  TakeWalk();
}

TEST_F(WalkTest, AFunctionLevelResetWhileInterruptsAreClearedFollows) {
  Write(spec::common_cfg::kDeviceStatus, 0);
  Flr();
  Clear();
  EXPECT_TRUE(resets_done.empty()) << "this was the device's own";
  ASSERT_EQ(interrupts.size(), 1u);
  Clear();
  EXPECT_TRUE(interrupts.empty());
  EXPECT_EQ(resets_done.size(), 1u);
  EXPECT_EQ(ReadStatus(), 0u);
}

}  // namespace
}  // namespace vireo
