// SPDX-License-Identifier: Apache-2.0
// The network engine as the Verilog that it is lowered to.
#include <memory>

#include "net_small_cosim.h"
#include "sim/harness/dut_streams.h"
#include "tests/hw/net/net_engine.h"

namespace vireo::test {
namespace {

class RtlEngine final : public NetEngine {
 public:
  void Step(NetStreams& s) override {
    ports_.Offer(s.setup_in, "setup_in");
    ports_.Offer(s.address_in, "address_in");
    ports_.Offer(s.segment_in, "segment_in");
    ports_.Offer(s.line_in, "line_in");
    ports_.Offer(s.ack_in, "ack_in");
    ports_.Offer(s.mac_in, "mac_in");
    ForEachOutput(
        s, [this](auto& stream, const char* name) { ports_.SetReady(name, !stream.full()); });
    ports_.Settle();
    ForEachOutput(s, [this](auto& stream, const char* name) { ports_.Take(stream, name); });
    ports_.Edge();
  }

 private:
  template <typename Action>
  static void ForEachOutput(NetStreams& s, Action action) {
    action(s.read_out, "read_out");
    action(s.write_out, "write_out");
    action(s.used_out, "used_out");
    action(s.faulted_out, "faulted_out");
    action(s.event_out, "event_out");
    action(s.mac_out, "mac_out");
  }

  cosim::net_small dut_;
  sim::DutStreams ports_ = sim::DutStreams(dut_);
};

}  // namespace

std::unique_ptr<NetEngine> MakeNetEngine() { return std::make_unique<RtlEngine>(); }

}  // namespace vireo::test
