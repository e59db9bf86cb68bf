// SPDX-License-Identifier: Apache-2.0
// The DMA loop as C++.
#include "tests/hw/pcie/loop_model.h"
#include "tests/hw/primitives/bench.h"

namespace vireo::test {
namespace {

class NativeLoop final : public LoopModel {
 public:
  void Clock(LoopPorts& ports) override {
    ap_uint<32> dropped_writes = 0;
    loop_->Step(ports.request, ports.line, ports.write, ports.ack, ports.state, ports.rq, ports.rc,
                dropped_writes);
    ports.dropped_writes = static_cast<uint32_t>(dropped_writes.to_uint());
  }

 private:
  PoweredOn<Loop> loop_;
};

}  // namespace

std::unique_ptr<LoopModel> MakeLoopModel(uint64_t) { return std::make_unique<NativeLoop>(); }

}  // namespace vireo::test
