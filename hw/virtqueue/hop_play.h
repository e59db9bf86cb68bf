// SPDX-License-Identifier: Apache-2.0
// Holds the chains that are followed until each is whole, and sends it on.
#ifndef VIREO_HW_VIRTQUEUE_HOP_PLAY_H_
#define VIREO_HW_VIRTQUEUE_HOP_PLAY_H_

#include <ap_int.h>
#include <hls_stream.h>

#include <cstdint>

#include "hw/virtqueue/fetch_policy.h"
#include "hw/virtqueue/hop_follow.h"

namespace vireo {

// When a chain is through, its queue's fetch goes on behind it. A queue's stop waits for its chain.
class HopPlay {
 public:
  void Step(hls::stream<HopPiece>& piece_in, hls::stream<Segment>& segment_out,
            hls::stream<FetchEvent>& rewind_out, hls::stream<QueueFaulted>& fault_out,
            hls::stream<HopSlot>& freed_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = buffers_ type = ram_2p impl = bram latency = 2
#pragma HLS BIND_STORAGE variable = ends_ type = ram_2p impl = lutram
    const bool takes = !piece_in.empty() && Count(written_ - read_) < kEnds;
    const bool acts = phase_ != Phase::kIdle && !segment_out.full() && !rewind_out.full() &&
                      !fault_out.full() && !freed_out.full();
    const bool plays = acts && phase_ == Phase::kPlay;
    const Buffer buffer = buffers_[PlaceOf(end_.slot, played_)];
    const bool is_last = is_last_;
    const bool breaks = acts && phase_ == Phase::kBreak;
    const bool stops = acts && phase_ == Phase::kStop;
    const bool is_over = (plays && is_last) || breaks;
    if (plays || stops) {
      Segment segment = {};
      segment.queue = end_.queue;
      segment.kind = end_.kind;
      segment.is_stop = stops;
      if (plays) {
        segment.head = end_.head;
        segment.address = buffer.address;
        segment.length = buffer.length;
        segment.writable = buffer.writable;
      }
      segment.last = stops || is_last;
      segment_out.write(segment);
    }
    if (plays && is_last) {
      FetchEvent event = {};
      event.key = end_.queue;
      event.kind = FetchEventKind::kRewind;
      event.value = end_.position + 1;
      rewind_out.write(event);
    }
    if (breaks) {
      QueueFaulted fault;
      fault.queue = end_.queue;
      fault.fault = end_.fault;
      fault_out.write(fault);
    }
    const HopSlot slot = end_.slot;
    const SlotMask mine = SlotMask(1) << slot;
    const SlotMask active = active_, over = is_over ? mine : SlotMask(0);
    const bool is_stopping = stopping_[slot.to_int()] == 1;
    if (is_over) freed_out.write(slot);
    active_ = active_ & ~over;
    stopping_ = stopping_ & ~over;
    if (is_over && is_stopping) {
      phase_ = Phase::kStop;
    } else if (is_over || stops) {
      phase_ = Phase::kIdle;
    } else if (phase_ == Phase::kIdle && read_ != written_) {
      end_ = ends_[Place(read_)];
      read_ = read_ + 1;
      phase_ = PhaseOf(end_.verdict);
      played_ = 0;
      is_last_ = end_.place == 0;
    } else if (plays) {
      played_ = played_ + 1;
      is_last_ = played_ == end_.place;
    }

    if (takes) {
      const HopPiece piece = piece_in.read();
      const SlotMask its = SlotMask(1) << piece.slot;
      const bool is_stop = piece.verdict == HopVerdict::kStop;
      const bool was_active = piece.has_slot == 1 && active[piece.slot.to_int()] == 1;
      const bool waits = is_stop && was_active && !(is_over && piece.slot == slot);
      if (piece.begins == 1) active_ = active_ | its;
      if (waits) stopping_ = stopping_ | its;
      if (piece.is_buffer == 1) {
        Buffer taken;
        taken.address = piece.address;
        taken.length = piece.length;
        taken.writable = piece.writable;
        buffers_[PlaceOf(piece.slot, piece.place)] = taken;
      }
      if (piece.verdict != HopVerdict::kMore && !waits) {
        End end;
        end.verdict = piece.verdict;
        end.slot = piece.slot;
        end.queue = piece.queue;
        end.kind = piece.kind;
        end.position = piece.position;
        end.head = piece.head;
        end.place = piece.place;
        end.fault = piece.fault;
        ends_[Place(written_)] = end;
        written_ = written_ + 1;
      }
    }
  }

 private:
  enum class Phase : uint8_t { kIdle, kPlay, kBreak, kStop };

  struct Buffer {
    Iova address;
    ap_uint<32> length;
    ap_uint<1> writable;
  };

  // Of a chain, or of a queue that has none here.
  struct End {
    HopVerdict verdict;
    HopSlot slot;
    QueueIndex queue;
    QueueKind kind;
    ap_uint<16> position;
    ap_uint<16> head;
    SegmentIndex place;  // of the last segment
    QueueFault fault;
  };

  static constexpr int kEnds = 2 * kHopSlots;  // chains, and stops that do not wait for one
  using Place = ap_uint<BitsFor(kEnds)>;
  using Count = ap_uint<BitsFor(kEnds) + 1>;
  using SlotMask = ap_uint<kHopSlots>;
  using BufferIndex = ap_uint<BitsFor(kHopSlots* kMaxSegments)>;

  static BufferIndex PlaceOf(const HopSlot& slot, const SegmentIndex& segment) {
    return (BufferIndex(slot) << BitsFor(kMaxSegments)) | segment;
  }
  static Phase PhaseOf(HopVerdict verdict) {
    if (verdict == HopVerdict::kKeep) return Phase::kPlay;
    return verdict == HopVerdict::kBreak ? Phase::kBreak : Phase::kStop;
  }

  Buffer buffers_[kHopSlots * kMaxSegments];
  End ends_[kEnds];
  Count written_ = 0;
  Count read_ = 0;
  Phase phase_ = Phase::kIdle;
  End end_ = {};             // the chain that is sent on
  SegmentIndex played_ = 0;  // its segments that were
  bool is_last_ = false;     // the next of them is its last
  SlotMask active_ = 0;      // slots with a chain that is not through
  SlotMask stopping_ = 0;    // and whose queue stops behind it
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTQUEUE_HOP_PLAY_H_
