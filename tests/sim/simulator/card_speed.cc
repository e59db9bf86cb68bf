// SPDX-License-Identifier: Apache-2.0
// Clocks a second of a simulated card: at rest, and with frames in both directions; and a digest of
// what its pins show, by which two models of the card are compared.
//
// The card's wire is a loop: each frame that the driver sends comes back to it. Time is that of the
// processor, so that what else runs on the machine does not count.

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/simulator/card.h"
#include "tests/driver/host_memory.h"
#include "tests/driver/virtio_pci.h"
#include "tests/hw/card/card_bus.h"

#ifdef VIREO_SIZE_SMALL
#include "card_small_cosim.h"
#else
#include "card_cosim.h"
#endif

namespace vireo::testing {
namespace {

#ifdef VIREO_SIZE_SMALL
using CardDut = cosim::card_small;
constexpr char kName[] = "small card";
#else
using CardDut = cosim::card;
constexpr char kName[] = "card";
#endif

constexpr uint64_t kMemory = 0x1'0000'0000;
constexpr size_t kMemoryBytes = 64U << 20;
constexpr uint64_t kBuffers = kMemory + (32U << 20);
constexpr uint32_t kBufferBytes = 2048;
constexpr uint16_t kQueueSize = 256;
constexpr size_t kHeader = sizeof(spec::virtio_net_hdr);
constexpr uint64_t kDigestClocks = 20'000;

double ProcessorSeconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// Clocks a second over `clocks` calls of `step`.
template <typename Step>
double Measure(uint64_t clocks, Step step) {
  const double begin = ProcessorSeconds();
  for (uint64_t i = 0; i < clocks; ++i) step();
  return static_cast<double>(clocks) / (ProcessorSeconds() - begin);
}

// FNV-1a over what all streams of the card show, clock by clock.
class PinDigest {
 public:
  explicit PinDigest(sim::Dut& dut) : dut_(dut) {}

  void Clock() {
    const auto ports = dut_.ports();
    for (size_t i = 0; i < ports.size(); ++i) {
      const bool moves = ports[i].is_input ? dut_.InputReady(i) : dut_.OutputValid(i);
      Add(moves ? 1 : 0);
      if (ports[i].is_input || !moves) continue;
      words_.resize((ports[i].bits + 31) / 32);
      dut_.GetOutput(i, words_.data());
      for (const uint32_t word : words_) Add(word);
    }
  }
  uint64_t value() const { return value_; }

 private:
  void Add(uint32_t word) { value_ = (value_ ^ word) * 0x100000001b3; }

  sim::Dut& dut_;
  std::vector<uint32_t> words_;
  uint64_t value_ = 0xcbf29ce484222325;
};

class Speed {
 public:
  explicit Speed(sim::Card& card) : card_(card), bus_(card, 0), driver_(bus_, memory_, kMemory) {
    const auto mapped = card_.memory().Map(
        0, {.iova = kMemory, .length = kMemoryBytes, .host = memory_.At(kMemory, kMemoryBytes)});
    if (!mapped) throw std::runtime_error(mapped.error());
    card_.mac().OnSend([this](std::span<const uint8_t> frame) { card_.mac().Receive(frame); });
    bus_.WriteConfig(spec::pci_header::kCommand.offset,
                     spec::pci_header::kCommandMemory | spec::pci_header::kCommandBusMaster);
    driver_.Negotiate(~uint64_t{0});
    receive_ = &driver_.AddQueue(0, kQueueSize);
    transmit_ = &driver_.AddQueue(1, kQueueSize);
    driver_.Start();
    for (uint64_t i = 0; i < kQueueSize; ++i) {
      receive_->Add({{kBuffers + i * kBufferBytes, kBufferBytes, true}}, ChainForm::kDirect);
    }
    if (receive_->Publish()) driver_.Notify(0);
  }

  // Keeps both queues full of frames of so many bytes.
  void Refill(size_t bytes) {
    bool any = false;
    while (const auto used = receive_->Take()) {
      const uint64_t at = kBuffers + uint64_t{used->id} * kBufferBytes;
      receive_->Add({{at, kBufferBytes, true}}, ChainForm::kDirect);
      any = true;
      ++delivered_;
    }
    if (any && receive_->Publish()) NotifyLater(0);
    any = false;
    while (transmit_->Take()) {
    }
    while (transmit_->free_descriptors() > 0) {
      const uint64_t at = kBuffers + kQueueSize * uint64_t{kBufferBytes};
      std::memset(memory_.At(at, kHeader), 0, kHeader);
      std::memset(memory_.At(at + kHeader, bytes), 0xff, bytes);
      transmit_->Add({{at, static_cast<uint32_t>(kHeader + bytes), false}}, ChainForm::kDirect);
      any = true;
    }
    if (any && transmit_->Publish()) NotifyLater(1);
  }
  uint64_t delivered() const { return delivered_; }

 private:
  void NotifyLater(uint16_t queue) {
    std::array<uint8_t, 2> bytes;
    std::memcpy(bytes.data(), &queue, sizeof queue);
    card_.block().MmioWrite(0, 0, spec::function_bar::NotifyOffset(queue), bytes);
  }

  sim::Card& card_;
  HostMemory memory_ = HostMemory(kMemory, kMemoryBytes);
  CardBus bus_;
  VirtioPci<CardBus> driver_;
  SplitQueue* receive_ = nullptr;
  SplitQueue* transmit_ = nullptr;
  uint64_t delivered_ = 0;
};

int Run(uint64_t clocks) {
  CardDut dut;
  auto card = sim::Card::Make(dut, {});
  if (!card) {
    fmt::print(stderr, "{}\n", card.error());
    return 1;
  }
  sim::Card& it = **card;
  Speed speed(it);
  fmt::print("{}: {:.0f} clocks/s at rest\n", kName, Measure(clocks, [&] { it.Step(); }));
  for (const size_t bytes : {size_t{64}, size_t{1514}}) {
    const uint64_t before = speed.delivered();
    uint64_t at = 0;
    const double rate = Measure(clocks, [&] {
      if (at++ % 64 == 0) speed.Refill(bytes);
      it.Step();
    });
    fmt::print("{}: {:.0f} clocks/s, frames of {} bytes, one in {:.1f} clocks each way\n", kName,
               rate, bytes,
               static_cast<double>(clocks) / static_cast<double>(speed.delivered() - before));
  }
  PinDigest digest(dut);
  for (uint64_t at = 0; at < kDigestClocks; ++at) {
    if (at % 64 == 0) speed.Refill(at / 4096 % 2 == 0 ? 64 : 1514);
    it.Step();
    digest.Clock();
  }
  fmt::print("{}: pins {:016x} after {} clocks\n", kName, digest.value(), it.clock());
  return 0;
}

}  // namespace
}  // namespace vireo::testing

int main(int argc, char** argv) {
  const uint64_t clocks = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 200'000;
  return vireo::testing::Run(clocks);
}
