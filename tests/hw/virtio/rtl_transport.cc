// SPDX-License-Identifier: Apache-2.0
// The transport as Verilog, under Verilator. Outputs are not always taken, but for notifications.
#include <memory>
#include <string_view>

#include "sim/harness/cosim_main.h"
#include "sim/harness/dut_streams.h"
#include "tests/hw/virtio/transport_model.h"
#include "transport_2_cosim.h"

namespace vireo::test {
namespace {

class RtlTransport final : public TransportModel {
 public:
  explicit RtlTransport(uint64_t seed)
      : dut_(sim::MakeVerilated<cosim::transport_2>(seed)),
        ports_(*dut_),
        random_(seed, "stalls") {}

  void Clock(TransportPorts& ports) override {
    ports_.Offer(ports.cq_in, "cq_in");
    ports_.Offer(ports.config_in, "config_in");
    ports_.Offer(ports.state_in, "state_in");
    ports_.Offer(ports.update_in, "update_in");
    ports_.Offer(ports.stopped_in, "stopped_in");
    ports_.Offer(ports.fault_in, "fault_in");
    ports_.Offer(ports.interrupt_in, "interrupt_in");
    ports_.Offer(ports.management_in, "management_in");
    ports_.Offer(ports.reason_in, "reason_in");
    ports_.Offer(ports.card_interrupt_in, "card_interrupt_in");
    ForEachOutput(ports, [this](auto&, std::string_view name) {
      ports_.SetReady(name, name == "request_out" || random_.Percent(75));
    });
    ports_.Settle();
    ForEachOutput(ports,
                  [this](auto& stream, std::string_view name) { ports_.Take(stream, name); });
    ports_.Edge();
  }

 private:
  template <typename Action>
  static void ForEachOutput(TransportPorts& ports, Action action) {
    action(ports.cc_out, "cc_out");
    action(ports.config_out, "config_out");
    action(ports.reset_done_out, "reset_done_out");
    action(ports.intx_out, "intx_out");
    action(ports.setup_out[0], "setup_out_0");
    action(ports.setup_out[1], "setup_out_1");
    action(ports.request_out, "request_out");
    action(ports.write_out, "write_out");
    action(ports.management_out, "management_out");
  }

  std::unique_ptr<sim::Dut> dut_;
  sim::DutStreams ports_;
  sim::Random random_;  // when outputs are taken
};

}  // namespace

std::unique_ptr<TransportModel> MakeTransportModel(uint64_t seed) {
  return std::make_unique<RtlTransport>(seed);
}

}  // namespace vireo::test
