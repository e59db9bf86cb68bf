// SPDX-License-Identifier: Apache-2.0
// Knows what each request to the service is for, and goes on with its command when it is answered.
#ifndef VIREO_HW_BLK_CHANNEL_NOTES_H_
#define VIREO_HW_BLK_CHANNEL_NOTES_H_

#include <hls_stream.h>

#include "hw/blk/channel_token.h"
#include "hw/blk/in.h"

namespace vireo {

// A request passes through here before anything is done for it, so its note is there when it ends.
// A read's data is then fetched from the slot; the slot may be used again when it has come.
class ChannelNotes {
 public:
  void Step(hls::stream<BlkAsk>& ask_in, hls::stream<ChannelAnswer>& answer_in,
            hls::stream<BlkSlot>& fetched_in, hls::stream<BlkAsk>& ask_out,
            hls::stream<ChannelFetch>& fetch_out, hls::stream<BlkAlign>& move_out,
            hls::stream<BlkDone>& done_out, hls::stream<BlkCursor>& next_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = notes_ type = ram_2p impl = lutram
    if (!ask_in.empty() && !ask_out.full()) {
      const BlkAsk ask = ask_in.read();
      notes_[ask.move.slot] = ask;
      ask_out.write(ask);
    }
    if (fetch_out.full() || move_out.full() || done_out.full() || next_out.full()) return;
    ChannelAnswer answer = {};
    const bool has_fetched = !fetched_in.empty();
    const bool has_answer = !has_fetched && !answer_in.empty();
    if (has_fetched) {
      answer.slot = fetched_in.read();
    } else if (!answer_in.empty()) {
      answer = answer_in.read();
    }
    if (!has_fetched && !has_answer) return;
    const BlkAsk note = notes_[answer.slot];
    const bool is_done = answer.outcome == ChannelOutcome::kDone;
    const bool has_data = has_answer && is_done && note.op == BlkOp::kIn;
    const bool goes_on = note.move.last == 0;
    ChannelFetch fetch;
    fetch.address = answer.data | (note.move.card.range(kLogSlotBytes - 1, 6).to_uint() << 6);
    fetch.lines = LinesOf(note.move.card, note.move.bytes);
    fetch.slot = answer.slot;
    fetch.resumes = goes_on;
    fetch.generation = 0;
    if (has_data) fetch_out.write(fetch);
    if (has_data) move_out.write(AlignOf(note.move));
    BlkDone done;
    done.slot = answer.slot;
    done.unread = answer.outcome == ChannelOutcome::kUnread;
    done.failed = answer.outcome == ChannelOutcome::kFailed;
    done.last = note.move.last;
    if (has_answer && !has_data) done_out.write(done);
    if (!has_data && goes_on) next_out.write(note.next);
  }

 private:
  BlkAsk notes_[kBlockCommands];
};

}  // namespace vireo

#endif  // VIREO_HW_BLK_CHANNEL_NOTES_H_
