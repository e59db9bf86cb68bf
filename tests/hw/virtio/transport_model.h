// SPDX-License-Identifier: Apache-2.0
// The transport under test: as C++, or as Verilog. A test program is linked with one of them.
#ifndef VIREO_TESTS_HW_VIRTIO_TRANSPORT_MODEL_H_
#define VIREO_TESTS_HW_VIRTIO_TRANSPORT_MODEL_H_

#include <cstdint>
#include <memory>

#include "hw/virtio/transport.h"

namespace vireo::test {

inline constexpr int kListeners = 2;
using TestedTransport = Transport<kListeners>;

struct TransportPorts {
  hls::stream<pcie4c::CqBeat> cq_in;
  hls::stream<pcie4c::CcBeat> cc_out;
  hls::stream<pcie4c::ConfigRequest> config_in;
  hls::stream<pcie4c::ConfigReply> config_out;
  hls::stream<pcie4c::FunctionState> state_in;
  hls::stream<pcie4c::FunctionResetDone> reset_done_out;
  hls::stream<pcie4c::IntxLevel> intx_out;
  hls::stream<ConfigUpdate> update_in;
  hls::stream<QueueSetup> setup_out[kListeners];
  hls::stream<QueueRequest> request_out;
  hls::stream<QueueStopped> stopped_in;
  hls::stream<QueueFaulted> fault_in;
  hls::stream<QueueInterrupt> interrupt_in;
  hls::stream<WriteLine> write_out;
  hls::stream<RegisterAccess> management_out;
  hls::stream<RegisterReply> management_in;
  hls::stream<ReasonCount> reason_in;
  hls::stream<Interrupt> card_interrupt_in;
};

class TransportModel {
 public:
  virtual ~TransportModel() = default;
  // One clock: takes from the inputs, gives to the outputs.
  virtual void Clock(TransportPorts& ports) = 0;
};

// `seed` decides what memories hold at power-on.
std::unique_ptr<TransportModel> MakeTransportModel(uint64_t seed);

}  // namespace vireo::test

#endif  // VIREO_TESTS_HW_VIRTIO_TRANSPORT_MODEL_H_
