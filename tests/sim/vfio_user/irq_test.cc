// SPDX-License-Identifier: Apache-2.0
// Interrupts: eventfds, masks, levels.
#include <fcntl.h>

#include "tests/sim/vfio_user/test_client.h"

namespace vireo::vfio_user {
namespace {

constexpr uint32_t kIntx = VFIO_PCI_INTX_IRQ_INDEX;
constexpr uint32_t kMsix = VFIO_PCI_MSIX_IRQ_INDEX;
constexpr uint32_t kNone = VFIO_IRQ_SET_DATA_NONE;
constexpr uint32_t kBool = VFIO_IRQ_SET_DATA_BOOL;
constexpr uint32_t kEvent = VFIO_IRQ_SET_DATA_EVENTFD;
constexpr uint32_t kMask = VFIO_IRQ_SET_ACTION_MASK;
constexpr uint32_t kUnmask = VFIO_IRQ_SET_ACTION_UNMASK;
constexpr uint32_t kTrigger = VFIO_IRQ_SET_ACTION_TRIGGER;

class IrqTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    client_ = Connect();
    for (UniqueFd& event : events_) event = MakeEventfd();
  }
  std::vector<int> Fds(size_t count) {
    std::vector<int> fds;
    for (size_t i = 0; i < count; ++i) fds.push_back(events_[i].get());
    return fds;
  }

  std::unique_ptr<TestClient> client_;
  std::array<UniqueFd, toy::kVectors> events_;
};

TEST_F(IrqTest, VectorsSignalTheirOwnEventfd) {
  ASSERT_EQ(client_->SetIrqs(kEvent | kTrigger, kMsix, 0, 4, Fds(4)), 0);
  server_->irqs().Raise(kMsix, 2);
  server_->irqs().Raise(kMsix, 2);
  server_->irqs().Raise(kMsix, 3);
  server_->irqs().Raise(kMsix, 4);  // there is no such vector
  EXPECT_EQ(TakeEvents(events_[0]), 0u);
  EXPECT_EQ(TakeEvents(events_[2]), 2u);
  EXPECT_EQ(TakeEvents(events_[3]), 1u);
}

TEST_F(IrqTest, EventsAreTakenAwaySinglyAndTogether) {
  ASSERT_EQ(client_->SetIrqs(kEvent | kTrigger, kMsix, 0, 2, Fds(2)), 0);
  ASSERT_EQ(client_->SetIrqs(kEvent | kTrigger, kMsix, 0, 1), 0);
  server_->irqs().Raise(kMsix, 0);
  server_->irqs().Raise(kMsix, 1);
  EXPECT_EQ(TakeEvents(events_[0]), 0u);
  EXPECT_EQ(TakeEvents(events_[1]), 1u);
  ASSERT_EQ(client_->SetIrqs(kNone | kTrigger, kMsix, 0, 0), 0);
  server_->irqs().Raise(kMsix, 1);
  EXPECT_EQ(TakeEvents(events_[1]), 0u);
}

TEST_F(IrqTest, WhatIsRaisedWhileAllEventsAreAwayIsNotLost) {
  ASSERT_EQ(client_->SetIrqs(kEvent | kTrigger, kMsix, 0, 1, Fds(1)), 0);
  ASSERT_EQ(client_->SetIrqs(kNone | kTrigger, kMsix, 0, 0), 0);
  server_->irqs().Raise(kMsix, 0);
  ASSERT_EQ(client_->SetIrqs(kEvent | kTrigger, kMsix, 0, 2, Fds(2)), 0);
  EXPECT_EQ(TakeEvents(events_[0]), 1u);
  EXPECT_EQ(TakeEvents(events_[1]), 0u);
}

TEST_F(IrqTest, RequestsThatCannotBeAreRefused) {
  const auto fds = Fds(2);
  EXPECT_EQ(client_->SetIrqs(kEvent | kTrigger, kMsix, 3, 2, fds), EINVAL) << "too many vectors";
  EXPECT_EQ(client_->SetIrqs(kEvent | kTrigger, kMsix, ~0u, 2, fds), EINVAL);
  EXPECT_EQ(client_->SetIrqs(kEvent | kTrigger, VFIO_PCI_MSI_IRQ_INDEX, 0, 2, fds), EINVAL);
  EXPECT_EQ(client_->SetIrqs(kEvent | kTrigger, VFIO_PCI_NUM_IRQS, 0, 2, fds), EINVAL);
  EXPECT_EQ(client_->SetIrqs(kEvent | kTrigger, kMsix, 0, 1, fds), EINVAL) << "one fd too many";
  EXPECT_EQ(client_->SetIrqs(kEvent | kTrigger, kMsix, 0, 3, fds), EINVAL) << "one too few";
  EXPECT_EQ(client_->SetIrqs(kNone | kTrigger, kMsix, 0, 2, fds), EINVAL);
  EXPECT_EQ(client_->SetIrqs(kEvent | kNone | kTrigger, kMsix, 0, 2, fds), EINVAL);
  EXPECT_EQ(client_->SetIrqs(kEvent | kTrigger | kMask, kMsix, 0, 2, fds), EINVAL);
  EXPECT_EQ(client_->SetIrqs(kEvent, kMsix, 0, 2, fds), EINVAL);
  EXPECT_EQ(client_->SetIrqs(kTrigger, kMsix, 0, 2), EINVAL);
  EXPECT_EQ(client_->SetIrqs(kNone | kTrigger | 64, kMsix, 0, 2), EINVAL);
  EXPECT_EQ(client_->SetIrqs(kNone | kMask, kMsix, 0, 0), EINVAL);
  EXPECT_EQ(client_->SetIrqs(kNone | kTrigger, kMsix, 1, 0), EINVAL);
  EXPECT_EQ(client_->SetIrqs(kEvent | kTrigger, kMsix, 0, 0), EINVAL);
  const std::array<uint8_t, 1> data = {1};
  EXPECT_EQ(client_->SetIrqs(kBool | kMask, kMsix, 0, 2, {}, data), EINVAL) << "a bool is missing";
  EXPECT_EQ(client_->SetIrqs(kNone | kMask, kMsix, 0, 1, {}, data), EINVAL);
}

TEST_F(IrqTest, ARequestThatIsNotAsLongAsItSaysIsRefused) {
  for (const uint32_t argsz : {0u, 19u, 21u, ~0u}) {
    const std::array<uint32_t, 5> request = {argsz, kNone | kMask, kMsix, 0, 1};
    EXPECT_EQ(ErrorOf(client_->CallWith(Command::kDeviceSetIrqs, request)), EINVAL) << argsz;
  }
}

TEST_F(IrqTest, OnlyEventfdsAreTaken) {
  std::array<int, 2> pipes;
  ASSERT_EQ(pipe2(pipes.data(), O_CLOEXEC), 0);
  const UniqueFd read_end(pipes[0]);
  const UniqueFd write_end(pipes[1]);
  const std::array fds = {events_[0].get(), write_end.get()};
  EXPECT_EQ(client_->SetIrqs(kEvent | kTrigger, kMsix, 0, 2, fds), EINVAL);
  server_->irqs().Raise(kMsix, 0);
  EXPECT_EQ(TakeEvents(events_[0]), 0u) << "nothing of a refused request is done";
}

TEST_F(IrqTest, AFullEventfdDoesNotStopTheServer) {
  const UniqueFd blocking(fcntl(events_[0].get(), F_DUPFD_CLOEXEC, 0));
  fcntl(blocking.get(), F_SETFL, O_RDWR);
  ASSERT_EQ(client_->SetIrqs(kEvent | kTrigger, kMsix, 0, 1, Fds(1)), 0);
  const uint64_t full = ~uint64_t{0} - 1;
  ASSERT_EQ(write(events_[0].get(), &full, sizeof full), 8);
  server_->irqs().Raise(kMsix, 0);
}

TEST_F(IrqTest, AMaskedVectorIsToldWhenItIsUnmasked) {
  ASSERT_EQ(client_->SetIrqs(kEvent | kTrigger, kMsix, 0, 2, Fds(2)), 0);
  const std::array<uint8_t, 2> second = {0, 1};
  ASSERT_EQ(client_->SetIrqs(kBool | kMask, kMsix, 0, 2, {}, second), 0);
  for (int i = 0; i < 3; ++i) {
    server_->irqs().Raise(kMsix, 0);
    server_->irqs().Raise(kMsix, 1);
  }
  EXPECT_EQ(TakeEvents(events_[0]), 3u);
  EXPECT_EQ(TakeEvents(events_[1]), 0u);
  ASSERT_EQ(client_->SetIrqs(kNone | kUnmask, kMsix, 1, 1), 0);
  EXPECT_EQ(TakeEvents(events_[1]), 1u);
}

TEST_F(IrqTest, AClientCanTriggerItsOwnInterrupt) {
  ASSERT_EQ(client_->SetIrqs(kEvent | kTrigger, kMsix, 0, 2, Fds(2)), 0);
  ASSERT_EQ(client_->SetIrqs(kNone | kTrigger, kMsix, 0, 1), 0);
  EXPECT_EQ(TakeEvents(events_[0]), 1u);
  EXPECT_EQ(TakeEvents(events_[1]), 0u);
}

TEST_F(IrqTest, TheLineMasksItselfUntilItIsUnmasked) {
  ASSERT_EQ(client_->SetIrqs(kEvent | kTrigger, kIntx, 0, 1, Fds(1)), 0);
  server_->irqs().SetIntx(true);
  server_->irqs().SetIntx(true);
  EXPECT_EQ(TakeEvents(events_[0]), 1u);
  ASSERT_EQ(client_->SetIrqs(kNone | kUnmask, kIntx, 0, 1), 0);
  EXPECT_EQ(TakeEvents(events_[0]), 1u) << "still asserted";
  server_->irqs().SetIntx(false);
  ASSERT_EQ(client_->SetIrqs(kNone | kUnmask, kIntx, 0, 1), 0);
  EXPECT_EQ(TakeEvents(events_[0]), 0u);
  server_->irqs().SetIntx(true);
  EXPECT_EQ(TakeEvents(events_[0]), 1u);
}

TEST_F(IrqTest, ALineThatIsAssertedIsToldWhenTheEventfdComes) {
  server_->irqs().SetIntx(true);
  ASSERT_EQ(client_->SetIrqs(kEvent | kTrigger, kIntx, 0, 1, Fds(1)), 0);
  EXPECT_EQ(TakeEvents(events_[0]), 1u);
}

TEST_F(IrqTest, TheLineIsUnmaskedByAnEventfdToo) {
  const std::array unmask = {events_[1].get()};
  ASSERT_EQ(client_->SetIrqs(kEvent | kTrigger, kIntx, 0, 1, Fds(1)), 0);
  ASSERT_EQ(client_->SetIrqs(kEvent | kUnmask, kIntx, 0, 1, unmask), 0);
  server_->irqs().SetIntx(true);
  EXPECT_EQ(TakeEvents(events_[0]), 1u);
  const uint64_t one = 1;
  ASSERT_EQ(write(events_[1].get(), &one, sizeof one), 8);
  server_->Poll();
  EXPECT_EQ(TakeEvents(events_[0]), 1u);
  server_->Poll();
  EXPECT_EQ(TakeEvents(events_[0]), 0u);
}

TEST_F(IrqTest, WhatIsRaisedWhileNoClientIsThereIsToldToTheNext) {
  client_->Disconnect();
  server_->irqs().Raise(kMsix, 1);
  server_->irqs().Raise(kMsix, 1);
  client_ = Connect();
  ASSERT_EQ(client_->SetIrqs(kEvent | kTrigger, kMsix, 0, 2, Fds(2)), 0);
  EXPECT_EQ(TakeEvents(events_[0]), 0u);
  EXPECT_EQ(TakeEvents(events_[1]), 1u);
}

TEST_F(IrqTest, AResetForgetsWhatWasRaised) {
  client_->Disconnect();
  server_->irqs().Raise(kMsix, 1);
  client_ = Connect();
  ASSERT_EQ(ErrorOf(client_->Call(Command::kDeviceReset, {})), 0);
  ASSERT_EQ(client_->SetIrqs(kEvent | kTrigger, kMsix, 0, 2, Fds(2)), 0);
  EXPECT_EQ(TakeEvents(events_[1]), 0u);
}

TEST_F(IrqTest, EventfdsAreClosedWhenTheClientLeaves) {
  ASSERT_EQ(client_->SetIrqs(kEvent | kTrigger, kMsix, 0, 1, Fds(1)), 0);
  client_->Disconnect();
  server_->irqs().Raise(kMsix, 0);
  EXPECT_EQ(TakeEvents(events_[0]), 0u);
}

}  // namespace
}  // namespace vireo::vfio_user
