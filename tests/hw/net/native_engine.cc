// SPDX-License-Identifier: Apache-2.0
// The network engine as C++.
#include "hw/net/net.h"
#include "tests/hw/net/net_engine.h"
#include "tests/hw/primitives/bench.h"

namespace vireo::test {
namespace {

class NativeEngine final : public NetEngine {
 public:
  void Step(NetStreams& s) override {
    net_->Step(s.setup_in, s.address_in, s.segment_in, s.read_out, s.line_in, s.write_out, s.ack_in,
               s.used_out, s.faulted_out, s.event_out, s.mac_in, s.mac_out);
  }

 private:
  PoweredOn<Net> net_;
};

}  // namespace

std::unique_ptr<NetEngine> MakeNetEngine() { return std::make_unique<NativeEngine>(); }

}  // namespace vireo::test
