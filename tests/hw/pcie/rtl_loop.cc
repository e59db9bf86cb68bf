// SPDX-License-Identifier: Apache-2.0
// The DMA loop as Verilog, under Verilator.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "dma_loop_cosim.h"
#include "sim/harness/bench.h"
#include "sim/harness/cosim_main.h"
#include "sim/harness/payload.h"
#include "tests/hw/pcie/loop_model.h"

namespace vireo::test {
namespace {

class RtlLoop final : public LoopModel {
 public:
  explicit RtlLoop(uint64_t seed)
      : dut_(sim::MakeVerilated<cosim::dma_loop>(seed)), held_(dut_->ports().size()) {
    dut_->SetReset(true);
    LoopPorts none;
    for (int i = 0; i < 4; ++i) Clock(none);
    dut_->SetReset(false);
  }

  void Clock(LoopPorts& ports) override {
    dut_->SetClock(false);
    ForEachInput(ports, [this](auto& stream, size_t port) { Offer(stream, port); });
    ForEachOutput(
        ports, [this](auto& stream, size_t port) { dut_->SetOutputReady(port, !stream.full()); });
    dut_->Eval();
    for (size_t port = 0; port < held_.size(); ++port) {
      if (!held_[port].empty() && dut_->InputReady(port)) held_[port].clear();
    }
    ForEachOutput(ports, [this](auto& stream, size_t port) { Take(stream, port); });
    dut_->SetClock(true);
    dut_->Eval();
  }

 private:
  template <typename Action>
  void ForEachInput(LoopPorts& ports, Action action) {
    for (int i = 0; i < Loop::kReaders; ++i) action(ports.request[i], Port("request_in_", i));
    for (int i = 0; i < Loop::kWriters; ++i) action(ports.write[i], Port("write_in_", i));
    action(ports.state, Port("state_in"));
    action(ports.rc, Port("rc_in"));
  }
  template <typename Action>
  void ForEachOutput(LoopPorts& ports, Action action) {
    for (int i = 0; i < Loop::kReaders; ++i) action(ports.line[i], Port("line_out_", i));
    for (int i = 0; i < Loop::kWriters; ++i) action(ports.ack[i], Port("ack_out_", i));
    action(ports.rq, Port("rq_out"));
  }

  size_t Port(std::string name, int index = -1) const {
    if (index >= 0) name += std::to_string(index);
    const auto ports = dut_->ports();
    return static_cast<size_t>(
        std::find_if(ports.begin(), ports.end(),
                     [&](const sim::StreamPort& port) { return name == port.name; }) -
        ports.begin());
  }

  template <typename T>
  void Offer(hls::stream<T>& stream, size_t port) {
    const sim::StreamPort& spec = dut_->ports()[port];
    sim::Token& token = held_[port];
    if (token.empty() && !stream.empty()) {
      const T value = stream.read();
      token.resize(sim::WordsOf(spec.bits));
      sim::Pack(spec, reinterpret_cast<const std::byte*>(&value), token);
    }
    const sim::Token none(sim::WordsOf(spec.bits));
    dut_->SetInput(port, !token.empty(), token.empty() ? none.data() : token.data());
  }

  template <typename T>
  void Take(hls::stream<T>& stream, size_t port) {
    if (stream.full() || !dut_->OutputValid(port)) return;
    const sim::StreamPort& spec = dut_->ports()[port];
    sim::Token token(sim::WordsOf(spec.bits));
    dut_->GetOutput(port, token.data());
    T value;
    sim::Unpack(spec, token, reinterpret_cast<std::byte*>(&value));
    stream.write(value);
  }

  std::unique_ptr<sim::Dut> dut_;
  std::vector<sim::Token> held_;  // by port: offered and not taken, or empty
};

}  // namespace

std::unique_ptr<LoopModel> MakeLoopModel(uint64_t seed) { return std::make_unique<RtlLoop>(seed); }

}  // namespace vireo::test
