// SPDX-License-Identifier: Apache-2.0
// The card: every process between the PCIE4C block and the Ethernet MAC.
#ifndef VIREO_HW_CARD_CARD_H_
#define VIREO_HW_CARD_CARD_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/card/discard.h"
#include "hw/net/net.h"
#include "hw/pcie/config_tokens.h"
#include "hw/pcie/dma_reader.h"
#include "hw/pcie/requester_in.h"
#include "hw/pcie/requester_out.h"
#include "hw/primitives/arbiter/arbiter.h"
#include "hw/primitives/fork/fork.h"
#include "hw/virtio/transport.h"
#include "hw/virtqueue/rings.h"

namespace vireo {

class Card {
 public:
  void Step(hls::stream<pcie4c::CqBeat>& cq, hls::stream<pcie4c::CcBeat>& cc,
            hls::stream<pcie4c::RqBeat>& rq, hls::stream<pcie4c::RcBeat>& rc,
            hls::stream<pcie4c::ConfigRequest>& config_request,
            hls::stream<pcie4c::ConfigReply>& config_reply,
            hls::stream<pcie4c::FunctionState>& function_state,
            hls::stream<pcie4c::FunctionResetDone>& function_reset_done,
            hls::stream<pcie4c::IntxLevel>& intx_level, hls::stream<MacBeat>& mac_rx,
            hls::stream<MacBeat>& mac_tx, hls::stream<ConfigUpdate>& config_update,
            hls::stream<FunctionAddress>& function_address, hls::stream<NetEvent>& net_event,
            ap_uint<32>& dropped_writes) {
#pragma HLS DATAFLOW
    states_.Step(function_state, state_);

    transport_.Step(cq, cc, config_request, config_reply, state_[0], function_reset_done,
                    intx_level, config_update, setups_, request_, stopped_, fault_, interrupt_,
                    writes_[kMsixWriter]);
    no_acks_.Step(acks_[kMsixWriter]);

    rings_.Step(setups_[0], request_, used_, ring_read_, ring_line_, head_read_, head_line_,
                chain_read_, chain_line_, hop_read_, hop_line_, event_read_, event_line_,
                writes_[kArmWriter], acks_[kArmWriter], writes_[kUsedWriter], acks_[kUsedWriter],
                segment_, interrupt_, stopped_, faults_[0]);
    net_.Step(setups_[1], function_address, segment_, net_read_, net_line_, writes_[kNetWriter],
              acks_[kNetWriter], used_, faults_[1], net_event, mac_rx, mac_tx);
    fault_merge_.Step(faults_, fault_);

    net_reader_.Step(net_read_, tlps_[0], lines_[0], net_line_);
    ring_reader_.Step(ring_read_, tlps_[1], lines_[1], ring_line_);
    head_reader_.Step(head_read_, tlps_[2], lines_[2], head_line_);
    chain_reader_.Step(chain_read_, tlps_[3], lines_[3], chain_line_);
    event_reader_.Step(event_read_, tlps_[4], lines_[4], event_line_);
    hop_reader_.Step(hop_read_, tlps_[5], lines_[5], hop_line_);
    requester_out_.Step(state_[1], tlps_, writes_, rq, refused_, acks_, dropped_writes);
    requester_in_.Step(rc, refused_, lines_);
  }

 private:
  // Tags of each reader, from its first one on.
  static constexpr int kNetTag = 0, kRingTag = 128, kHeadTag = 160, kChainTag = 192,
                       kEventTag = 224, kHopTag = 240;
  static constexpr int kReaders = 6;

  // Data before the used ring, the ring before its interrupt: each writer's order is kept, and the
  // rings wait for an acknowledgement before they ask what the driver wants.
  static constexpr int kMsixWriter = 0, kArmWriter = 1, kUsedWriter = 2, kNetWriter = 3;
  static constexpr int kWriters = 4;

  Fork<pcie4c::FunctionState, 2> states_;
  Transport<2> transport_;
  Discard<WriteAck> no_acks_;  // interrupts ask for none
  Rings rings_;
  Net net_;
  RoundRobinArbiter<QueueFaulted, 2> fault_merge_;
  DmaReader<TransmitContext, kNetTag, 128> net_reader_;
  DmaReader<RingContext, kRingTag, 32> ring_reader_;
  DmaReader<HeadContext, kHeadTag, 32> head_reader_;
  DmaReader<ChainContext, kChainTag, 32> chain_reader_;
  DmaReader<EventContext, kEventTag, 16> event_reader_;
  DmaReader<QueueIndex, kHopTag, 4> hop_reader_;
  RequesterOut<kReaders, kWriters> requester_out_;
  RequesterIn<kNetTag, kRingTag, kHeadTag, kChainTag, kEventTag, kHopTag> requester_in_;

  hls::stream<pcie4c::FunctionState> state_[2];
  hls::stream<QueueSetup> setups_[2];
  hls::stream<QueueRequest> request_;
  hls::stream<QueueStopped> stopped_;
  hls::stream<QueueInterrupt> interrupt_;
  hls::stream<QueueFaulted> faults_[2], fault_;
  hls::stream<Segment> segment_;
  hls::stream<UsedBuffer> used_;
  hls::stream<ReadRequest<TransmitContext>> net_read_;
  hls::stream<ReadLine<TransmitContext>> net_line_;
  hls::stream<ReadRequest<RingContext>> ring_read_;
  hls::stream<ReadLine<RingContext>> ring_line_;
  hls::stream<ReadRequest<HeadContext>> head_read_;
  hls::stream<ReadLine<HeadContext>> head_line_;
  hls::stream<ReadRequest<ChainContext>> chain_read_;
  hls::stream<ReadLine<ChainContext>> chain_line_;
  hls::stream<ReadRequest<EventContext>> event_read_;
  hls::stream<ReadLine<EventContext>> event_line_;
  hls::stream<ReadRequest<QueueIndex>> hop_read_;
  hls::stream<ReadLine<QueueIndex>> hop_line_;
  hls::stream<WriteLine> writes_[kWriters];
  hls::stream<WriteAck> acks_[kWriters];
  hls::stream<ReadTlp> tlps_[kReaders];
  hls::stream<CompletionLine> lines_[kReaders];
  hls::stream<RefusedRead> refused_;
};

}  // namespace vireo

#endif  // VIREO_HW_CARD_CARD_H_
