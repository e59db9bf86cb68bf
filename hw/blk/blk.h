// SPDX-License-Identifier: Apache-2.0
// The block engine of all virtio-blk functions. VIRTIO 1.4, 5.2 "Block Device".
#ifndef VIREO_HW_BLK_BLK_H_
#define VIREO_HW_BLK_BLK_H_

#include <hls_stream.h>

#include "hw/blk/admit.h"
#include "hw/blk/align.h"
#include "hw/blk/axi4.h"
#include "hw/blk/card_memory.h"
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
            hls::stream<Axi4WriteResponse>& axi_b) {
#pragma HLS DATAFLOW
    // From chains to commands.
    queues_.Step(setup_in, segment_in, known_);
    admit_.Step(known_, admitted_, left_, free_);
    collect_.Step(admitted_, free_, entries_, faulted_out);
    store_.Step(entries_, reads_[0], started_, rounds_, lookups_);
    merge_reads_.Step(reads_, read_out);
    sort_.Step(line_in, headers_, out_moves_, out_lines_);
    check_.Step(config_in, headers_, checked_);

    // From commands to moves, and back.
    finish_.Step(checked_, noted_, done_, statuses_);
    order_.Step(noted_, freed_, started_, left_);
    cut_.Step(lookups_, rounds_, in_asked_, out_asked_, dones_[0]);
    merge_dones_.Step(dones_, done_);

    // From the disk to the guest.
    in_read_.Step(in_asked_, backend_reads_, in_moves_);
    in_plan_.Step(in_moves_, in_steps_);
    in_place_.Step(in_steps_, backend_lines_, placed_);
    post_.Step(placed_, statuses_, write_out, dones_[1], posted_);
    used_.Step(posted_, ack_in, used_out, event_out, freed_);

    // From the guest to the disk.
    out_read_.Step(out_asked_, reads_[1]);
    out_plan_.Step(out_moves_, out_steps_);
    out_place_.Step(out_steps_, out_lines_, backend_writes_, out_placed_);
    out_written_.Step(out_placed_, backend_written_, dones_[2]);

    memory_read_.Step(backend_reads_, axi_ar, axi_r, backend_lines_);
    memory_write_.Step(backend_writes_, axi_aw, axi_w, axi_b, backend_written_);
  }

 private:
  BlkQueues queues_;
  BlkAdmit admit_;
  BlkCollect collect_;
  BlkStore store_;
  RoundRobinArbiter<ReadRequest<BlkContext>, 2, UntilLast> merge_reads_;
  BlkSort sort_;
  BlkCheck check_;
  hls::stream<BlkSegment, 2> known_, admitted_;
  hls::stream<BlkSlot, kBlockCommands> free_;
  hls::stream<BlkEntry, 2> entries_;
  hls::stream<ReadRequest<BlkContext>> reads_[2];
  hls::stream<BlkHeader, 2> headers_;
  hls::stream<BlkCommand, 2> checked_;

  BlkFinish finish_;
  BlkOrder order_;
  BlkCut cut_;
  RoundRobinArbiter<BlkDone, 3> merge_dones_;
  hls::stream<BlkCommand, 2> noted_;
  hls::stream<BlkCursor, kBlockCommands> started_, rounds_;
  hls::stream<BlkLookup, 2> lookups_;
  hls::stream<BlkDone> dones_[3], done_;
  hls::stream<BlkStatus, kBlockCommands> statuses_;

  BlkInRead in_read_;
  BlkAlignPlan in_plan_;
  BlkInPlace in_place_;
  BlkPost post_;
  BlkUsed used_;
  hls::stream<BlkMove, 2> in_asked_;
  hls::stream<BlkAlign, kMovesInFlight> in_moves_;
  hls::stream<BlkAlignStep, 2> in_steps_;
  hls::stream<BlkPlaced, 2> placed_;
  hls::stream<BlkStatus, kBlockCommands> posted_;
  hls::stream<BlkFreed, kBlockCommands> freed_, left_;

  BlkOutRead out_read_;
  BlkAlignPlan out_plan_;
  BlkOutPlace out_place_;
  BlkOutWritten out_written_;
  hls::stream<BlkMove, 2> out_asked_;
  hls::stream<BlkAlign, 2> out_moves_;
  hls::stream<BlkAlignStep, 2> out_steps_;
  hls::stream<BlkLine, 16> out_lines_;  // while their move is planned
  hls::stream<BlkDone, kMovesInFlight> out_placed_;

  CardMemoryRead memory_read_;
  CardMemoryWrite memory_write_;
  hls::stream<BackendRead, 2> backend_reads_;
  hls::stream<BlkLine, 2> backend_lines_;
  hls::stream<BackendWrite, 2> backend_writes_;
  hls::stream<BackendWritten, 2> backend_written_;
};

}  // namespace vireo

#endif  // VIREO_HW_BLK_BLK_H_
