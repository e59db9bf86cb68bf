// SPDX-License-Identifier: Apache-2.0
// A function that fills what it is lent of the card, and whose requests never end, holds up no
// other one.

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "hw/spec/card_registers.h"
#include "hw/spec/register_access.h"
#include "hw/virtio/functions.h"
#include "tests/hw/card/load.h"

namespace vireo::testing {
namespace {

namespace channel = spec::backend_channel;

class Island : public CardTest {
 protected:
  static constexpr uint16_t kQueues = 4;
  static constexpr uint64_t kRings = CardDevice::kMemory, kRingBytes = 64U << 10;

  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(Start({}));
    // The disk of the physical function is with a service that says nothing and is never given up.
    service_ = Attach(kManagementFunction);
    spec::Window<CardBus> registers(service_->bus, spec::management_bar::kBackendChannels.At(0));
    spec::Write<channel::kRequestBase>(registers, kRings);
    spec::Write<channel::kCompletionBase>(registers, kRings + kRingBytes);
    spec::Write<channel::kDataBase>(registers, kRings + 2 * kRingBytes);
    spec::Write<channel::kPatience>(registers, 0);
    spec::Write<channel::kControl>(registers, channel::kControlEnable);
    spec::Window<CardBus> function(service_->bus,
                                   spec::management_bar::kFunctions.At(kBlkFunction));
    spec::Write<spec::function_record::kBackend>(function, spec::function_record::kBackendChannel);
    stuck_ = Attach(kBlkFunction);
    stuck_->driver.Negotiate(~uint64_t{0});
    for (uint16_t i = 0; i < kQueues; ++i) queues_.push_back(&stuck_->driver.AddQueue(i, 64));
    stuck_->driver.Start();
    for (uint16_t i = 0; i < kQueues; ++i) Fill(i);
  }

  // As many requests as the queue takes.
  void Fill(uint16_t index) {
    SplitQueue& queue = *queues_[index];
    for (uint64_t sector = 0;; ++sector) {
      const uint64_t at = CardDevice::kBuffers + 1024 * (64U * index + sector);
      stuck_->memory.Store(at, spec::virtio_blk_req{spec::VIRTIO_BLK_T_IN, 0, sector});
      if (!queue.Add({{at, sizeof(spec::virtio_blk_req), false},
                      {at + 64, spec::kSectorBytes, true},
                      {at + 16, 1, true}},
                     ChainForm::kIndirect)) {
        break;
      }
    }
    if (queue.Publish()) stuck_->driver.Notify(index);
  }

  void Work(uint64_t clocks) {
    for (const uint64_t end = card_->clock() + clocks; card_->clock() < end;) {
      card_->Step();
      if (card_->clock() % Load::kBetweenLooks != 0) continue;
      for (Load* load : loads_) load->Look();
    }
  }

  std::unique_ptr<CardDevice> service_, stuck_;
  std::vector<SplitQueue*> queues_;  // of the function that is stuck
  std::vector<Load*> loads_;
};

TEST_F(Island, OthersGoOnWhileAFunctionsDiskSaysNothing) {
  Work(3000);
  const auto asked = spec::Read<channel::kRequestProduced>(
      spec::Window<CardBus>(service_->bus, spec::management_bar::kBackendChannels.At(0)));
  ASSERT_GE(asked, static_cast<uint32_t>(kBlockCommands) / 2) << "the function is not stuck";

  const auto net = Attach(kNetFunction), blk = Attach(kFirstBlkVirtual);
  TransmitLoad frames(*net, 1);
  BlkLoad requests(*blk, 1);
  card_->mac().OnSend([&](std::span<const uint8_t> frame) { frames.Sent(frame); });
  frames.Begin();
  requests.Begin();
  loads_ = {&frames, &requests};
  for (int i = 0; i < 4; ++i) {
    const uint64_t sent = frames.done(), done = requests.done();
    Work(4000);
    EXPECT_GT(frames.done(), sent + 40) << "frames in 4000 clocks";
    EXPECT_GT(requests.done(), done) << "requests in 4000 clocks";
  }
  for (SplitQueue* queue : queues_) EXPECT_FALSE(queue->Take());
}

TEST_F(Island, AServiceThatIsSwitchedOffFreesTheFunction) {
  Work(3000);
  spec::Window<CardBus> registers(service_->bus, spec::management_bar::kBackendChannels.At(0));
  spec::Write<channel::kControl>(registers, 0);
  unsigned used = 0;
  EXPECT_TRUE(Run([&] {
    for (SplitQueue* queue : queues_) {
      while (queue->Take()) ++used;
    }
    return used == 64U * kQueues;
  })) << used
      << " requests came back";
}

}  // namespace
}  // namespace vireo::testing
