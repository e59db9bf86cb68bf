// SPDX-License-Identifier: Apache-2.0
// What both kinds of session share: inputs with random stalls and random tokens, and the words of a
// failure.
#include "sim/harness/session.h"

#include <utility>

#include <fmt/format.h>

namespace vireo::sim {

Session::Session(std::string name, Dut& dut, Native& native, SessionOptions options)
    : name_(std::move(name)), dut_(dut), native_(native), options_(std::move(options)) {
  for (const StreamPort& spec : dut.ports()) {
    Port port;
    port.name = spec.name;
    port.is_input = spec.is_input;
    port.token.assign(WordsOf(spec.bits), 0);
    port.noise = port.token;
    port.bytes.assign(native.token_bytes(ports_.size()), std::byte{0});
    ports_.push_back(std::move(port));
  }
  moved_.assign(ports_.size(), 0);
}

void Session::Begin(uint64_t seed, uint8_t fill) {
  rates_ = std::make_unique<Random>(seed, name_ + ":rates");
  for (Port& port : ports_) {
    port.stalls = std::make_unique<Random>(seed, name_ + ":stalls:" + port.name);
    port.data = std::make_unique<Random>(seed, name_ + ":data:" + port.name);
    port.wires = std::make_unique<Random>(seed, name_ + ":wires:" + port.name);
    port.valid = port.room = false;
  }
  inputs_stopped_ = false;
  failure_.reset();
  cycle_ = last_move_ = next_rates_ = 0;
  native_.Construct(fill);
  if (options_.on_reset) options_.on_reset();
  BeginEpisode();
}

void Session::DrawRates() {
  // Now and then all ports run freely, so that full throughput is seen too.
  const bool free = rates_->Percent(15);
  for (Port& port : ports_)
    port.stall_percent = free ? 0 : static_cast<unsigned>(rates_->Below(10)) * 10;
  next_rates_ = cycle_ + 50 + rates_->Below(500);
}

bool Session::DrawToken(size_t p) {
  Port& port = ports_[p];
  const auto source = options_.sources.find(port.name);
  if (source == options_.sources.end()) {
    Randomize(Spec(p), *port.data, port.token);
    Unpack(Spec(p), port.token, port.bytes.data());
    return true;
  }
  if (!source->second(*port.data, port.bytes.data())) return false;
  Pack(Spec(p), port.bytes.data(), port.token);
  return true;
}

void Session::Observe(size_t p) {
  const auto observer = options_.observers.find(ports_[p].name);
  if (observer == options_.observers.end()) return;
  Unpack(Spec(p), ports_[p].token, ports_[p].bytes.data());
  observer->second(ports_[p].bytes.data());
}

void Session::Drive() {
  if (cycle_ >= next_rates_) DrawRates();
  for (size_t p = 0; p < ports_.size(); ++p) {
    Port& port = ports_[p];
    if (!port.is_input) {
      port.room = Room(p);
      dut_.SetOutputReady(p, port.room);
      continue;
    }
    if (!port.valid && !inputs_stopped_ && !Stalls(port)) port.valid = DrawToken(p);
    if (!port.valid) Randomize(Spec(p), *port.wires, port.noise);
    dut_.SetInput(p, port.valid, port.valid ? port.token.data() : port.noise.data());
  }
}

void Session::Fail(size_t port, std::string text) {
  if (!failure_)
    failure_ = Failure{cycle_, port < ports_.size() ? ports_[port].name : "", std::move(text)};
}

void Session::Fail(std::string text) { Fail(ports_.size(), std::move(text)); }

bool Session::NativePushed(size_t p, Token& token) {
  if (!native_.Take(p, ports_[p].bytes.data())) return false;
  Pack(Spec(p), ports_[p].bytes.data(), token);
  return true;
}

std::string Session::DescribePorts() const {
  std::string text;
  for (size_t p = 0; p < ports_.size(); ++p) {
    const Port& port = ports_[p];
    const char* state = "";
    if (port.is_input) {
      state = port.valid ? "a token waits to be taken" : "no token is offered";
    } else if (dut_.OutputValid(p)) {
      state = "a token waits for room";
    } else {
      state = port.room ? "room, but no token comes" : "no room, no token";
    }
    text += fmt::format("  {} {}: {}; {} moved so far\n", port.is_input ? "input" : "output",
                        port.name, state, moved_[p]);
  }
  return text;
}

std::unique_ptr<Session> MakeSession(std::string name, Dut& dut, Native& native,
                                     SessionOptions options) {
  return dut.is_core() ? MakeCoreSession(std::move(name), dut, native, std::move(options))
                       : MakeTopSession(std::move(name), dut, native, std::move(options));
}

}  // namespace vireo::sim
