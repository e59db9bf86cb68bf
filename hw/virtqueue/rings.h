// SPDX-License-Identifier: Apache-2.0
// The split rings of all queues: from a notification to whole chains, and from used buffers to
// interrupts. VIRTIO 1.4, 2.7 "Split Virtqueues".
#ifndef VIREO_HW_VIRTQUEUE_RINGS_H_
#define VIREO_HW_VIRTQUEUE_RINGS_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/primitives/arbiter/arbiter.h"
#include "hw/primitives/fork/fork.h"
#include "hw/primitives/state_table/state_table.h"
#include "hw/virtqueue/chain_merge.h"
#include "hw/virtqueue/chain_store.h"
#include "hw/virtqueue/chain_unpack.h"
#include "hw/virtqueue/chain_walk.h"
#include "hw/virtqueue/fetch_gate.h"
#include "hw/virtqueue/fetch_issue.h"
#include "hw/virtqueue/fetch_policy.h"
#include "hw/virtqueue/fetch_quota.h"
#include "hw/virtqueue/fetch_source.h"
#include "hw/virtqueue/head_parse.h"
#include "hw/virtqueue/head_read.h"
#include "hw/virtqueue/hop_follow.h"
#include "hw/virtqueue/hop_lookup.h"
#include "hw/virtqueue/hop_play.h"
#include "hw/virtqueue/hop_unpack.h"
#include "hw/virtqueue/ring_parse.h"
#include "hw/virtqueue/used_event.h"
#include "hw/virtqueue/used_gather.h"
#include "hw/virtqueue/used_policy.h"
#include "hw/virtqueue/used_timer.h"
#include "hw/virtqueue/used_write.h"

namespace vireo {

// Each kind of read has a reader of its own, and what one reader gives leads only to reads by those
// behind it: ring, heads, chains, hops. So a reader's lines are always taken in the end. `hop_read`
// has to be a stream of kHopReads places.
class Rings {
 public:
  // Clocks that a used buffer may wait for others of its queue.
  static constexpr int kGatherClocks = 128;
  // Turns in the active list that may be in the middle at once.
  static constexpr int kTurns = 8;

  void Step(hls::stream<QueueSetup>& setup_in, hls::stream<QueueRequest>& request_in,
            hls::stream<UsedBuffer>& used_in, hls::stream<ReadRequest<RingContext>>& ring_read,
            hls::stream<ReadLine<RingContext>>& ring_line,
            hls::stream<ReadRequest<HeadContext>>& head_read,
            hls::stream<ReadLine<HeadContext>>& head_line,
            hls::stream<ReadRequest<ChainContext>>& chain_read,
            hls::stream<ReadLine<ChainContext>>& chain_line,
            hls::stream<ReadRequest<HopSlot>>& hop_read, hls::stream<ReadLine<HopSlot>>& hop_line,
            hls::stream<ReadRequest<EventContext>>& event_read,
            hls::stream<ReadLine<EventContext>>& event_line, hls::stream<WriteLine>& arm_write,
            hls::stream<WriteAck>& arm_ack, hls::stream<WriteLine>& used_write,
            hls::stream<WriteAck>& used_ack, hls::stream<Segment>& segment_out,
            hls::stream<QueueInterrupt>& interrupt_out, hls::stream<QueueStopped>& stopped_out,
            hls::stream<QueueFaulted>& fault_out) {
#pragma HLS DATAFLOW
    setup_.Step(setup_in, setups_);

    // Which queue's available ring is looked at next.
    source_.Step(request_in, arm_ack, events_[0], listed_[0]);
    gate_.Step(list_, idle_, turn_reads_, events_[1], ring_read);
    fetch_merge_.Step(events_, event_);
    fetch_.Step(event_, result_);
    issue_.Step(setups_[0], result_, events_[2], turn_reads_, idle_, arm_write, listed_[1],
                asks_[0], return_, faults_[0]);
    list_merge_.Step(listed_, list_);
    ask_merge_.Step(asks_, ask_);
    quota_.Step(ask_, return_, events_[6], asks_[1]);

    // From heads to chains.
    ring_parse_.Step(ring_line, events_[3], run_);
    head_read_.Step(setups_[1], run_, head_read);
    head_parse_.Step(setups_[2], head_line, chain_read);
    unpack_.Step(chain_line, step_);
    walk_.Step(step_, walked_, hop_, faults_[1]);
    store_.Step(walked_, kept_);
    hop_lookup_.Step(setups_[3], hop_, hop_request_);
    hop_unpack_.Step(hop_line, hop_descriptor_);
    follow_.Step(hop_request_, go_, hop_descriptor_, freed_, hop_read, piece_);
    play_.Step(piece_, hopped_, events_[4], faults_[2], freed_);
    chain_merge_.Step(hopped_, kept_, segment_out, go_);

    // From used buffers to interrupts.
    gather_.Step(used_in, gathered_);
    used_source_.Step(setups_[4], flush_, gathered_, used_event_);
    used_.Step(used_event_, used_result_);
    place_.Step(setups_[5], used_result_, job_, timer_start_, events_[5]);
    timer_.Step(timer_start_, flush_);
    write_.Step(job_, used_write, published_);
    event_read_.Step(setups_[6], published_, used_ack, event_read);
    decide_.Step(event_line, interrupt_out, stopped_out);

    fault_merge_.Step(faults_, fault_out);
  }

 private:
  Fork<QueueSetup, 7> setup_;
  hls::stream<QueueSetup> setups_[7];

  FetchSource source_;
  FetchGate<kTurns> gate_;
  RoundRobinArbiter<FetchEvent, 7> fetch_merge_;
  StateTable<FetchPolicy, 5> fetch_;
  FetchIssue issue_;
  RoundRobinArbiter<QueueIndex, 2> list_merge_;
  RoundRobinArbiter<QuotaAsk, 2> ask_merge_;
  FetchQuota quota_;
  hls::stream<FetchEvent> events_[7];
  hls::stream<FetchEvent> event_;
  hls::stream<FetchResult> result_;
  hls::stream<ReadRequest<RingContext>, kTurns> turn_reads_;
  hls::stream<ap_uint<1>, kTurns> idle_;
  hls::stream<QueueIndex> listed_[2];
  hls::stream<QueueIndex, kQueues> list_;
  hls::stream<QuotaAsk> asks_[2];
  hls::stream<QuotaAsk, 2 * kQueues> ask_;
  hls::stream<QuotaReturn> return_;

  RingParse ring_parse_;
  HeadRead head_read_;
  HeadParse head_parse_;
  ChainUnpack unpack_;
  ChainWalk walk_;
  ChainStore store_;
  HopLookup hop_lookup_;
  HopUnpack hop_unpack_;
  HopFollow follow_;
  HopPlay play_;
  ChainMerge chain_merge_;
  hls::stream<HeadRun> run_;
  hls::stream<ChainStep> step_;
  hls::stream<WalkedSegment> walked_;
  hls::stream<StoredSegment> kept_;
  hls::stream<Segment> hopped_;
  hls::stream<ap_uint<1>, 16> go_;
  hls::stream<HopJob, kHopSlots> hop_;
  hls::stream<HopRequest> hop_request_;
  hls::stream<HopRead> hop_descriptor_;
  hls::stream<HopPiece> piece_;
  hls::stream<HopSlot, kHopSlots> freed_;

  UsedGather gather_;
  UsedSource used_source_;
  StateTable<UsedPolicy, 6> used_;
  UsedPlace place_;
  UsedTimer<kGatherClocks> timer_;
  UsedWrite write_;
  EventRead event_read_;
  EventDecide decide_;
  hls::stream<UsedEvent> gathered_, used_event_;
  hls::stream<UsedResult> used_result_;
  hls::stream<UsedJob> job_;
  hls::stream<QueueIndex> timer_start_, flush_;
  hls::stream<UsedPublished, 16> published_;

  RoundRobinArbiter<QueueFaulted, 3> fault_merge_;
  hls::stream<QueueFaulted> faults_[3];
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_RINGS_H_
