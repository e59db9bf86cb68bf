// SPDX-License-Identifier: Apache-2.0
// Bursts of one id, as the card makes them: AMBA AXI4, A5.3 keeps the order of those.

#include "sim/simulator/card_memory.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace vireo::sim {
namespace {

constexpr int kSlaveError = 2;
constexpr int kWordsOfLine = 8;  // of 64 bits

}  // namespace

tl::expected<CardMemory, std::string> CardMemory::Make(Dut& dut, uint64_t bytes) {
  std::array<size_t, 5> found;
  const auto ports = dut.ports();
  for (size_t port = 0; port < found.size(); ++port) {
    found[port] = SIZE_MAX;
    for (size_t i = 0; i < ports.size(); ++i) {
      if (kNames[port] == std::string_view(ports[i].name)) found[port] = i;
    }
    if (found[port] == SIZE_MAX) {
      return tl::unexpected(fmt::format("the card's top has no stream '{}'", kNames[port]));
    }
  }
  void* base = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED) {
    return tl::unexpected(
        fmt::format("map {} bytes of card memory: {}", bytes, std::strerror(errno)));
  }
  return CardMemory(dut, found, static_cast<uint8_t*>(base), bytes);
}

CardMemory::CardMemory(Dut& dut, const std::array<size_t, 5>& ports, uint8_t* base, size_t size)
    : dut_(&dut), ports_(ports), base_(base), size_(size) {
  for (size_t port = 0; port < ports_.size(); ++port) {
    tokens_[port].resize(WordsOf(dut.ports()[ports_[port]].bits));
  }
}

CardMemory::CardMemory(CardMemory&& other) noexcept
    : dut_(other.dut_),
      ports_(other.ports_),
      base_(std::exchange(other.base_, nullptr)),
      size_(other.size_),
      tokens_(std::move(other.tokens_)) {}

CardMemory::~CardMemory() {
  if (base_ != nullptr) munmap(base_, size_);
}

template <typename T>
T CardMemory::Get(Port port) {
  T value = {};
  dut_->GetOutput(ports_[port], tokens_[port].data());
  Unpack(dut_->ports()[ports_[port]], tokens_[port], reinterpret_cast<std::byte*>(&value));
  return value;
}

template <typename T>
void CardMemory::Offer(Port port, const T& value) {
  Pack(dut_->ports()[ports_[port]], reinterpret_cast<const std::byte*>(&value), tokens_[port]);
  dut_->SetInput(ports_[port], true, tokens_[port].data());
  stands_[port] = driven_[port] = true;
}

void CardMemory::Withdraw(Port port) {
  if (driven_[port]) dut_->SetInput(ports_[port], false, tokens_[port].data());
  driven_[port] = false;
}

bool CardMemory::IsTaken(Port port) {
  if (!stands_[port] || !dut_->InputReady(ports_[port])) return false;
  stands_[port] = false;
  return true;
}

void CardMemory::Drive() {
  dut_->SetOutputReady(ports_[kAr], true);
  dut_->SetOutputReady(ports_[kAw], true);
  dut_->SetOutputReady(ports_[kW], !writes_.empty());
  if (!reads_.empty() && reads_.front().clock <= clock_) {
    if (!stands_[kR]) Offer(kR, NextLine());
  } else {
    Withdraw(kR);
  }
  if (!answers_.empty() && answers_.front().clock <= clock_) {
    if (!stands_[kB]) Offer(kB, Axi4WriteResponse{0, answers_.front().is_good ? 0 : kSlaveError});
  } else {
    Withdraw(kB);
  }
}

void CardMemory::Sample() {
  ++clock_;
  if (IsTaken(kR)) {
    ++counters_.read_lines;
    Burst& burst = reads_.front();
    burst.address += kLine;
    if (--burst.lines == 0) reads_.pop_front();
  }
  if (IsTaken(kB)) answers_.pop_front();
  if (!writes_.empty() && dut_->OutputValid(ports_[kW])) Write(Get<Axi4WriteBeat>(kW));
  if (dut_->OutputValid(ports_[kAr])) reads_.push_back(ToBurst(Get<Axi4Address>(kAr)));
  if (dut_->OutputValid(ports_[kAw])) writes_.push_back(ToBurst(Get<Axi4Address>(kAw)));
}

CardMemory::Burst CardMemory::ToBurst(const Axi4Address& address) {
  Burst burst = {.address = static_cast<uint64_t>(address.address),
                 .lines = static_cast<uint32_t>(address.len) + 1,
                 .clock = clock_ + kLatency,
                 .is_good = true};
  const uint64_t bytes = uint64_t{burst.lines} * kLine;
  burst.is_good = bytes <= size_ && burst.address <= size_ - bytes;
  if (!burst.is_good) ++counters_.refused;
  return burst;
}

Axi4ReadBeat CardMemory::NextLine() const {
  const Burst& burst = reads_.front();
  Axi4ReadBeat beat = {};
  beat.last = burst.lines == 1;
  if (!burst.is_good) {
    beat.resp = kSlaveError;
    return beat;
  }
  for (int i = 0; i < kWordsOfLine; ++i) {
    uint64_t word;
    std::memcpy(&word, base_ + burst.address + 8 * static_cast<unsigned>(i), 8);
    beat.data.range(64 * i + 63, 64 * i) = word;
  }
  return beat;
}

void CardMemory::Write(const Axi4WriteBeat& beat) {
  Burst& burst = writes_.front();
  if (burst.is_good) {
    ++counters_.written_lines;
    for (int i = 0; i < static_cast<int>(kLine); ++i) {
      if (beat.strb[i] == 0) continue;
      base_[burst.address + static_cast<unsigned>(i)] =
          static_cast<uint8_t>(beat.data.range(8 * i + 7, 8 * i).to_uint());
    }
  }
  burst.address += kLine;
  if (--burst.lines != 0) return;
  answers_.push_back({burst.is_good, clock_ + kLatency});
  writes_.pop_front();
}

}  // namespace vireo::sim
