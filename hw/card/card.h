// SPDX-License-Identifier: Apache-2.0
// The card: every process between the PCIE4C block, the Ethernet MAC and the card's memory.
#ifndef VIREO_HW_CARD_CARD_H_
#define VIREO_HW_CARD_CARD_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/blk/blk.h"
#include "hw/card/merge.h"
#include "hw/card/segment_split.h"
#include "hw/management/management.h"
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
            hls::stream<MacBeat>& mac_tx, hls::stream<Axi4Address>& axi_ar,
            hls::stream<Axi4ReadBeat>& axi_r, hls::stream<Axi4Address>& axi_aw,
            hls::stream<Axi4WriteBeat>& axi_w, hls::stream<Axi4WriteResponse>& axi_b,
            hls::stream<ConfigUpdate>& config_update,
            hls::stream<FunctionAddress>& function_address, hls::stream<BlkConfig>& blk_config,
            ap_uint<32>& dropped_writes) {
#pragma HLS DATAFLOW
#pragma HLS STREAM variable = acks_ depth = kAcks
    states_.Step(function_state, state_);

    transport_.Step(cq, cc, config_request, config_reply, state_[0], function_reset_done,
                    intx_level, update_, setups_, request_, stopped_, fault_, interrupt_,
                    own_writes_[0], register_access_, register_reply_, reason_, card_interrupt_);
    management_.Step(register_access_, register_reply_, set_update_, set_address_, set_disk_,
                     net_event_, blk_event_, reason_, channel_access_, channel_reply_);
    update_merge_.Step(config_update, set_update_, update_);
    address_merge_.Step(function_address, set_address_, address_);
    disk_merge_.Step(blk_config, set_disk_, disk_);

    rings_.Step(setups_[0], request_, used_, ring_read_, ring_line_, head_read_, head_line_,
                chain_read_, chain_line_, hop_read_, hop_line_, event_read_, event_line_,
                writes_[kArmWriter], acks_[kArmWriter], writes_[kUsedWriter], acks_[kUsedWriter],
                segment_, interrupt_, stopped_, faults_[0]);
    split_.Step(segment_, net_segment_, blk_segment_);
    net_.Step(setups_[1], address_, net_segment_, net_read_, net_line_, writes_[kNetWriter],
              acks_[kNetWriter], engine_used_[0], faults_[1], net_event_, mac_rx, mac_tx);
    blk_.Step(setups_[2], disk_, blk_segment_, blk_read_, blk_line_, writes_[kBlkWriter],
              acks_[kBlkWriter], engine_used_[1], faults_[2], blk_event_, axi_ar, axi_r, axi_aw,
              axi_w, axi_b, channel_access_, channel_reply_, channel_read_, channel_line_,
              own_writes_[1], acks_[kOwnWriter], card_interrupt_);
    own_write_merge_.Step(own_writes_, writes_[kOwnWriter]);
    used_merge_.Step(engine_used_, used_);
    fault_merge_.Step(faults_, fault_);

    net_reader_.Step(net_read_, tlps_[0], lines_[0], net_line_);
    blk_reader_.Step(blk_read_, tlps_[1], lines_[1], blk_line_);
    ring_reader_.Step(ring_read_, tlps_[2], lines_[2], ring_line_);
    head_reader_.Step(head_read_, tlps_[3], lines_[3], head_line_);
    chain_reader_.Step(chain_read_, tlps_[4], lines_[4], chain_line_);
    event_reader_.Step(event_read_, tlps_[5], lines_[5], event_line_);
    hop_reader_.Step(hop_read_, tlps_[6], lines_[6], hop_line_);
    channel_reader_.Step(channel_read_, tlps_[7], lines_[7], channel_line_);
    requester_out_.Step(state_[1], tlps_, writes_, rq, refused_, acks_, dropped_writes);
    requester_in_.Step(rc, refused_, lines_);
  }

 private:
  // Tags of each reader, from its first one on.
  static constexpr int kNetTag = 0, kBlkTag = 64, kRingTag = 96, kHeadTag = 128, kChainTag = 192,
                       kEventTag = 224, kHopTag = 240, kChannelTag = 248;
  static constexpr int kReaders = 8;

  // Of the first writer, which has interrupts and the channel, only the channel asks for acks.
  // Data before the used ring, the ring before its interrupt: each writer's order is kept, and the
  // rings wait for an acknowledgement before they ask what the driver wants.
  static constexpr int kOwnWriter = 0, kArmWriter = 1, kUsedWriter = 2, kNetWriter = 3,
                       kBlkWriter = 4;
  static constexpr int kWriters = 5;

  // Places for all acks that a writer may wait for: one that found none would hold up the writes
  // and reads that have to go before it is taken.
  static constexpr int kAcks = kQueues > 256 ? kQueues : 256;

  static constexpr int kSegments = 16;  // that one engine may be behind before the other waits

  Fork<pcie4c::FunctionState, 2> states_;
  Transport<3> transport_;
  Management management_;
  RoundRobinArbiter<WriteLine, 2, UntilLast> own_write_merge_;
  Merge<ConfigUpdate> update_merge_;
  Merge<FunctionAddress> address_merge_;
  Merge<BlkConfig> disk_merge_;
  Rings rings_;
  SegmentSplit split_;
  Net net_;
  Blk blk_;
  RoundRobinArbiter<UsedBuffer, 2, UntilFrameIsUsed> used_merge_;
  RoundRobinArbiter<QueueFaulted, 3> fault_merge_;
  DmaReader<TransmitContext, kNetTag, 64> net_reader_;
  DmaReader<BlkContext, kBlkTag, 32> blk_reader_;
  DmaReader<RingContext, kRingTag, 32> ring_reader_;
  DmaReader<HeadContext, kHeadTag, 64> head_reader_;
  DmaReader<ChainContext, kChainTag, 32> chain_reader_;
  DmaReader<EventContext, kEventTag, 16> event_reader_;
  DmaReader<HopSlot, kHopTag, kHopSlots> hop_reader_;
  DmaReader<ChannelContext, kChannelTag, 8> channel_reader_;
  RequesterOut<kReaders, kWriters> requester_out_;
  RequesterIn<kNetTag, kBlkTag, kRingTag, kHeadTag, kChainTag, kEventTag, kHopTag, kChannelTag>
      requester_in_;

  hls::stream<pcie4c::FunctionState> state_[2];
  hls::stream<QueueSetup> setups_[3];
  hls::stream<QueueRequest> request_;
  hls::stream<QueueStopped> stopped_;
  hls::stream<QueueInterrupt> interrupt_;
  hls::stream<QueueFaulted> faults_[3], fault_;
  hls::stream<WriteLine> own_writes_[2];
  hls::stream<RegisterAccess, 64> register_access_;
  hls::stream<RegisterReply, 32> register_reply_;
  hls::stream<ReasonCount> reason_;
  hls::stream<Interrupt> card_interrupt_;
  hls::stream<ConfigUpdate> set_update_, update_;
  hls::stream<FunctionAddress> set_address_, address_;
  hls::stream<BlkConfig> set_disk_, disk_;
  hls::stream<NetEvent> net_event_;
  hls::stream<BlkEvent> blk_event_;
  hls::stream<RegisterAccess> channel_access_;
  hls::stream<RegisterReply> channel_reply_;
  hls::stream<ReadRequest<ChannelContext>> channel_read_;
  hls::stream<ReadLine<ChannelContext>> channel_line_;
  hls::stream<Segment> segment_;
  hls::stream<Segment, kSegments> net_segment_, blk_segment_;
  hls::stream<UsedBuffer> engine_used_[2], used_;
  hls::stream<ReadRequest<TransmitContext>> net_read_;
  hls::stream<ReadLine<TransmitContext>> net_line_;
  hls::stream<ReadRequest<BlkContext>> blk_read_;
  hls::stream<ReadLine<BlkContext>> blk_line_;
  hls::stream<ReadRequest<RingContext>> ring_read_;
  hls::stream<ReadLine<RingContext>> ring_line_;
  hls::stream<ReadRequest<HeadContext>> head_read_;
  hls::stream<ReadLine<HeadContext>> head_line_;
  hls::stream<ReadRequest<ChainContext>> chain_read_;
  hls::stream<ReadLine<ChainContext>> chain_line_;
  hls::stream<ReadRequest<EventContext>> event_read_;
  hls::stream<ReadLine<EventContext>> event_line_;
  hls::stream<ReadRequest<HopSlot>, kHopReads> hop_read_;
  hls::stream<ReadLine<HopSlot>> hop_line_;
  hls::stream<WriteLine> writes_[kWriters];
  hls::stream<WriteAck> acks_[kWriters];
  hls::stream<ReadTlp> tlps_[kReaders];
  hls::stream<CompletionLine> lines_[kReaders];
  hls::stream<RefusedRead> refused_;
};

}  // namespace vireo

#endif  // VIREO_HW_CARD_CARD_H_
