// SPDX-License-Identifier: Apache-2.0
// How many frames a second virtio-net moves on the card's RTL: through its pins, with a PCIe host
// and a driver of our own that never lets the rings run dry.

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "card_cosim.h"
#include "hw/spec/pci_config.h"
#include "hw/spec/size.h"
#include "hw/spec/virtio_net.h"
#include "sim/simulator/card.h"
#include "tests/driver/host_memory.h"
#include "tests/driver/virtio_pci.h"
#include "tests/hw/card/card_bus.h"

namespace vireo::testing {
namespace {

constexpr uint64_t kMemory = 0x1'0000'0000;
constexpr size_t kMemoryBytes = 64U << 20;
constexpr uint64_t kBuffers = kMemory + (32U << 20);
constexpr uint32_t kBufferBytes = 2048;
constexpr uint16_t kRing = 256;
constexpr uint32_t kHeader = sizeof(spec::virtio_net_hdr);
constexpr uint64_t kMac = 0x00'00'56'00'54'52;           // first byte of the wire lowest
constexpr uint64_t kWarmUp = 6'000, kMeasured = 20'000;  // clocks
constexpr uint64_t kBetweenLooks = 16;                   // of the driver at its rings

struct Case {
  bool sends;
  uint32_t frame_bytes;
  unsigned queues;
  uint16_t batch;    // chains that the driver offers at once
  double least = 0;  // Mpps that the card has to reach
};

struct Rate {
  double mpps;
  double reads, writes, bytes_read, bytes_written;  // of DMA, each frame
};

// One queue, with buffers that are offered again as soon as they come back.
class Flow {
 public:
  Flow(const Case& what, SplitQueue& queue, unsigned index)
      : what_(what), queue_(queue), base_(kBuffers + uint64_t{index} * kRing * kBufferBytes) {
    for (uint16_t i = 0; i < kRing; ++i) Offer(i);
    queue_.WantInterrupt(false);
  }

  // Takes what is used, offers it again in batches. Whether the device wants to be notified.
  bool Look() {
    while (const auto used = queue_.Take()) {
      ++returned_;
      Offer(slot_of_[used->id]);
    }
    if (waiting_ < what_.batch) return false;
    waiting_ = 0;
    return queue_.Publish();
  }
  uint64_t returned() const { return returned_; }

 private:
  void Offer(uint16_t slot) {
    const uint64_t at = base_ + uint64_t{slot} * kBufferBytes;
    const uint32_t bytes = what_.sends ? kHeader + what_.frame_bytes : kBufferBytes;
    const auto head = queue_.Add({{at, bytes, !what_.sends}}, ChainForm::kDirect);
    slot_of_[head.value()] = slot;
    ++waiting_;
  }

  Case what_;
  SplitQueue& queue_;
  uint64_t base_;
  std::array<uint16_t, kRing> slot_of_ = {};
  uint16_t waiting_ = 0;  // offered, not published
  uint64_t returned_ = 0;
};

Rate Measure(const Case& what) {
  cosim::card dut;
  auto made = sim::Card::Make(dut, {});
  if (!made) throw std::runtime_error(made.error());
  sim::Card& card = **made;
  HostMemory memory(kMemory, kMemoryBytes);
  const auto mapped = card.memory().Map(
      0, {.iova = kMemory, .length = kMemoryBytes, .host = memory.At(kMemory, kMemoryBytes)});
  if (!mapped) throw std::runtime_error(mapped.error());
  CardBus bus(card, kNetFunction);
  bus.WriteConfig(spec::pci_header::kCommand.offset,
                  spec::pci_header::kCommandMemory | spec::pci_header::kCommandBusMaster);
  FunctionAddress address = {};
  address.function = kNetFunction;
  address.mac = kMac;
  address.has_mac = 1;
  address.pairs = what.queues;
  card.addresses().Send(address);
  VirtioPci<CardBus> driver(bus, memory, kMemory);
  driver.Negotiate(~uint64_t{0});
  std::vector<Flow> flows;
  std::vector<uint16_t> numbers;
  for (unsigned i = 0; i < what.queues; ++i) {
    numbers.push_back(static_cast<uint16_t>(2 * i + (what.sends ? 1 : 0)));
    flows.emplace_back(what, driver.AddQueue(numbers.back(), kRing), i);
  }
  driver.Start();

  std::vector<uint8_t> frame(what.frame_bytes);
  uint64_t sent_to_card = 0;
  const auto run = [&](uint64_t clocks) {
    for (const uint64_t end = card.clock() + clocks; card.clock() < end;) {
      if (card.clock() % kBetweenLooks == 0) {
        for (unsigned i = 0; i < flows.size(); ++i) {
          if (!flows[i].Look()) continue;
          const uint16_t number = numbers[i];
          std::array<uint8_t, 2> bytes;
          std::memcpy(bytes.data(), &number, 2);
          card.block().MmioWrite(kNetFunction, 0, spec::function_bar::NotifyOffset(number), bytes);
        }
      }
      // As fast as the card takes them, to all receive queues in turn.
      while (!what.sends && card.mac().waiting() < 4) {
        // UDP over IPv4 between addresses that change, which spreads the frames over the queues.
        std::memcpy(frame.data(), &kMac, 6);
        frame[12] = 0x08;
        frame[14] = 0x45;
        frame[23] = 17;
        std::memcpy(frame.data() + 26, &sent_to_card, 8);
        ++sent_to_card;
        card.mac().Receive(frame);
      }
      card.Step();
    }
  };
  const auto moved = [&] {
    uint64_t frames = 0;
    for (const Flow& flow : flows) frames += flow.returned();
    return frames;
  };
  run(kWarmUp);
  const uint64_t before = moved();
  const sim::pcie::Counters begin = card.block().counters();
  run(kMeasured);
  const sim::pcie::Counters& end = card.block().counters();
  const auto frames = static_cast<double>(moved() - before);
  const auto each = [&](uint64_t from, uint64_t to) {
    return static_cast<double>(to - from) / frames;
  };
  return {frames / kMeasured * card.block().config().clock_mhz, each(begin.reads, end.reads),
          each(begin.writes, end.writes), each(begin.read_bytes, end.read_bytes),
          each(begin.write_bytes, end.write_bytes)};
}

}  // namespace
}  // namespace vireo::testing

int main(int argc, char** argv) {
  using namespace vireo::testing;
  if (argc != 2) {
    fmt::print(stderr, "usage: packet_rate FILE\nFILE is where the table goes, beside stdout.\n");
    return 2;
  }
  constexpr std::array kCases = {
      Case{.sends = true, .frame_bytes = 60, .queues = 1, .batch = 32},
      Case{.sends = true, .frame_bytes = 60, .queues = 8, .batch = 32, .least = 40},
      Case{.sends = false, .frame_bytes = 60, .queues = 1, .batch = 32},
      Case{.sends = false, .frame_bytes = 60, .queues = 8, .batch = 32, .least = 40},
  };
  std::string table = fmt::format(
      "virtio-net on the card's RTL at 250 MHz, Gen3 x16, 800 ns of round trip; frames without "
      "CRC, "
      "DMA for each.\n{:9} {:>6} {:>6} {:>6} {:>8} {:>9} {:>8} {:>8} {:>8} {:>9}\n",
      "direction", "bytes", "queues", "batch", "Mpps", "at least", "reads", "B read", "writes",
      "B written");
  bool is_good = true;
  for (const Case& what : kCases) {
    const Rate rate = Measure(what);
    table +=
        fmt::format("{:9} {:6} {:6} {:6} {:8.1f} {:>9} {:8.2f} {:8.1f} {:8.2f} {:9.1f}\n",
                    what.sends ? "transmit" : "receive", what.frame_bytes, what.queues, what.batch,
                    rate.mpps, what.least == 0 ? "" : fmt::format("{:.0f}", what.least), rate.reads,
                    rate.bytes_read, rate.writes, rate.bytes_written);
    is_good = is_good && rate.mpps >= what.least;
  }
  fmt::print("{}", table);
  std::ofstream file(argv[1]);
  if (!(file << table).flush()) {
    fmt::print(stderr, "packet_rate: cannot write {}\n", argv[1]);
    return 1;
  }
  if (!is_good) fmt::print(stderr, "packet_rate: a rate is below what it has to be\n");
  return is_good ? 0 : 1;
}
