// SPDX-License-Identifier: Apache-2.0
// Starts each command when those that it has to wait for have been used.
// VIRTIO 1.4, 5.2.6.2 "Device Requirements: Device Operation": VIRTIO_BLK_T_FLUSH.
#ifndef VIREO_HW_BLK_ORDER_H_
#define VIREO_HW_BLK_ORDER_H_

#include <hls_stream.h>

#include "hw/blk/token.h"

namespace vireo {

// A matrix of who waits for whom: a command waits for those before it on its disk that share a
// sector with it, if one of the two writes; a flush for the writes of its disk; a stop for all of
// its queue. A slot that is freed leaves the matrix, and only then may be given again.
//
// Nobody waits for one that came later, so someone can always start. kBlockCommands places in
// `start_out` and `freed_out` keep both from ever being full.
class BlkOrder {
 public:
  void Step(hls::stream<BlkCommand>& command_in, hls::stream<BlkSlot>& freed_in,
            hls::stream<BlkCursor>& start_out, hls::stream<BlkSlot>& freed_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS ARRAY_PARTITION variable = places_ complete
#pragma HLS ARRAY_PARTITION variable = awaited_ complete
#pragma HLS BIND_STORAGE variable = cursors_ type = ram_2p impl = lutram
    if (start_out.full() || freed_out.full()) return;
    const bool is_empty = command_in.empty() && freed_in.empty() && waiting_ == 0 && ready_ == 0;
    if (is_empty) return;  // what follows would change nothing

    Slots gone = 0;
    if (!freed_in.empty()) {
      const BlkSlot slot = freed_in.read();
      gone = Slots(1) << slot;
      freed_out.write(slot);
    }
    Slots added = 0;
    Place place = {};
    if (!command_in.empty()) {
      const BlkCommand command = command_in.read();
      added = Slots(1) << command.slot;
      place = PlaceOf(command);
      cursors_[command.slot] = CursorOf(command);
    }

    // Whom the command that comes waits for.
    Slots before = 0;
    for (int i = 0; i < kBlockCommands; ++i) before[i] = HasToWait(place, places_[i]);
    before = before & active_ & ~gone;
    for (int i = 0; i < kBlockCommands; ++i) {
      if (added[i] == 1) places_[i] = place;
    }
    active_ = (active_ | added) & ~gone;

    Slots released = 0;
    for (int i = 0; i < kBlockCommands; ++i) {
      released[i] = waiting_[i] == 1 && awaited_[i] == 0;
      const Slots awaited = added[i] == 1 ? before : awaited_[i];
      awaited_[i] = awaited & ~gone;
    }
    waiting_ = (waiting_ | added) & ~released;

    // Of those that may start, one does.
    const Slots from_first = FromLowest<kBlockCommands>(ready_);
    const Slots behind_first = from_first << 1;
    const Slots chosen = ready_ & ~behind_first;
    const BlkSlot slot = IndexOfOneHot<kBlockCommands>(chosen);
    if (ready_ != 0) start_out.write(cursors_[slot]);
    ready_ = (ready_ & behind_first) | released;
  }

 private:
  using Slots = ap_uint<kBlockCommands>;

  // What others need to know of a command.
  struct Place {
    BlkOwner owner;
    SectorIndex first;
    SectorIndex end;
    ap_uint<1> reads;
    ap_uint<1> writes;
    ap_uint<1> flushes;
    ap_uint<1> stops;
  };

  static Place PlaceOf(const BlkCommand& command) {
    Place place;
    place.owner = command.owner;
    place.first = command.first;
    place.end = command.end;
    place.reads = command.op == BlkOp::kIn;
    place.writes = command.op == BlkOp::kOut;
    place.flushes = command.op == BlkOp::kFlush;
    place.stops = command.op == BlkOp::kStop;
    return place;
  }

  static BlkCursor CursorOf(const BlkCommand& command) {
    BlkCursor cursor;
    cursor.slot = command.slot;
    cursor.owner = command.owner;
    cursor.op = command.op;
    cursor.place = 0;
    cursor.offset = 0;
    cursor.left = command.bytes;
    cursor.address = command.address;
    cursor.to_channel = command.to_channel;
    return cursor;
  }

  static bool HasToWait(const Place& place, const Place& other) {
    const bool is_same_disk = place.owner.function == other.owner.function;
    const bool is_same_queue = place.owner.queue == other.owner.queue;
    const bool overlaps = place.first < other.end && other.first < place.end;
    const bool conflicts = (place.writes == 1 && (other.reads | other.writes) == 1) ||
                           (place.reads == 1 && other.writes == 1);
    const bool is_flush_behind = place.flushes == 1 && other.writes == 1;
    return (is_same_disk && ((overlaps && conflicts) || is_flush_behind)) ||
           (place.stops == 1 && is_same_queue);
  }

  Place places_[kBlockCommands];        // of commands that are active
  Slots active_ = 0;                    // came, and not yet used
  Slots awaited_[kBlockCommands] = {};  // by each command that waits
  Slots waiting_ = 0;                   // those that have not been released
  Slots ready_ = 0;                     // released, and not yet started
  BlkCursor cursors_[kBlockCommands];
};

}  // namespace vireo

#endif  // VIREO_HW_BLK_ORDER_H_
