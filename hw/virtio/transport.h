// SPDX-License-Identifier: Apache-2.0
// The virtio transport over PCI: configuration space and BAR of all virtio functions.
// VIRTIO 1.4, 4.1 "Virtio Over PCI Bus".
#ifndef VIREO_HW_VIRTIO_TRANSPORT_H_
#define VIREO_HW_VIRTIO_TRANSPORT_H_

#include <hls_stream.h>

#include "hw/pcie/completer_in.h"
#include "hw/pcie/completer_out.h"
#include "hw/primitives/fork/fork.h"
#include "hw/virtio/access_router.h"
#include "hw/virtio/config_extend.h"
#include "hw/virtio/device_config.h"
#include "hw/virtio/interrupt_map.h"
#include "hw/virtio/msix.h"
#include "hw/virtio/queue_starter.h"
#include "hw/virtio/register_events.h"
#include "hw/virtio/registers.h"

namespace vireo {

// kListeners engines are told of queues that become live.
template <int kListeners>
class Transport {
 public:
  void Step(hls::stream<pcie4c::CqBeat>& cq_in, hls::stream<pcie4c::CcBeat>& cc_out,
            hls::stream<pcie4c::ConfigRequest>& config_in,
            hls::stream<pcie4c::ConfigReply>& config_out,
            hls::stream<pcie4c::FunctionState>& state_in,
            hls::stream<pcie4c::FunctionResetDone>& reset_done_out,
            hls::stream<pcie4c::IntxLevel>& intx_out, hls::stream<ConfigUpdate>& update_in,
            hls::stream<QueueSetup> (&setup_out)[kListeners],
            hls::stream<QueueRequest>& request_out, hls::stream<QueueStopped>& stopped_in,
            hls::stream<QueueFaulted>& fault_in, hls::stream<QueueInterrupt>& interrupt_in,
            hls::stream<WriteLine>& write_out) {
#pragma HLS DATAFLOW
    states_.Step(state_in, state_);
    completer_in_.Step(cq_in, state_[0], cq_access_, head_);
    config_extend_.Step(config_in, state_[1], window_reply_, config_out, window_access_);
    router_.Step(cq_access_, window_access_, notify_, register_access_, msix_access_, order_);
    events_.Step(register_access_, walk_, stopped_in, fault_in, state_[2], update_in, cleared_,
                 event_);
    registers_.Step(event_, queue_, word_, register_reply_, walk_, change_, interrupt_event_,
                    queue_access_, word_access_, reset_done_out);
    queue_config_.Step(queue_access_, queue_);
    device_config_.Step(word_access_, word_);
    starter_.Step(change_, setup_out, stop_);
    doorbell_.Step(stop_, notify_, request_out);
    interrupt_map_.Step(interrupt_event_, interrupt_in, interrupt_);
    msix_.Step(interrupt_, msix_access_, state_[3], message_, msix_reply_, write_out, intx_out,
               cleared_, message_access_);
    messages_.Step(message_access_, message_);
    join_.Step(order_, register_reply_, msix_reply_, reply_, window_reply_);
    completer_out_.Step(head_, reply_, cc_out);
  }

 private:
  // Accesses that wait in front of the registers while notifications pass, and reads on their way.
  static constexpr int kAccesses = 64;

  Fork<pcie4c::FunctionState, 4> states_;
  CompleterIn completer_in_;
  ConfigExtend config_extend_;
  AccessRouter router_;
  RegisterEvents events_;
  Registers registers_;
  TableServer<QueueConfig, kQueues> queue_config_;
  DeviceConfig device_config_;
  QueueStarter<kListeners> starter_;
  Doorbell doorbell_;
  InterruptMap interrupt_map_;
  Msix msix_;
  TableServer<MsixMessage, kVectors> messages_;
  ReplyJoin join_;
  CompleterOut completer_out_;

  hls::stream<pcie4c::FunctionState> state_[4];
  hls::stream<RegisterAccess, 2> cq_access_, window_access_, notify_;
  hls::stream<RegisterAccess, kAccesses> register_access_, msix_access_;
  hls::stream<ReplyOrder, kAccesses> order_;
  hls::stream<CompletionHead, kAccesses> head_;
  hls::stream<RegisterReply, 2> register_reply_, msix_reply_, reply_, window_reply_;
  hls::stream<FunctionIndex, kFunctions> walk_;
  hls::stream<InterruptReset, kFunctions> cleared_;
  hls::stream<RegisterEvent, 2> event_;
  hls::stream<QueueConfig, 2> queue_;
  hls::stream<QueueConfigAccess, 2> queue_access_;
  hls::stream<ConfigEntry, 2> word_;
  hls::stream<ConfigAccess, 2> word_access_;
  hls::stream<QueueChange, 2> change_;
  hls::stream<QueueIndex, 2> stop_;
  hls::stream<InterruptEvent, 2> interrupt_event_;
  hls::stream<Interrupt, 2> interrupt_;
  hls::stream<MsixMessage, 2> message_;
  hls::stream<MsixAccess, 2> message_access_;
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTIO_TRANSPORT_H_
