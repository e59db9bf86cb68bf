// SPDX-License-Identifier: Apache-2.0
// The virtio transport over PCI: configuration space and BAR of all virtio functions.
// VIRTIO 1.4, 4.1 "Virtio Over PCI Bus".
#ifndef VIREO_HW_VIRTIO_TRANSPORT_H_
#define VIREO_HW_VIRTIO_TRANSPORT_H_

#include <hls_stream.h>

#include "hw/pcie/completer_in.h"
#include "hw/pcie/completer_out.h"
#include "hw/primitives/arbiter/arbiter.h"
#include "hw/primitives/fork/fork.h"
#include "hw/primitives/state_table/state_table.h"
#include "hw/virtio/access_router.h"
#include "hw/virtio/config_extend.h"
#include "hw/virtio/device_config.h"
#include "hw/virtio/interrupt_map.h"
#include "hw/virtio/msix.h"
#include "hw/virtio/queue_starter.h"
#include "hw/virtio/reason_counters.h"
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
            hls::stream<WriteLine>& write_out, hls::stream<RegisterAccess>& management_out,
            hls::stream<RegisterReply>& management_in, hls::stream<ReasonCount>& reason_in,
            hls::stream<Interrupt>& card_interrupt_in) {
#pragma HLS DATAFLOW
    states_.Step(state_in, state_);
    completer_in_.Step(cq_in, state_[0], cq_access_, head_, counts_[0]);
    config_extend_.Step(config_in, state_[1], window_reply_, config_out, window_access_,
                        counts_[1]);
    router_.Step(cq_access_, window_access_, notify_, register_access_, msix_access_, reason_read_,
                 management_out, order_);
    events_.Step(register_access_, walk_, stopped_in, fault_in, state_[2], update_in, cleared_,
                 event_, counts_[2]);
    registers_.Step(event_, queue_, word_, register_reply_, walk_, change_, interrupt_event_,
                    queue_access_, word_access_, reset_done_out, counts_[3]);
    queue_config_.Step(queue_access_, queue_);
    device_config_.Step(word_access_, word_);
    starter_.Step(change_, setup_out, stop_);
    doorbell_.Step(stop_, notify_, request_out, counts_[4]);
    interrupt_map_.Step(interrupt_event_, interrupt_in, card_interrupt_in, interrupt_);
    msix_.Step(interrupt_, msix_access_, state_[3], message_, msix_reply_, write_out, intx_out,
               cleared_, message_access_);
    messages_.Step(message_access_, message_);
    count_merge_.Step(counts_, count_);
    reason_source_.Step(reason_read_, count_, reason_in, reason_event_, reason_half_);
    reasons_.Step(reason_event_, reason_result_);
    reason_reply_.Step(reason_result_, reason_half_, reason_value_);
    join_.Step(order_, register_reply_, msix_reply_, reason_value_, management_in, reply_,
               window_reply_);
    completer_out_.Step(head_, reply_, cc_out);
  }

 private:
  // Accesses that wait in front of the registers while notifications pass.
  static constexpr int kAccesses = 64;
  // Reads in flight. Whoever answers them has room for all replies, whichever is next to leave:
  // otherwise interrupts would wait for a reply of the registers, which wait for interrupts.
  static constexpr int kReads = 30;
  static constexpr int kReplies = kReads + 2;

  static constexpr int kCounts = 5;  // processes that have something to be counted

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
  RoundRobinArbiter<ReasonEvent, kCounts> count_merge_;
  ReasonSource reason_source_;
  StateTable<ReasonPolicy> reasons_;
  ReasonReply reason_reply_;
  ReplyJoin join_;
  CompleterOut completer_out_;

  hls::stream<pcie4c::FunctionState> state_[4];
  hls::stream<RegisterAccess, 2> cq_access_, window_access_, notify_;
  hls::stream<RegisterAccess, kAccesses> register_access_, msix_access_;
  hls::stream<ReplyOrder, kReads> order_;
  hls::stream<CompletionHead, kReads> head_;
  hls::stream<RegisterReply, kReplies> register_reply_, msix_reply_, reason_value_;
  hls::stream<RegisterReply, 2> reply_, window_reply_;
  hls::stream<ReasonEvent> counts_[kCounts];
  hls::stream<ReasonEvent, 2> count_;
  hls::stream<RegisterAccess, 2> reason_read_;
  hls::stream<ReasonSource::Event, 2> reason_event_;
  hls::stream<ReasonReply::Result, 2> reason_result_;
  hls::stream<ap_uint<1>, kReplies> reason_half_;
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
