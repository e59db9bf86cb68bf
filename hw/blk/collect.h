// SPDX-License-Identifier: Apache-2.0
// Takes a chain apart: its header is asked for, its data's segments are noted, its status byte is
// found. VIRTIO 1.4, 5.2.6 "Device Operation", 2.7.4 "Message Framing".
#ifndef VIREO_HW_BLK_COLLECT_H_
#define VIREO_HW_BLK_COLLECT_H_

#include <hls_stream.h>

#include "hw/blk/token.h"

namespace vireo {

// For BlkStore: a segment of data to keep, and a read to send on behind it.
struct BlkEntry {
  ap_uint<1> has_buffer;
  ap_uint<1> has_read;
  BlkSlot slot;
  SegmentPlace place;
  BlkBuffer buffer;
  ReadRequest<BlkContext> read;
};

// The header is 16 bytes in as many segments as the driver likes: one read for each of them, a
// unit for the chain. A read waits for the next one, or for the chain's end, which is the unit's.
// The status byte is the last one that is device-writable. Without one the queue has a fault, and
// its chains are void until its stop. Untrusted: all of a segment.
//
// The first kQueues clocks after reset clear `dead_`.
class BlkCollect {
 public:
  void Step(hls::stream<BlkSegment>& segment_in, hls::stream<BlkSlot>& free_in,
            hls::stream<BlkEntry>& entry_out, hls::stream<QueueFaulted>& faulted_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = dead_ type = ram_2p impl = lutram
    const bool is_clear = cleared_[BitsFor(kQueues)] == 1;
    if (!is_clear) {
      dead_[cleared_] = 0;
      cleared_ = cleared_ + 1;
      return;
    }
    const bool has_fresh = fresh_[BitsFor(kBlockCommands)] == 0;
    if (segment_in.empty() || entry_out.full() || faulted_out.full()) return;
    if (begins_ && !has_fresh && free_in.empty()) return;
    const BlkSegment segment = segment_in.read();
    BlkSlot slot = slot_;
    if (begins_ && has_fresh) slot = fresh_;
    if (begins_ && !has_fresh && !free_in.empty()) slot = free_in.read();
    if (begins_ && has_fresh) fresh_ = fresh_ + 1;
    slot_ = slot;
    const bool is_stop = segment.is_stop == 1;
    const bool ends = is_stop || segment.last == 1;
    begins_ = ends;

    // What the segment is by itself.
    const bool has_bytes = !is_stop && segment.length != 0;
    const bool is_readable = has_bytes && segment.writable == 0;
    const bool is_writable = has_bytes && segment.writable == 1;
    const Iova last_byte = segment.address + segment.length - 1;
    const bool wraps = has_bytes && last_byte < segment.address;

    // The part of the header in it.
    const bool is_long = segment.length.range(31, 4) != 0;
    const ap_uint<5> most = is_long ? ap_uint<5>(kBlkHeader) : ap_uint<5>(segment.length);
    const ap_uint<5> fits = most < header_left_ ? most : header_left_;
    const ap_uint<5> taken = is_readable ? fits : ap_uint<5>(0);
    const bool has_part = taken != 0;
    header_left_ = ends ? ap_uint<5>(kBlkHeader) : ap_uint<5>(header_left_ - taken);

    // The data in it.
    const ap_uint<32> rest = segment.length - taken;
    const bool has_data = is_writable || (is_readable && rest != 0);
    const bool has_place = places_[BitsFor(kMaxSegments)] == 0;
    BlkEntry entry;
    entry.slot = slot;
    entry.has_buffer = has_data && has_place;
    entry.place = places_;
    entry.buffer.address = segment.address + taken;
    entry.buffer.length = rest;
    const bool overflows = overflows_ || (has_data && !has_place);
    overflows_ = overflows && !ends;
    if (ends) {
      places_ = 0;
    } else if (has_data && has_place) {
      places_ = places_ + 1;
    }

    // The chain so far.
    const Sum readable = readable_ + (is_readable ? segment.length : ap_uint<32>(0));
    const Sum writable = writable_ + (is_writable ? segment.length : ap_uint<32>(0));
    readable_ = ends ? Sum(0) : readable;
    writable_ = ends ? Sum(0) : writable;
    const bool turns = turns_ || (is_readable && has_writable_);
    const bool has_writable = has_writable_ || is_writable;
    const bool any_wraps = any_wraps_ || wraps;
    const bool is_empty = is_empty_ && !has_bytes;
    const bool status_wraps = is_writable ? wraps : status_wraps_;
    const Iova status_address = is_writable ? last_byte : status_address_;
    turns_ = turns && !ends;
    has_writable_ = has_writable && !ends;
    any_wraps_ = any_wraps && !ends;
    is_empty_ = is_empty || ends;
    status_wraps_ = status_wraps;
    status_address_ = status_address;

    // What becomes of it.
    const bool has_status = has_writable && !status_wraps && !turns;
    const bool breaks = ends && !is_stop && !has_status;
    const bool is_dead = dead_[segment.owner.queue] == 1;
    const bool is_void = !is_stop && (is_dead || !has_status);
    if (breaks || is_stop) dead_[segment.owner.queue] = breaks ? 1 : 0;

    const bool is_short = readable < kBlkHeader;
    const Sum data = readable - kBlkHeader;
    const Sum answer = writable - 1;
    const bool is_huge = (data >> 32) != 0 || (answer >> 32) != 0;
    BlkContext context = {};
    context.kind = BlkRead::kHeader;
    if (is_void) context.kind = BlkRead::kVoid;
    if (is_stop) context.kind = BlkRead::kStop;
    context.slot = slot;
    context.owner = segment.owner;
    context.head = segment.head;
    context.reason = spec::Reason::kNone;
    if (is_huge) context.reason = spec::Reason::kTooManyBytes;
    if (overflows) context.reason = spec::Reason::kBlkSegments;
    if (any_wraps) context.reason = spec::Reason::kAddressWraps;
    if (is_short) context.reason = spec::Reason::kBlkHeaderShort;
    context.address = status_address;
    context.readable = data;
    context.writable = answer;

    const bool is_good = !is_stop && !is_void && !is_short && !any_wraps && !overflows && !is_huge;
    entry.has_read = ends || (has_part && has_part_);
    entry.read.key = segment.owner.queue;
    entry.read.function = segment.owner.function;
    entry.read.address = part_address_;
    entry.read.length = ends && !is_good ? ap_uint<5>(0) : part_length_;
    entry.read.last = ends;
    entry.read.context = context;
    if (has_part) {
      part_address_ = segment.address;
      part_length_ = taken;
    }
    has_part_ = !ends && (has_part || has_part_);
    if (entry.has_buffer == 1 || entry.has_read == 1) entry_out.write(entry);

    if (breaks && !is_dead) {
      QueueFaulted faulted;
      faulted.queue = segment.owner.queue;
      faulted.fault = QueueFault::kWrongDirection;
      if (status_wraps && !turns) faulted.fault = QueueFault::kTooManyBytes;
      if (is_empty) faulted.fault = QueueFault::kEmptyChain;
      faulted_out.write(faulted);
    }
  }

 private:
  using Sum = ap_uint<32 + BitsFor(kMaxSegments) + 2>;  // of lengths

  ap_uint<BitsFor(kBlockCommands) + 1> fresh_ = 0;  // slots given for the first time
  BlkSlot slot_ = 0;                                // of the chain
  bool begins_ = true;                              // the next segment is a chain's first
  ap_uint<5> header_left_ = kBlkHeader;             // bytes of the header still to come
  ap_uint<BitsFor(kMaxSegments) + 1> places_ = 0;   // of the chain's data
  bool overflows_ = false;                          // it has more
  Sum readable_ = 0, writable_ = 0;                 // bytes
  bool turns_ = false;                              // a segment to read follows one to write
  bool has_writable_ = false;
  bool any_wraps_ = false;  // a segment reaches beyond the end of memory
  bool is_empty_ = true;
  bool status_wraps_ = false;  // the last one to write does
  Iova status_address_ = 0;
  Iova part_address_ = 0;  // the part of the header that is read next
  ap_uint<5> part_length_ = 0;
  bool has_part_ = false;
  ap_uint<1> dead_[kQueues];                   // the queue had a fault
  ap_uint<BitsFor(kQueues + 1)> cleared_ = 0;  // entries of dead_ cleared since reset
};

}  // namespace vireo

#endif  // VIREO_HW_BLK_COLLECT_H_
