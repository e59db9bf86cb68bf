// SPDX-License-Identifier: Apache-2.0
// The transport as C++.
#include "tests/hw/primitives/bench.h"
#include "tests/hw/virtio/transport_model.h"

namespace vireo::test {
namespace {

class NativeTransport final : public TransportModel {
 public:
  explicit NativeTransport(uint8_t fill) : transport_(fill) {}

  void Clock(TransportPorts& ports) override {
    transport_->Step(ports.cq_in, ports.cc_out, ports.config_in, ports.config_out, ports.state_in,
                     ports.reset_done_out, ports.intx_out, ports.update_in, ports.setup_out,
                     ports.request_out, ports.stopped_in, ports.fault_in, ports.interrupt_in,
                     ports.write_out, ports.management_out, ports.management_in, ports.reason_in,
                     ports.card_interrupt_in);
  }

 private:
  PoweredOn<TestedTransport> transport_;
};

}  // namespace

std::unique_ptr<TransportModel> MakeTransportModel(uint64_t seed) {
  return std::make_unique<NativeTransport>(static_cast<uint8_t>(0xA5 * seed));
}

}  // namespace vireo::test
