// SPDX-License-Identifier: Apache-2.0
// Follows, one descriptor at a time, the chains that are scattered over their table, or end in an
// indirect table. VIRTIO 1.4, 2.7.5, 2.7.5.3.2 "Device Requirements: Indirect Descriptors".
#ifndef VIREO_HW_VIRTQUEUE_CHAIN_HOP_H_
#define VIREO_HW_VIRTQUEUE_CHAIN_HOP_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/spec/split_ring.h"
#include "hw/virtqueue/chain_store.h"
#include "hw/virtqueue/chain_walk.h"
#include "hw/virtqueue/descriptor.h"
#include "hw/virtqueue/fetch_policy.h"
#include "hw/virtqueue/head_read.h"

namespace vireo {

struct HopRequest {
  HopJob job;
  DescriptorTable table;
};

// Adds the queue's table to a job.
class HopLookup {
 public:
  void Step(hls::stream<QueueSetup>& setup_in, hls::stream<HopJob>& job_in,
            hls::stream<HopRequest>& request_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = tables_ type = ram_2p impl = bram latency = 2
#pragma HLS DEPENDENCE variable = tables_ inter false
    if (!setup_in.empty()) {
      const QueueSetup setup = setup_in.read();
      tables_[setup.queue] = TableOf(setup);
    }
    if (job_in.empty() || request_out.full()) return;
    HopRequest request;
    request.job = job_in.read();
    request.table = tables_[request.job.start.queue];
    request_out.write(request);
  }

 private:
  DescriptorTable tables_[kQueues];
};

// One chain at a time, after all chains before it. When it is through, its queue's fetch goes on
// behind it.
class ChainHop {
 public:
  void Step(hls::stream<HopRequest>& request_in, hls::stream<ap_uint<1>>& go_in,
            hls::stream<ReadLine<QueueIndex>>& line_in,
            hls::stream<ReadRequest<QueueIndex>>& read_out, hls::stream<Segment>& segment_out,
            hls::stream<FetchEvent>& rewind_out, hls::stream<QueueFaulted>& fault_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = segments_ type = ram_2p impl = lutram
    switch (phase_) {
      case Phase::kIdle:
        if (!request_in.empty() && !go_in.empty() && !segment_out.full()) {
          go_in.read();
          Begin(request_in.read(), segment_out);
        }
        break;
      case Phase::kTake: Take(); break;
      case Phase::kAsk:
        if (!read_out.full()) {
          ReadRequest<QueueIndex> read = {};
          read.key = start_.queue;
          read.function = table_.function;
          read.address = table_.address + spec::DescriptorOffset(index_.to_uint());
          read.length = 16;
          read.last = 1;
          read.context = start_.queue;
          read_out.write(read);
          phase_ = Phase::kWait;
        }
        break;
      case Phase::kWait:
        if (!line_in.empty()) {
          const ReadLine<QueueIndex> line = line_in.read();
          const ap_uint<9> shift = ap_uint<9>(line.offset.range(5, 4)) << 7;
          descriptor_ = DescriptorOf(ap_uint<128>(line.data >> shift));
          phase_ = Phase::kTake;
          if (line.error == 1) Break(QueueFault::kReadFailed);
        }
        break;
      case Phase::kPlay:
        if (!segment_out.full()) Play(segment_out);
        break;
      case Phase::kRewind:
        if (!rewind_out.full()) {
          FetchEvent event = {};
          event.key = start_.queue;
          event.kind = FetchEventKind::kRewind;
          event.value = start_.position + 1;
          rewind_out.write(event);
          phase_ = Phase::kIdle;
        }
        break;
      case Phase::kFault:
        if (!fault_out.full()) {
          QueueFaulted fault;
          fault.queue = start_.queue;
          fault.fault = fault_;
          fault_out.write(fault);
          phase_ = Phase::kIdle;
        }
        break;
    }
  }

 private:
  enum class Phase : uint8_t { kIdle, kTake, kAsk, kWait, kPlay, kRewind, kFault };

  struct Piece {
    Iova address;
    ap_uint<32> length;
    ap_uint<1> writable;
  };

  void Begin(const HopRequest& request, hls::stream<Segment>& segment_out) {
    start_ = request.job.start;
    table_ = request.table;
    descriptor_ = start_.first;
    in_table_ = false;
    is_writable_ = false;
    count_ = 0;
    played_ = 0;
    if (request.job.is_stop == 1) {
      Segment stop = {};
      stop.queue = start_.queue;
      stop.kind = start_.kind;
      stop.is_stop = 1;
      stop.last = 1;
      segment_out.write(stop);
    } else {
      phase_ = Phase::kTake;
    }
  }

  void Take() {
    Piece piece;
    piece.address = descriptor_.address;
    piece.length = descriptor_.length;
    piece.writable = IsWritable(descriptor_);
    const bool is_table = IsIndirect(descriptor_);
    const bool is_table_good = !in_table_ && table_.indirect_desc == 1 && HasGoodTable(descriptor_);
    const bool is_full = count_ == kMaxSegments || (!in_table_ && count_ == table_.size);
    const bool is_outside = HasNext(descriptor_) && descriptor_.next >= table_.size;
    const bool turns = is_writable_ && piece.writable == 0;
    if (is_table && !is_table_good) {
      Break(QueueFault::kBadIndirect);
    } else if (is_table) {
      table_.address = descriptor_.address;
      table_.size = descriptor_.length >> 4;
      in_table_ = true;
      index_ = 0;
      phase_ = Phase::kAsk;
    } else if (is_full) {
      Break(QueueFault::kChainTooLong);
    } else if (is_outside) {
      Break(QueueFault::kNextOutOfRange);
    } else if (turns) {
      Break(QueueFault::kWrongDirection);
    } else {
      segments_[ap_uint<BitsFor(kMaxSegments)>(count_)] = piece;
      count_ = count_ + 1;
      is_writable_ = piece.writable == 1;
      index_ = descriptor_.next;
      phase_ = HasNext(descriptor_) ? Phase::kAsk : Phase::kPlay;
    }
  }

  void Play(hls::stream<Segment>& segment_out) {
    const Piece piece = segments_[ap_uint<BitsFor(kMaxSegments)>(played_)];
    const ap_uint<9> next = played_ + 1;
    Segment segment;
    segment.queue = start_.queue;
    segment.kind = start_.kind;
    segment.is_stop = 0;
    segment.head = start_.head;
    segment.address = piece.address;
    segment.length = piece.length;
    segment.writable = piece.writable;
    segment.last = next == count_;
    segment_out.write(segment);
    played_ = next;
    if (next == count_) phase_ = Phase::kRewind;
  }

  void Break(QueueFault fault) {
    fault_ = fault;
    phase_ = Phase::kFault;
  }

  Phase phase_ = Phase::kIdle;
  ChainStart start_ = {};       // the chain that is followed
  DescriptorTable table_ = {};  // where its next descriptor lies; `size` is that of the table
  Descriptor descriptor_ = {};  // the one to look at
  bool in_table_ = false;       // the table is an indirect one
  bool is_writable_ = false;    // the segment before was
  ap_uint<16> index_ = 0;       // of the next descriptor
  ap_uint<9> count_ = 0;        // segments so far
  ap_uint<9> played_ = 0;       // segments sent on
  QueueFault fault_ = QueueFault::kNone;
  Piece segments_[kMaxSegments];
};

// Whole chains of ChainHop, then those of ChainWalk. One that ChainHop has is always here before
// what its queue fetches after it, so that to prefer it keeps the queue's order.
class ChainMerge {
 public:
  void Step(hls::stream<Segment>& hop_in, hls::stream<StoredSegment>& walk_in,
            hls::stream<Segment>& segment_out, hls::stream<ap_uint<1>>& go_out) {
#pragma HLS PIPELINE II = 1
    if (segment_out.full() || go_out.full()) return;
    const bool takes_hop = turn_ == Turn::kHop || (turn_ == Turn::kNone && !hop_in.empty());
    if (takes_hop && !hop_in.empty()) {
      const Segment segment = hop_in.read();
      segment_out.write(segment);
      turn_ = segment.last == 1 ? Turn::kNone : Turn::kHop;
    } else if (!takes_hop && !walk_in.empty()) {
      const StoredSegment stored = walk_in.read();
      if (stored.is_hop == 1) {
        go_out.write(1);
      } else {
        segment_out.write(stored.segment);
        turn_ = stored.segment.last == 1 ? Turn::kNone : Turn::kWalk;
      }
    }
  }

 private:
  enum class Turn : uint8_t { kNone, kHop, kWalk };
  Turn turn_ = Turn::kNone;  // whose chain is in the middle
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_CHAIN_HOP_H_
