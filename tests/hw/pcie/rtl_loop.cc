// SPDX-License-Identifier: Apache-2.0
// The DMA loop as Verilog, under Verilator.
#include <memory>
#include <string>

#include "dma_loop_cosim.h"
#include "sim/harness/cosim_main.h"
#include "sim/harness/dut_streams.h"
#include "tests/hw/pcie/loop_model.h"

namespace vireo::test {
namespace {

class RtlLoop final : public LoopModel {
 public:
  explicit RtlLoop(uint64_t seed)
      : dut_(sim::MakeVerilated<cosim::dma_loop>(seed)), ports_(*dut_) {}

  void Clock(LoopPorts& ports) override {
    for (int i = 0; i < Loop::kReaders; ++i) {
      ports_.Offer(ports.request[i], Name("request_in_", i));
    }
    for (int i = 0; i < Loop::kWriters; ++i) ports_.Offer(ports.write[i], Name("write_in_", i));
    ports_.Offer(ports.state, "state_in");
    ports_.Offer(ports.rc, "rc_in");
    ForEachOutput(ports, [this](auto& stream, const std::string& name) {
      ports_.SetReady(name, !stream.full());
    });
    ports_.Settle();
    ForEachOutput(ports,
                  [this](auto& stream, const std::string& name) { ports_.Take(stream, name); });
    ports_.Edge();
  }

 private:
  static std::string Name(const char* name, int index) { return name + std::to_string(index); }

  template <typename Action>
  static void ForEachOutput(LoopPorts& ports, Action action) {
    for (int i = 0; i < Loop::kReaders; ++i) action(ports.line[i], Name("line_out_", i));
    for (int i = 0; i < Loop::kWriters; ++i) action(ports.ack[i], Name("ack_out_", i));
    action(ports.rq, "rq_out");
  }

  std::unique_ptr<sim::Dut> dut_;
  sim::DutStreams ports_;
};

}  // namespace

std::unique_ptr<LoopModel> MakeLoopModel(uint64_t seed) { return std::make_unique<RtlLoop>(seed); }

}  // namespace vireo::test
