// SPDX-License-Identifier: Apache-2.0
// Follows the chains that are scattered over their table, too long to be read ahead, or end in an
// indirect table. VIRTIO 1.4, 2.7.5, 2.7.5.3.2 "Device Requirements: Indirect Descriptors".
#ifndef VIREO_HW_VIRTQUEUE_HOP_FOLLOW_H_
#define VIREO_HW_VIRTQUEUE_HOP_FOLLOW_H_

#include <ap_int.h>
#include <hls_stream.h>

#include <cstdint>

#include "hw/spec/split_ring.h"
#include "hw/virtqueue/descriptor.h"
#include "hw/virtqueue/hop_lookup.h"
#include "hw/virtqueue/hop_unpack.h"

namespace vireo {

using SegmentIndex = ap_uint<BitsFor(kMaxSegments)>;  // of a chain

enum class HopVerdict : uint8_t {
  kMore,   // the chain goes on
  kKeep,   // this was its last descriptor
  kBreak,  // `fault` says what is wrong with it
  kStop,   // no chain: its queue's last token
};

// What one descriptor gave.
struct HopPiece {
  HopVerdict verdict;
  HopSlot slot;          // with kStop that of the queue's chain, if `has_slot`
  ap_uint<1> has_slot;   // with kStop
  ap_uint<1> begins;     // the chain's first
  ap_uint<1> is_buffer;  // or else a pointer to a table
  QueueIndex queue;
  QueueKind kind;
  ap_uint<16> position;  // in the available ring
  ap_uint<16> head;
  SegmentIndex place;
  Iova address;
  ap_uint<32> length;
  ap_uint<1> writable;
  QueueFault fault;
};

// A read brings a descriptor and those behind it in the same block of kHopBlock bytes. They are
// used as long as the chain goes on there; where it does not, the next read leaves, and the rest of
// this one is passed over when it comes. A chain begins when all chains before it are on their way,
// for which there is a token of `go_in`. `read_out` needs kHopReads places behind it: then what was
// read never waits for other reads.
class HopFollow {
 public:
  void Step(hls::stream<HopRequest>& request_in, hls::stream<ap_uint<1>>& go_in,
            hls::stream<HopRead>& read_in, hls::stream<HopSlot>& freed_in,
            hls::stream<ReadRequest<HopSlot>>& read_out, hls::stream<HopPiece>& piece_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = states_ type = ram_2p impl = lutram
#pragma HLS ARRAY_PARTITION variable = queues_ complete
    const bool has_room = !read_out.full() && !piece_out.full();
    const bool goes_on = has_room && !read_in.empty();
    const bool takes_job =
        has_room && !goes_on && free_ != 0 && !request_in.empty() && !go_in.empty();
    SlotMask freed = 0;
    if (!freed_in.empty()) freed = SlotMask(1) << freed_in.read();

    HopRequest request = {};
    if (takes_job) {
      go_in.read();
      request = request_in.read();
    }
    HopRead read = {};
    if (goes_on) read = read_in.read();

    const ChainStart& start = request.job.start;
    const bool begins = takes_job && request.job.is_stop == 0;
    SlotMask matches = 0;  // the slot that the queue had last
    for (int i = 0; i < kHopSlots; ++i) {
      matches[i] = known_[i] == 1 && queues_[i] == start.queue;
    }
    const SlotMask lowest = free_ & (~free_ + 1);
    const HopSlot slot = begins ? IndexOf(lowest) : read.slot;
    free_ = (begins ? SlotMask(free_ & ~lowest) : free_) | freed;
    if (begins) {
      known_ = (known_ & ~matches) | lowest;
      for (int i = 0; i < kHopSlots; ++i) {
        if (lowest[i] == 1) queues_[i] = start.queue;
      }
    }
    if (!goes_on && !takes_job) return;

    const Descriptor descriptor = begins ? start.first : read.descriptor;
    const bool is_table = IsIndirect(descriptor);
    const bool has_next = HasNext(descriptor);
    State state = states_[slot];
    const bool follows = goes_on && (read.begins == 1 || state.follows == 1);
    const bool is_next_there =
        follows && !is_table && read.ends == 0 && descriptor.next == state.behind;
    // What is in the same read is in the table, so its place is no fault.
    const bool is_good = read.error == 0 && state.is_spent == 0 &&
                         (state.is_writable == 0 || IsWritable(descriptor));
    const bool may_follow = is_next_there && has_next && is_good;
    if (begins) state = StateOf(request);

    HopPiece piece = {};
    piece.queue = takes_job ? start.queue : state.queue;
    piece.kind = takes_job ? start.kind : state.kind;
    piece.begins = begins;
    piece.slot = slot;
    piece.position = state.position;
    piece.head = state.head;
    piece.place = SegmentIndex(state.count);
    piece.address = descriptor.address;
    piece.length = descriptor.length;
    piece.writable = IsWritable(descriptor);
    piece.is_buffer = !is_table;
    piece.fault = goes_on && read.error == 1 ? QueueFault::kReadFailed : FaultOf(state, descriptor);
    const bool breaks = piece.fault != QueueFault::kNone;
    const bool goes_further = is_table || has_next;
    piece.verdict = breaks         ? HopVerdict::kBreak
                    : goes_further ? HopVerdict::kMore
                                   : HopVerdict::kKeep;
    if (takes_job && !begins) {
      piece.verdict = HopVerdict::kStop;
      piece.has_slot = matches != 0;
      piece.slot = IndexOf(matches);
    }
    if (takes_job || follows) piece_out.write(piece);

    const bool asks = (begins || follows) && !breaks && goes_further && !is_next_there;
    const ap_uint<16> index = is_table ? ap_uint<16>(0) : descriptor.next;
    if (is_table) {
      state.table = descriptor.address;
      state.size = descriptor.length >> 4;
      state.left = descriptor.length >> 4;
      state.is_spent = state.count == kMaxSegments;
      state.in_table = 1;
    } else {
      state.is_spent = state.left == 1 || state.count == kMaxSegments - 1;
      state.left = state.left - 1;
      state.count = state.count + 1;
      state.is_writable = IsWritable(descriptor);
    }
    state.behind = index + 1;
    state.follows = may_follow;
    if (begins || follows) states_[slot] = state;

    if (asks) {
      const Iova address = state.table + spec::DescriptorOffset(index.to_uint());
      const ap_uint<16> in_table = state.size - index;
      const ap_uint<16> in_block = kHopBlock / 16 - address.range(BitsFor(kHopBlock) - 1, 4);
      ReadRequest<HopSlot> request_read = {};
      request_read.key = state.queue;
      request_read.function = state.function;
      request_read.address = address;
      request_read.length = (in_table < in_block ? in_table : in_block) << 4;
      request_read.last = 1;
      request_read.context = slot;
      read_out.write(request_read);
    }
  }

 private:
  using SlotMask = ap_uint<kHopSlots>;

  // Of the chain in a slot.
  struct State {
    QueueIndex queue;
    QueueKind kind;
    FunctionIndex function;
    ap_uint<16> position;
    ap_uint<16> head;
    Iova table;                // where the next descriptor lies
    ap_uint<16> size;          // of that table
    ap_uint<16> behind;        // the descriptor behind the one that comes next in what was read
    ap_uint<1> follows;        // the chain goes on with the one that comes next
    ap_uint<1> is_spent;       // no descriptor may come but a table
    ap_uint<16> left;          // descriptors before the chain must be a loop
    ap_uint<9> count;          // segments so far
    ap_uint<1> in_table;       // it is an indirect one
    ap_uint<1> indirect_desc;  // was agreed
    ap_uint<1> is_writable;    // the segment before was
  };

  static State StateOf(const HopRequest& request) {
    State state = {};
    state.queue = request.job.start.queue;
    state.kind = request.job.start.kind;
    state.function = request.table.function;
    state.position = request.job.start.position;
    state.head = request.job.start.head;
    state.table = request.table.address;
    state.size = request.table.size;
    state.left = request.table.size;
    state.indirect_desc = request.table.indirect_desc;
    return state;
  }

  static QueueFault FaultOf(const State& state, const Descriptor& descriptor) {
    if (IsIndirect(descriptor)) {
      const bool is_good =
          state.in_table == 0 && state.indirect_desc == 1 && HasGoodTable(descriptor);
      return is_good ? QueueFault::kNone : QueueFault::kBadIndirect;
    }
    if (state.is_spent == 1) return QueueFault::kChainTooLong;
    if (HasNext(descriptor) && descriptor.next >= state.size) return QueueFault::kNextOutOfRange;
    if (state.is_writable == 1 && !IsWritable(descriptor)) return QueueFault::kWrongDirection;
    return QueueFault::kNone;
  }

  // Of the one bit that is set.
  static HopSlot IndexOf(const SlotMask& one) {
    HopSlot index = 0;
    for (int i = 0; i < kHopSlots; ++i) {
      if (one[i] == 1) index = index | HopSlot(i);
    }
    return index;
  }

  State states_[kHopSlots];
  SlotMask free_ = ~SlotMask(0);
  SlotMask known_ = 0;  // slots of which queues_ is the queue that had them last
  QueueIndex queues_[kHopSlots] = {};
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_HOP_FOLLOW_H_
