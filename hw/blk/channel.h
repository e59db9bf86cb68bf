// SPDX-License-Identifier: Apache-2.0
// The backend that is a host service: rings and data slots in its memory, data moved by the card.
// hw/spec/README.md has the protocol.
#ifndef VIREO_HW_BLK_CHANNEL_H_
#define VIREO_HW_BLK_CHANNEL_H_

#include <hls_stream.h>

#include "hw/blk/channel_fetch.h"
#include "hw/blk/channel_notes.h"
#include "hw/blk/channel_registers.h"
#include "hw/blk/channel_send.h"

namespace vireo {

// Streams in which a command has one token at most have a place for each, so no cycle of them can
// lock: requests and answers, cursors that come back, guests' data that is asked for.
class BlkChannel {
 public:
  void Step(hls::stream<BlkAsk>& ask_in, hls::stream<BackendWrite>& line_in,
            hls::stream<BlkDone>& placed_in, hls::stream<BlkMove>& guest_out,
            hls::stream<BlkAlign>& move_out, hls::stream<BlkLine>& data_out,
            hls::stream<BlkDone>& done_out, hls::stream<BlkCursor>& next_out,
            hls::stream<BlkEvent>& event_out, hls::stream<RegisterAccess>& access_in,
            hls::stream<RegisterReply>& reply_out,
            hls::stream<ReadRequest<ChannelContext>>& read_out,
            hls::stream<ReadLine<ChannelContext>>& memory_in, hls::stream<WriteLine>& write_out,
            hls::stream<WriteAck>& ack_in, hls::stream<Interrupt>& interrupt_out) {
#pragma HLS DATAFLOW
    notes_.Step(ask_in, answers_, fetched_, asked_, data_fetches_, move_out, done_out, next_out);
    send_.Step(commands_, asked_, line_in, placed_in, entries_, guest_out, write_out, answers_,
               entry_fetches_, changes_, event_out);
    ask_memory_.Step(entry_fetches_, data_fetches_, read_out);
    sort_memory_.Step(memory_in, entries_, data_out, fetched_);
    registers_.Step(access_in, ack_in, changes_, reply_out, commands_, interrupt_out);
  }

 private:
  ChannelNotes notes_;
  ChannelSend send_;
  ChannelAskMemory ask_memory_;
  ChannelSortMemory sort_memory_;
  ChannelRegisters registers_;

  hls::stream<BlkAsk, 2> asked_;
  hls::stream<ChannelAnswer, kBlockCommands> answers_;
  hls::stream<BlkSlot, kBlockCommands> fetched_;
  hls::stream<ChannelFetch, 2> entry_fetches_, data_fetches_;
  hls::stream<ChannelEntry, kBlockCommands> entries_;
  hls::stream<ChannelCommand, 2> commands_;
  hls::stream<ChannelChange, 2> changes_;
};

}  // namespace vireo

#endif  // VIREO_HW_BLK_CHANNEL_H_
