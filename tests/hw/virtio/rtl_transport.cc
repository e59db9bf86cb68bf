// SPDX-License-Identifier: Apache-2.0
// The transport as Verilog, under Verilator.
#include <algorithm>
#include <string_view>
#include <vector>

#include "sim/harness/bench.h"
#include "sim/harness/cosim_main.h"
#include "sim/harness/payload.h"
#include "tests/hw/virtio/transport_model.h"
#include "transport_2_cosim.h"

namespace vireo::test {
namespace {

class RtlTransport final : public TransportModel {
 public:
  explicit RtlTransport(uint64_t seed)
      : dut_(sim::MakeVerilated<cosim::transport_2>(seed)), held_(dut_->ports().size()) {
    dut_->SetReset(true);
    TransportPorts none;
    for (int i = 0; i < 4; ++i) Clock(none);
    dut_->SetReset(false);
  }

  void Clock(TransportPorts& ports) override {
    dut_->SetClock(false);
    Offer(ports.cq_in, "cq_in");
    Offer(ports.config_in, "config_in");
    Offer(ports.state_in, "state_in");
    Offer(ports.update_in, "update_in");
    Offer(ports.stopped_in, "stopped_in");
    Offer(ports.fault_in, "fault_in");
    Offer(ports.interrupt_in, "interrupt_in");
    for (size_t port = 0; port < held_.size(); ++port) dut_->SetOutputReady(port, true);
    dut_->Eval();
    for (size_t port = 0; port < held_.size(); ++port) {
      if (!held_[port].empty() && dut_->InputReady(port)) held_[port].clear();
    }
    Take(ports.cc_out, "cc_out");
    Take(ports.config_out, "config_out");
    Take(ports.reset_done_out, "reset_done_out");
    Take(ports.intx_out, "intx_out");
    Take(ports.setup_out[0], "setup_out_0");
    Take(ports.setup_out[1], "setup_out_1");
    Take(ports.request_out, "request_out");
    Take(ports.write_out, "write_out");
    dut_->SetClock(true);
    dut_->Eval();
  }

 private:
  size_t Port(std::string_view name) const {
    const auto ports = dut_->ports();
    const auto found = std::find_if(ports.begin(), ports.end(),
                                    [&](const sim::StreamPort& port) { return name == port.name; });
    return static_cast<size_t>(found - ports.begin());
  }

  template <typename T>
  void Offer(hls::stream<T>& stream, std::string_view name) {
    const size_t port = Port(name);
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
  void Take(hls::stream<T>& stream, std::string_view name) {
    const size_t port = Port(name);
    if (!dut_->OutputValid(port)) return;
    const sim::StreamPort& spec = dut_->ports()[port];
    sim::Token token(sim::WordsOf(spec.bits));
    dut_->GetOutput(port, token.data());
    T value = {};
    sim::Unpack(spec, token, reinterpret_cast<std::byte*>(&value));
    stream.write(value);
  }

  std::unique_ptr<sim::Dut> dut_;
  std::vector<sim::Token> held_;  // by port: offered and not taken, or empty
};

}  // namespace

std::unique_ptr<TransportModel> MakeTransportModel(uint64_t seed) {
  return std::make_unique<RtlTransport>(seed);
}

}  // namespace vireo::test
