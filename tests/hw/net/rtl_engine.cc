// SPDX-License-Identifier: Apache-2.0
// The network engine as the Verilog that it is lowered to.
#include <gtest/gtest.h>

#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "net_small_cosim.h"
#include "sim/harness/payload.h"
#include "tests/hw/net/net_engine.h"

namespace vireo::test {
namespace {

// A token waits here while the module is not ready for it.
template <typename T>
class InputPort {
 public:
  InputPort(sim::Dut& dut, size_t port) : dut_(&dut), port_(port) {}

  void Drive(hls::stream<T>& stream) {
    if (!token_ && !stream.empty()) {
      const T value = stream.read();
      token_.emplace();
      sim::Pack(dut_->ports()[port_], reinterpret_cast<const std::byte*>(&value), *token_);
    }
    dut_->SetInput(port_, token_.has_value(), token_ ? token_->data() : nothing_.data());
  }
  void Look() {
    if (token_ && dut_->InputReady(port_)) token_.reset();
  }

 private:
  sim::Dut* dut_;
  size_t port_;
  std::optional<sim::Token> token_;
  sim::Token nothing_ = sim::Token(sim::WordsOf(dut_->ports()[port_].bits));
};

template <typename T>
class OutputPort {
 public:
  OutputPort(sim::Dut& dut, size_t port) : dut_(&dut), port_(port) {}

  void Drive(hls::stream<T>& stream) { dut_->SetOutputReady(port_, !stream.full()); }
  void Look(hls::stream<T>& stream) {
    if (stream.full() || !dut_->OutputValid(port_)) return;
    sim::Token token(sim::WordsOf(dut_->ports()[port_].bits));
    dut_->GetOutput(port_, token.data());
    T value = {};
    sim::Unpack(dut_->ports()[port_], token, reinterpret_cast<std::byte*>(&value));
    stream.write(value);
  }

 private:
  sim::Dut* dut_;
  size_t port_;
};

class RtlEngine final : public NetEngine {
 public:
  RtlEngine() {
    dut_.SetReset(true);
    for (int i = 0; i < 4; ++i) Tick();
    dut_.SetReset(false);
  }

  void Step(NetStreams& s) override {
    setup_in_.Drive(s.setup_in);
    address_in_.Drive(s.address_in);
    segment_in_.Drive(s.segment_in);
    line_in_.Drive(s.line_in);
    ack_in_.Drive(s.ack_in);
    mac_in_.Drive(s.mac_in);
    read_out_.Drive(s.read_out);
    write_out_.Drive(s.write_out);
    used_out_.Drive(s.used_out);
    faulted_out_.Drive(s.faulted_out);
    event_out_.Drive(s.event_out);
    mac_out_.Drive(s.mac_out);
    dut_.SetClock(false);
    dut_.Eval();
    setup_in_.Look();
    address_in_.Look();
    segment_in_.Look();
    line_in_.Look();
    ack_in_.Look();
    mac_in_.Look();
    read_out_.Look(s.read_out);
    write_out_.Look(s.write_out);
    used_out_.Look(s.used_out);
    faulted_out_.Look(s.faulted_out);
    event_out_.Look(s.event_out);
    mac_out_.Look(s.mac_out);
    dut_.SetClock(true);
    dut_.Eval();
  }

 private:
  void Tick() {
    dut_.SetClock(false);
    dut_.Eval();
    dut_.SetClock(true);
    dut_.Eval();
  }
  size_t PortOf(const std::string& name) const {
    const auto ports = dut_.ports();
    for (size_t i = 0; i < ports.size(); ++i) {
      if (ports[i].name == name) return i;
    }
    throw std::runtime_error("net has no port " + name);
  }

  cosim::net_small dut_;
  InputPort<QueueSetup> setup_in_{dut_, PortOf("setup_in")};
  InputPort<FunctionAddress> address_in_{dut_, PortOf("address_in")};
  InputPort<Segment> segment_in_{dut_, PortOf("segment_in")};
  InputPort<ReadLine<TransmitContext>> line_in_{dut_, PortOf("line_in")};
  InputPort<WriteAck> ack_in_{dut_, PortOf("ack_in")};
  InputPort<MacBeat> mac_in_{dut_, PortOf("mac_in")};
  OutputPort<ReadRequest<TransmitContext>> read_out_{dut_, PortOf("read_out")};
  OutputPort<WriteLine> write_out_{dut_, PortOf("write_out")};
  OutputPort<UsedBuffer> used_out_{dut_, PortOf("used_out")};
  OutputPort<QueueFaulted> faulted_out_{dut_, PortOf("faulted_out")};
  OutputPort<NetEvent> event_out_{dut_, PortOf("event_out")};
  OutputPort<MacBeat> mac_out_{dut_, PortOf("mac_out")};
};

}  // namespace

std::unique_ptr<NetEngine> MakeNetEngine() { return std::make_unique<RtlEngine>(); }

}  // namespace vireo::test
