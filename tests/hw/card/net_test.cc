// SPDX-License-Identifier: Apache-2.0
// virtio-net on the card's RTL: a driver's frames reach the wire, and frames from the wire reach
// it.

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <vector>

#include "hw/spec/device_cfg.h"
#include "hw/spec/function_bar.h"
#include "hw/spec/size.h"
#include "hw/spec/virtio_net.h"
#include "hw/virtio/functions.h"
#include "sim/harness/random.h"
#include "tests/hw/card/card_test.h"

namespace vireo::testing {
namespace {

constexpr uint32_t kBufferBytes = 2048;
constexpr size_t kHeader = sizeof(spec::virtio_net_hdr);

class NetTest : public CardTest {
 protected:
  void Start(const sim::pcie::HardBlockConfig& config) {
    CardTest::Start(config);
    net_ = Attach(kNetFunction);
  }

  std::unique_ptr<CardDevice> net_;
};

std::vector<uint8_t> RandomFrame(sim::Random& random, size_t bytes) {
  std::vector<uint8_t> frame(bytes);
  for (uint8_t& byte : frame) byte = static_cast<uint8_t>(random.Next());
  frame[0] &= 0xfe;  // to one station
  return frame;
}

TEST_F(NetTest, SendsWhatTheDriverOffers) {
  ASSERT_NO_FATAL_FAILURE(Start({}));
  net_->driver.Negotiate(~uint64_t{0});
  SplitQueue& transmit = net_->driver.AddQueue(1, 256);
  net_->driver.Start();
  sim::Random random(1, "frames");
  std::deque<std::vector<uint8_t>> expected;
  unsigned returned = 0;
  for (unsigned i = 0; i < 200; ++i) {
    const size_t bytes = 60 + random.Below(1455);
    const std::vector<uint8_t> frame = RandomFrame(random, bytes);
    const uint64_t at = CardDevice::kBuffers + uint64_t{i % 128} * kBufferBytes + random.Below(64);
    std::memset(net_->memory.At(at, kHeader), 0, kHeader);
    std::memcpy(net_->memory.At(at + kHeader, bytes), frame.data(), bytes);
    expected.push_back(frame);
    const uint64_t cut = random.Below(bytes + kHeader - 1) + 1;
    const std::vector<Buffer> buffers = {
        {at, static_cast<uint32_t>(cut), false},
        {at + cut, static_cast<uint32_t>(bytes + kHeader - cut), false}};
    ASSERT_TRUE(transmit.Add(buffers, i % 2 == 0 ? ChainForm::kDirect : ChainForm::kIndirect));
    if (transmit.Publish()) net_->driver.Notify(1);
    if (i % 64 == 63) {
      EXPECT_TRUE(Run([&] { return sent_.size() == i + 1; }));
      while (transmit.Take()) ++returned;
    }
  }
  EXPECT_TRUE(Run([&] { return sent_.size() == expected.size(); }));
  EXPECT_TRUE(Run([&] {
    while (transmit.Take()) ++returned;
    return returned == expected.size();
  }));
  EXPECT_EQ(sent_, expected);
}

TEST_F(NetTest, PlacesFramesOfTheWire) {
  ASSERT_NO_FATAL_FAILURE(Start({}));
  net_->driver.Negotiate(~uint64_t{0});
  SplitQueue& receive = net_->driver.AddQueue(0, 256);
  net_->driver.Start();
  for (unsigned i = 0; i < 64; ++i) {
    receive.Add({{CardDevice::kBuffers + uint64_t{i} * kBufferBytes, kBufferBytes, true}},
                ChainForm::kDirect);
  }
  if (receive.Publish()) net_->driver.Notify(0);
  for (int i = 0; i < 3000; ++i) card_->Step();
  sim::Random random(1, "frames");
  for (unsigned i = 0; i < 64; ++i) {
    const std::vector<uint8_t> frame = RandomFrame(random, 60 + random.Below(1455));
    ASSERT_TRUE(card_->mac().Receive(frame));
    ASSERT_TRUE(Run([&] { return receive.HasUsed(); })) << "frame " << i;
    const auto used = receive.Take();
    ASSERT_EQ(used->len, frame.size() + kHeader);
    // Buffers were offered in the order of their descriptors, from the first one on.
    const uint64_t at = CardDevice::kBuffers + uint64_t{i} * kBufferBytes;
    EXPECT_EQ(std::memcmp(net_->memory.At(at + kHeader, frame.size()), frame.data(), frame.size()),
              0)
        << "frame " << i;
    EXPECT_EQ(net_->memory.Load<uint16_t>(at + offsetof(spec::virtio_net_hdr, num_buffers)), 1);
  }
}

TEST_F(NetTest, EachFunctionGetsTheFramesToItsOwnAddress) {
  ASSERT_NO_FATAL_FAILURE(Start({}));
  const auto vf = Attach(kFirstNetVirtual);
  sim::Random random(1, "frames");
  uint64_t addresses[2];
  SplitQueue* queues[2];
  CardDevice* const devices[2] = {net_.get(), vf.get()};
  for (unsigned i = 0; i < 2; ++i) {
    CardDevice& device = *devices[i];
    device.driver.Negotiate(~uint64_t{0});
    spec::Window<CardBus> config(device.bus, spec::function_bar::kDeviceCfg);
    addresses[i] = 0;
    for (uint32_t byte = 0; byte < 6; ++byte) {
      addresses[i] |= uint64_t{spec::Read<spec::net_cfg::kMac>(config, byte)} << (8 * byte);
    }
    queues[i] = &device.driver.AddQueue(0, 64);
    device.driver.Start();
    for (unsigned slot = 0; slot < 32; ++slot) {
      queues[i]->Add({{CardDevice::kBuffers + uint64_t{slot} * kBufferBytes, kBufferBytes, true}},
                     ChainForm::kDirect);
    }
    if (queues[i]->Publish()) device.driver.Notify(0);
  }
  ASSERT_NE(addresses[0], addresses[1]);
  for (int i = 0; i < 3000; ++i) card_->Step();
  for (unsigned i = 0; i < 20; ++i) {
    const unsigned to = i % 2;
    std::vector<uint8_t> frame = RandomFrame(random, 60 + random.Below(1455));
    std::memcpy(frame.data(), &addresses[to], 6);
    ASSERT_TRUE(card_->mac().Receive(frame));
    ASSERT_TRUE(Run([&] { return queues[to]->HasUsed(); })) << "frame " << i;
    EXPECT_EQ(queues[to]->Take()->len, frame.size() + kHeader);
    EXPECT_FALSE(queues[1 - to]->HasUsed());
  }
}

}  // namespace
}  // namespace vireo::testing
