// SPDX-License-Identifier: Apache-2.0
// Cuts commands into moves, one of each command in turn.
#ifndef VIREO_HW_BLK_CUT_H_
#define VIREO_HW_BLK_CUT_H_

#include <hls_stream.h>

#include "hw/blk/channel_token.h"
#include "hw/blk/store.h"
#include "hw/blk/token.h"

namespace vireo {

// A move goes up to the end of its segment, of its 4 KiB block of the disk, or of the command. The
// command's cursor then goes round for the next one; it does so without a move if its direction has
// no room, so that reads and writes do not wait for each other. A command without data is done.
//
// With the channel, a flush is a move too, and the cursor goes along and comes back when the
// service is done: a command has one move there at a time.
//
// kBlockCommands places in `next_out` keep the round from locking.
class BlkCut {
 public:
  void Step(hls::stream<BlkLookup>& lookup_in, hls::stream<BlkCursor>& next_out,
            hls::stream<BlkMove>& read_out, hls::stream<BlkMove>& write_out,
            hls::stream<BlkAsk>& ask_out, hls::stream<BlkDone>& done_out) {
#pragma HLS PIPELINE II = 1
    if (lookup_in.empty() || next_out.full() || done_out.full()) return;
    const BlkLookup lookup = lookup_in.read();
    const BlkCursor& cursor = lookup.cursor;
    const bool is_id = cursor.op == BlkOp::kGetId;
    const bool is_read = cursor.op == BlkOp::kIn || is_id;
    const bool is_write = cursor.op == BlkOp::kOut;

    const ap_uint<32> in_segment = lookup.buffer.length - cursor.offset;
    const ap_uint<13> in_block = ap_uint<13>(kMoveBytes) - cursor.address.range(11, 0);
    const bool block_ends = in_segment >= in_block;
    const ap_uint<32> near = block_ends ? ap_uint<32>(in_block) : in_segment;
    const bool is_last = cursor.left <= near;
    const MoveBytes bytes = is_last ? MoveBytes(cursor.left) : MoveBytes(near);

    BlkMove move;
    move.slot = cursor.slot;
    move.owner = cursor.owner;
    move.is_id = is_id;
    move.last = is_last;
    move.guest = lookup.buffer.address + cursor.offset;
    move.card = cursor.address;
    move.bytes = bytes;

    move.to_channel = cursor.to_channel;

    const bool is_empty = cursor.left == 0;
    const bool asks = cursor.to_channel == 1 && (is_empty ? cursor.op == BlkOp::kFlush : !is_id);
    const bool has_move = asks || !is_empty;
    bool moves = false;
    if (!is_empty && !asks && is_read && !read_out.full()) {
      read_out.write(move);
      moves = true;
    }
    if (!is_empty && !asks && is_write && !write_out.full()) {
      write_out.write(move);
      moves = true;
    }

    BlkCursor behind = cursor;
    const bool segment_ends = bytes == in_segment;
    behind.place = segment_ends ? SegmentPlace(cursor.place + 1) : cursor.place;
    behind.offset = segment_ends ? ap_uint<32>(0) : ap_uint<32>(cursor.offset + bytes);
    behind.left = cursor.left - bytes;
    behind.address = cursor.address + bytes;
    const bool leaves = asks && !ask_out.full();
    BlkAsk ask;
    ask.op = cursor.op;
    ask.move = move;
    ask.next = behind;
    if (asks && !ask_out.full()) ask_out.write(ask);
    if (has_move && !leaves && !(moves && is_last)) next_out.write(moves ? behind : cursor);

    BlkDone done;
    done.slot = cursor.slot;
    done.unread = 0;
    done.failed = 0;
    done.last = 1;
    if (!has_move) done_out.write(done);
  }
};

}  // namespace vireo

#endif  // VIREO_HW_BLK_CUT_H_
