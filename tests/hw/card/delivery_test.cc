// SPDX-License-Identifier: Apache-2.0
// Frames of random sizes go out by several queues and come back from the wire, while every port is
// held back at random and reads are answered out of order: each one comes once, as it was, and
// those of a queue in order.
//
// VIREO_SEED and VIREO_FRAMES (20,000) change the run.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hw/spec/card_counters.h"
#include "hw/spec/function_bar.h"
#include "hw/spec/register_access.h"
#include "hw/spec/size.h"
#include "hw/spec/virtio_net.h"
#include "sim/harness/random.h"
#include "tests/hw/card/card_test.h"

namespace vireo::testing {
namespace {

uint64_t Setting(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 0);
}

constexpr size_t kHeader = sizeof(spec::virtio_net_hdr);
constexpr unsigned kPairs = kQueuesOfPhysical / 2;
constexpr unsigned kFlows = 16 * kPairs;  // flow f is sent by pair f % kPairs
constexpr uint64_t kOwnMac = 0x00'00'56'00'54'52, kPeerMac = 0x01'00'56'00'54'52;

// An Ethernet frame of a flow: IPv4 and UDP, number and flow, and bytes that both decide.
constexpr size_t kNumberAt = 42, kFlowAt = 46, kLeastFrame = 60;

std::vector<uint8_t> MakeFrame(uint32_t flow, uint32_t number, size_t bytes) {
  std::vector<uint8_t> frame(bytes);
  std::memcpy(&frame[0], &kPeerMac, 6);
  std::memcpy(&frame[6], &kOwnMac, 6);
  frame[12] = 0x08;
  frame[14] = 0x45;
  frame[23] = 17;
  frame[29] = static_cast<uint8_t>(flow);            // source address
  frame[33] = static_cast<uint8_t>(flow * 37 + 11);  // destination address
  std::memcpy(&frame[kNumberAt], &number, 4);
  std::memcpy(&frame[kFlowAt], &flow, 4);
  uint64_t word = (uint64_t{flow} << 32 | number) * 0x9e3779b97f4a7c15;
  for (size_t i = kFlowAt + 4; i < bytes; ++i) {
    word = word * 6364136223846793005 + 1442695040888963407;
    frame[i] = static_cast<uint8_t>(word >> 56);
  }
  return frame;
}

// A notification that is on its way while the driver goes on.
void Notify(sim::Card& card, unsigned queue) {
  const std::array<uint8_t, 2> value = {static_cast<uint8_t>(queue), 0};
  card.block().MmioWrite(kNetFunction, 0, spec::function_bar::NotifyOffset(queue), value);
}

// Frames between the card's pins: each waits until the card has read the descriptors of buffers for
// it, since one that finds none is dropped, as it should be.
class Wire {
 public:
  static constexpr uint32_t kLeastBuffer = 512;

  explicit Wire(sim::Card& card) : card_(card) {}

  // The card has read descriptors of chains of one buffer.
  void Fetched(unsigned queue, unsigned chains) {
    coming_.push_back({card_.clock() + kReadClocks, queue, chains});
  }
  void Take(std::span<const uint8_t> frame) {
    frames_.emplace_back(frame.begin(), frame.end());
    std::memcpy(frames_.back().data(), &kOwnMac, 6);
  }
  bool has_room() const { return frames_.size() < kFrames; }
  void Step() {
    while (!coming_.empty() && coming_.front().clock <= card_.clock()) {
      chains_[coming_.front().queue] += coming_.front().chains;
      coming_.pop_front();
    }
    if (queue_of_.empty() && *std::min_element(chains_.begin(), chains_.end()) < kFirst) return;
    while (!frames_.empty()) {
      const std::vector<uint8_t>& frame = frames_.front();
      uint32_t flow;
      std::memcpy(&flow, &frame[kFlowAt], 4);
      const auto known = queue_of_.find(flow);
      if (known == queue_of_.end()) {
        if (in_card_ != 0) return;
      } else {
        unsigned& chains = chains_[known->second];
        if (in_card_ + frame.size() > kBytes || chains < ChainsOf(frame.size())) return;
        chains -= ChainsOf(frame.size());
      }
      in_card_ += frame.size();
      card_.mac().Receive(frame);
      frames_.pop_front();
    }
  }
  // Steering is static: a flow always comes by the queue by which it came first.
  void Delivered(uint32_t flow, unsigned queue, size_t bytes, unsigned chains) {
    in_card_ -= bytes;
    const auto [known, is_new] = queue_of_.try_emplace(flow, queue);
    EXPECT_EQ(known->second, queue) << "flow " << flow << " changed its queue";
    chains_[queue] += (is_new ? 0 : ChainsOf(bytes)) - chains;
  }

 private:
  static constexpr unsigned kFirst = 32;  // chains of each queue, before the first frame
  static constexpr size_t kBytes = 40'000;
  static constexpr size_t kFrames = 64;  // on the wire, beyond which nobody sends
  // From a read to the chain's arrival, at most: transmit chains may be before it.
  static constexpr uint64_t kReadClocks = 3000;

  struct Fetch {
    uint64_t clock;
    unsigned queue, chains;
  };

  // At most.
  static unsigned ChainsOf(size_t bytes) {
    return static_cast<unsigned>((bytes + kHeader + kLeastBuffer - 1) / kLeastBuffer);
  }

  sim::Card& card_;
  std::deque<std::vector<uint8_t>> frames_;
  std::map<uint32_t, unsigned> queue_of_;     // by flow
  std::array<unsigned, kPairs> chains_ = {};  // by queue: in the card, and for no frame yet
  std::deque<Fetch> coming_;
  size_t in_card_ = 0;  // bytes
};

// One transmit queue, and the flows that it sends.
class Sender {
 public:
  static constexpr unsigned kSlots = 48;
  static constexpr uint32_t kSlotBytes = 12'288;

  Sender(sim::Card& card, CardDevice& device, unsigned pair, uint64_t seed)
      : card_(card),
        device_(device),
        pair_(pair),
        random_(seed, "sender " + std::to_string(pair)),
        queue_(device.driver.AddQueue(static_cast<uint16_t>(2 * pair + 1), 256)) {
    for (unsigned slot = 0; slot < kSlots; ++slot) free_.push_back(slot);
  }

  // Takes back what was sent, and sends up to `left` more; how many.
  uint64_t Look(uint64_t left) {
    while (const auto used = queue_.Take()) {
      const auto found = slot_of_.find(used->id);
      if (found == slot_of_.end()) {
        ADD_FAILURE() << "chain " << used->id << " came back and was not out";
        return 0;
      }
      free_.push_back(found->second);
      slot_of_.erase(found);
    }
    uint64_t sent = 0;
    for (; sent < left && !free_.empty() && random_.Percent(80); ++sent) {
      if (!Send()) break;
    }
    if (queue_.Publish()) Notify(card_, 2 * pair_ + 1);
    return sent;
  }
  bool is_idle() const { return slot_of_.empty(); }

 private:
  bool Send() {
    const auto flow = static_cast<uint32_t>(pair_ + kPairs * random_.Below(kFlows / kPairs));
    const size_t most = random_.Percent(75) ? 256 : random_.Percent(95) ? 1514 : kMaxFrame;
    const size_t bytes = kLeastFrame + random_.Below(most - kLeastFrame + 1);
    const unsigned slot = free_.front();
    const uint64_t at =
        CardDevice::kBuffers + uint64_t{pair_ * kSlots + slot} * kSlotBytes + random_.Below(64);
    std::vector<Buffer> buffers;
    for (size_t from = 0; from < kHeader + bytes;) {
      const size_t rest = kHeader + bytes - from;
      const size_t length =
          buffers.size() == 3 || random_.Percent(50) ? rest : 1 + random_.Below(rest);
      buffers.push_back({at + from, static_cast<uint32_t>(length), false});
      from += length;
    }
    // Descriptors in the table soon lie scattered, and are then followed one by one.
    const bool is_direct = random_.Percent(buffers.size() == 1 ? 50 : 3);
    const ChainForm form = is_direct ? ChainForm::kDirect : ChainForm::kIndirect;
    if (queue_.free_descriptors() < buffers.size()) return false;
    const std::vector<uint8_t> frame = MakeFrame(flow, numbers_[flow]++, bytes);
    std::memset(device_.memory.At(at, kHeader), 0, kHeader);
    std::memcpy(device_.memory.At(at + kHeader, bytes), frame.data(), bytes);
    slot_of_[queue_.Add(buffers, form).value()] = slot;
    free_.pop_front();
    return true;
  }

  sim::Card& card_;
  CardDevice& device_;
  unsigned pair_;
  sim::Random random_;
  SplitQueue& queue_;
  std::deque<unsigned> free_;
  std::map<uint32_t, unsigned> slot_of_;
  std::map<uint32_t, uint32_t> numbers_;  // of the flow's next frame
};

// One receive queue, with buffers of random sizes; checks what comes.
class Receiver {
 public:
  static constexpr unsigned kSlots = 192;
  static constexpr uint32_t kSlotBytes = 2048;

  Receiver(sim::Card& card, CardDevice& device, unsigned pair, uint64_t seed, Wire& wire)
      : card_(card),
        device_(device),
        pair_(pair),
        random_(seed, "receiver " + std::to_string(pair)),
        wire_(wire),
        queue_(device.driver.AddQueue(static_cast<uint16_t>(2 * pair), 256)) {}

  const SplitQueue& queue() const { return queue_; }
  void Begin() {
    for (unsigned slot = 0; slot < kSlots; ++slot) Offer(slot);
    Publish();
  }
  // How many frames came.
  uint64_t Look() {
    uint64_t frames = 0;
    bool any = false;
    while (const auto used = queue_.Take()) {
      any = true;
      const auto found = slots_.find(used->id);
      if (found == slots_.end()) {
        ADD_FAILURE() << "chain " << used->id << " came back and was not out";
        return frames;
      }
      const unsigned slot = found->second;
      slots_.erase(found);
      const uint8_t* data = device_.memory.At(At(slot), used->len);
      bytes_.insert(bytes_.end(), data, data + used->len);
      if (left_ == 0) {
        std::memcpy(&buffers_, data + offsetof(spec::virtio_net_hdr, num_buffers), 2);
        left_ = buffers_;
      }
      if (--left_ == 0) {
        Check();
        bytes_.clear();
        ++frames;
      }
      Offer(slot);
    }
    if (any) Publish();
    return frames;
  }

 private:
  uint64_t At(unsigned slot) const {
    constexpr uint64_t kFirst =
        CardDevice::kBuffers + uint64_t{kPairs} * Sender::kSlots * Sender::kSlotBytes;
    return kFirst + uint64_t{pair_ * kSlots + slot} * kSlotBytes;
  }
  void Offer(unsigned slot) {
    const auto bytes = static_cast<uint32_t>(Wire::kLeastBuffer +
                                             random_.Below(kSlotBytes - Wire::kLeastBuffer + 1));
    slots_[queue_.Add({{At(slot), bytes, true}}, ChainForm::kDirect).value()] = slot;
  }
  void Publish() {
    if (queue_.Publish()) Notify(card_, 2 * pair_);
  }

  void Check() {
    ASSERT_GE(bytes_.size(), kHeader + kLeastFrame);
    const size_t bytes = bytes_.size() - kHeader;
    uint32_t number, flow;
    std::memcpy(&number, &bytes_[kHeader + kNumberAt], 4);
    std::memcpy(&flow, &bytes_[kHeader + kFlowAt], 4);
    ASSERT_LT(flow, kFlows);
    EXPECT_EQ(number, numbers_[flow]++) << "flow " << flow << ": missing, twice or out of order";
    std::vector<uint8_t> frame = MakeFrame(flow, number, bytes);
    std::memcpy(frame.data(), &kOwnMac, 6);
    EXPECT_EQ(std::memcmp(frame.data(), &bytes_[kHeader], bytes), 0) << "frame " << number;
    wire_.Delivered(flow, pair_, bytes, buffers_);
  }

  sim::Card& card_;
  CardDevice& device_;
  unsigned pair_;
  sim::Random random_;
  Wire& wire_;
  SplitQueue& queue_;
  std::map<uint32_t, unsigned> slots_;  // by the chain's head
  std::vector<uint8_t> bytes_;          // of the frame that is coming
  uint16_t buffers_ = 0;                // that it has,
  unsigned left_ = 0;                   // and that are still to come
  std::map<uint32_t, uint32_t> numbers_;
};

class Delivery : public CardTest {};

TEST_F(Delivery, EachFrameComesOnceAndInOrder) {
  const uint64_t seed = Setting("VIREO_SEED", 1), total = Setting("VIREO_FRAMES", 20'000);
  SCOPED_TRACE("VIREO_SEED=" + std::to_string(seed) + " VIREO_FRAMES=" + std::to_string(total));
  sim::pcie::HardBlockConfig config;
  config.seed = seed;
  config.jitter_ns = 500;
  config.reorder_percent = 50;
  config.split = sim::pcie::Split::kRandom;
  config.stalls = {20, 20, 20, 20, 20};
  ASSERT_NO_FATAL_FAILURE(Start(config));
  card_->mac().HoldBack(20, seed);
  const auto net = Attach(kNetFunction);
  FunctionAddress address = {};
  address.function = kNetFunction;
  address.mac = kOwnMac;
  address.has_mac = 1;
  address.pairs = kPairs;
  card_->addresses().Send(address);
  net->driver.Negotiate(~uint64_t{0});

  Wire wire(*card_);
  card_->mac().OnSend([&](std::span<const uint8_t> frame) { wire.Take(frame); });
  std::vector<std::unique_ptr<Sender>> senders;
  std::vector<std::unique_ptr<Receiver>> receivers;
  for (unsigned pair = 0; pair < kPairs; ++pair) {
    receivers.push_back(std::make_unique<Receiver>(*card_, *net, pair, seed, wire));
    senders.push_back(std::make_unique<Sender>(*card_, *net, pair, seed));
  }
  card_->memory().OnAccess([&](const sim::pcie::DmaAccess& access) {
    if (access.write) return;
    for (unsigned pair = 0; pair < kPairs; ++pair) {
      const SplitQueue& queue = receivers[pair]->queue();
      if (access.iova < queue.desc() || access.iova >= queue.driver()) continue;
      wire.Fetched(pair, static_cast<unsigned>(access.bytes.size() / sizeof(spec::virtq_desc)));
    }
  });
  net->driver.Start();
  for (auto& receiver : receivers) receiver->Begin();

  constexpr uint64_t kBetweenLooks = 16, kPatience = 200'000;  // clocks
  uint64_t sent = 0, came = 0, latest = card_->clock();
  while (came < total && !HasFailure()) {
    card_->Step();
    if (card_->clock() % kBetweenLooks != 0) continue;
    wire.Step();
    for (auto& sender : senders) sent += sender->Look(wire.has_room() ? total - sent : 0);
    for (auto& receiver : receivers) {
      const uint64_t frames = receiver->Look();
      if (frames != 0) latest = card_->clock();
      came += frames;
    }
    ASSERT_LT(card_->clock(), latest + kPatience) << came << " of " << sent << " frames came";
  }
  EXPECT_EQ(sent, total);
  for (uint64_t end = card_->clock() + 5000; card_->clock() < end;) {
    card_->Step();
    if (card_->clock() % kBetweenLooks != 0) continue;
    for (auto& sender : senders) sender->Look(0);
    for (auto& receiver : receivers) EXPECT_EQ(receiver->Look(), 0U) << "a frame too many";
  }
  for (auto& sender : senders) EXPECT_TRUE(sender->is_idle()) << "a buffer did not come back";
  const auto management = Attach(kManagementFunction);
  spec::Window<CardBus> counters(management->bus,
                                 spec::management_bar::kFunctionCounters.At(kNetFunction));
  for (uint32_t reason = 0; reason < spec::kReasons; ++reason) {
    EXPECT_EQ(spec::Read<spec::function_counters::kReasonCount>(counters, reason), 0U)
        << "reason " << reason << " of hw/spec/registers.md was met";
  }
  RecordProperty("clocks", std::to_string(card_->clock()));
}

}  // namespace
}  // namespace vireo::testing
