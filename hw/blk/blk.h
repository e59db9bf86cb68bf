// SPDX-License-Identifier: Apache-2.0
// The block engine of all virtio-blk functions. VIRTIO 1.4, 5.2 "Block Device".
#ifndef VIREO_HW_BLK_BLK_H_
#define VIREO_HW_BLK_BLK_H_

#include <hls_stream.h>

#include "hw/blk/align.h"
#include "hw/blk/axi4.h"
#include "hw/blk/card_memory.h"
#include "hw/blk/channel.h"
#include "hw/blk/check.h"
#include "hw/blk/collect.h"
#include "hw/blk/cut.h"
#include "hw/blk/finish.h"
#include "hw/blk/in.h"
#include "hw/blk/order.h"
#include "hw/blk/out.h"
#include "hw/blk/post.h"
#include "hw/blk/queues.h"
#include "hw/blk/sort.h"
#include "hw/blk/store.h"
#include "hw/blk/token.h"
#include "hw/primitives/arbiter/arbiter.h"

namespace vireo {

// The command table's cycles have a place for every command, so that none of them can lock: cursors
// that go round, commands that start and end, slots that are freed.
class Blk {
 public:
  static constexpr int kMovesInFlight = 64;  // between asking the disk and its answer

  void Step(hls::stream<QueueSetup>& setup_in, hls::stream<BlkConfig>& config_in,
            hls::stream<Segment>& segment_in, hls::stream<ReadRequest<BlkContext>>& read_out,
            hls::stream<ReadLine<BlkContext>>& line_in, hls::stream<WriteLine>& write_out,
            hls::stream<WriteAck>& ack_in, hls::stream<UsedBuffer>& used_out,
            hls::stream<QueueFaulted>& faulted_out, hls::stream<BlkEvent>& event_out,
            hls::stream<Axi4Address>& axi_ar, hls::stream<Axi4ReadBeat>& axi_r,
            hls::stream<Axi4Address>& axi_aw, hls::stream<Axi4WriteBeat>& axi_w,
            hls::stream<Axi4WriteResponse>& axi_b, hls::stream<RegisterAccess>& channel_access_in,
            hls::stream<RegisterReply>& channel_reply_out,
            hls::stream<ReadRequest<ChannelContext>>& channel_read_out,
            hls::stream<ReadLine<ChannelContext>>& channel_line_in,
            hls::stream<WriteLine>& channel_write_out, hls::stream<WriteAck>& channel_ack_in,
            hls::stream<Interrupt>& channel_interrupt_out) {
#pragma HLS DATAFLOW
#pragma HLS STREAM variable = nexts_ depth = kBlockCommands
    // From chains to commands.
    queues_.Step(setup_in, segment_in, known_);
    collect_.Step(known_, free_, entries_, faulted_out);
    store_.Step(entries_, reads_[0], started_, rounds_, lookups_);
    merge_reads_.Step(reads_, read_out);
    sort_.Step(line_in, headers_, out_moves_[0], out_lines_[0], out_moves_[1], out_lines_[1]);
    check_.Step(config_in, headers_, checked_);

    // From commands to moves, and back.
    finish_.Step(checked_, noted_, done_, statuses_);
    order_.Step(noted_, freed_, started_, free_);
    cut_.Step(lookups_, nexts_[0], in_asked_, out_asked_, asks_, dones_[0]);
    merge_nexts_.Step(nexts_, rounds_);
    merge_dones_.Step(dones_, done_);

    // From the disk to the guest, for each backend: neither waits for the other's data.
    in_read_.Step(in_asked_, backend_reads_, in_moves_);
    in_plan_.Step(in_moves_, in_steps_[0]);
    in_place_.Step(in_steps_[0], backend_lines_, placed_[0]);
    channel_in_plan_.Step(channel_moves_, in_steps_[1]);
    channel_in_place_.Step(in_steps_[1], channel_lines_, placed_[1]);
    merge_placed_.Step(placed_, all_placed_);
    post_.Step(all_placed_, statuses_, write_out, dones_[1], posted_);
    used_.Step(posted_, ack_in, used_out, events_[0], freed_);

    // From the guest to the disk.
    out_read_.Step(out_asked_, reads_[1]);
    out_plan_.Step(out_moves_[0], out_steps_[0]);
    out_place_.Step(out_steps_[0], out_lines_[0], backend_writes_, out_placed_);
    out_written_.Step(out_placed_, backend_written_, dones_[2]);
    channel_out_read_.Step(guest_moves_, reads_[2]);
    channel_out_plan_.Step(out_moves_[1], out_steps_[1]);
    channel_out_place_.Step(out_steps_[1], out_lines_[1], channel_writes_, channel_placed_);

    memory_read_.Step(backend_reads_, axi_ar, axi_r, backend_lines_);
    memory_write_.Step(backend_writes_, axi_aw, axi_w, axi_b, backend_written_);
    channel_.Step(asks_, channel_writes_, channel_placed_, guest_moves_, channel_moves_,
                  channel_lines_, dones_[3], nexts_[1], events_[1], channel_access_in,
                  channel_reply_out, channel_read_out, channel_line_in, channel_write_out,
                  channel_ack_in, channel_interrupt_out);
    merge_events_.Step(events_, event_out);
  }

 private:
  BlkQueues queues_;
  BlkCollect collect_;
  BlkStore store_;
  RoundRobinArbiter<ReadRequest<BlkContext>, 3, UntilLast> merge_reads_;
  BlkSort sort_;
  BlkCheck check_;
  hls::stream<BlkSegment, 2> known_;
  hls::stream<BlkSlot, kBlockCommands> free_, freed_;
  hls::stream<BlkEntry, 2> entries_;
  hls::stream<ReadRequest<BlkContext>> reads_[3];
  hls::stream<BlkHeader, 2> headers_;
  hls::stream<BlkCommand, 2> checked_;

  BlkFinish finish_;
  BlkOrder order_;
  BlkCut cut_;
  RoundRobinArbiter<BlkDone, 4> merge_dones_;
  RoundRobinArbiter<BlkCursor, 2> merge_nexts_;
  hls::stream<BlkCommand, 2> noted_;
  hls::stream<BlkCursor, kBlockCommands> started_, rounds_;
  hls::stream<BlkCursor> nexts_[2];
  hls::stream<BlkLookup, 2> lookups_;
  hls::stream<BlkDone> dones_[4], done_;
  hls::stream<BlkStatus, kBlockCommands> statuses_;

  BlkInRead in_read_;
  BlkAlignPlan in_plan_, channel_in_plan_;
  BlkInPlace in_place_, channel_in_place_;
  RoundRobinArbiter<BlkPlaced, 2, UntilPlaced> merge_placed_;
  BlkPost post_;
  BlkUsed used_;
  RoundRobinArbiter<BlkEvent, 2> merge_events_;
  hls::stream<BlkMove, 2> in_asked_;
  hls::stream<BlkAlign, kMovesInFlight> in_moves_;
  hls::stream<BlkAlignStep, 2> in_steps_[2];
  hls::stream<BlkPlaced> placed_[2], all_placed_;
  hls::stream<BlkStatus, kBlockCommands> posted_;
  hls::stream<BlkEvent> events_[2];

  BlkOutRead out_read_, channel_out_read_;
  BlkAlignPlan out_plan_, channel_out_plan_;
  BlkOutPlace out_place_, channel_out_place_;
  BlkOutWritten out_written_;
  hls::stream<BlkMove, 2> out_asked_;
  hls::stream<BlkAlign, 2> out_moves_[2];
  hls::stream<BlkAlignStep, 2> out_steps_[2];
  hls::stream<BlkLine, 16> out_lines_[2];  // while their move is planned
  hls::stream<BlkDone, kMovesInFlight> out_placed_;

  CardMemoryRead memory_read_;
  CardMemoryWrite memory_write_;
  hls::stream<BackendRead, 2> backend_reads_;
  hls::stream<BlkLine, 2> backend_lines_;
  hls::stream<BackendWrite, 2> backend_writes_;
  hls::stream<BackendWritten, 2> backend_written_;

  BlkChannel channel_;
  hls::stream<BlkAsk, 2> asks_;
  hls::stream<BlkMove, kBlockCommands> guest_moves_;
  hls::stream<BlkAlign, kBlockCommands> channel_moves_;
  hls::stream<BlkLine, 2> channel_lines_;
  hls::stream<BackendWrite, 2> channel_writes_;
  hls::stream<BlkDone, 2> channel_placed_;
};

}  // namespace vireo

#endif  // VIREO_HW_BLK_BLK_H_
