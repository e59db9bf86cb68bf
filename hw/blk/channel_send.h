// SPDX-License-Identifier: Apache-2.0
// Writes requests to the service and takes its completions. hw/spec/README.md has the protocol.
#ifndef VIREO_HW_BLK_CHANNEL_SEND_H_
#define VIREO_HW_BLK_CHANNEL_SEND_H_

#include <hls_stream.h>

#include <cstddef>
#include <cstdint>

#include "hw/blk/backend.h"
#include "hw/blk/channel_token.h"

namespace vireo {

// One thing a clock. It alone knows which tags are with the service, so nothing that the service
// writes, or does not, ends a request twice. Untrusted: doorbells and completions.
//
// A setup, a completion that cannot be read, or a service that is silent for longer than its
// `patience` while it has requests, first fails all that is with it. Without a running channel
// requests fail at once.
class ChannelSend {
 public:
  void Step(hls::stream<ChannelCommand>& command_in, hls::stream<BlkAsk>& ask_in,
            hls::stream<BackendWrite>& line_in, hls::stream<BlkDone>& placed_in,
            hls::stream<ChannelEntry>& entry_in, hls::stream<BlkMove>& guest_out,
            hls::stream<WriteLine>& write_out, hls::stream<ChannelAnswer>& answer_out,
            hls::stream<ChannelFetch>& fetch_out, hls::stream<ChannelChange>& change_out,
            hls::stream<BlkEvent>& event_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = asks_ type = ram_2p impl = lutram
    const bool is_late = is_late_;
    if (is_quiet_) {
      silence_ = 0;
    } else {
      silence_ = silence_ + 1;
    }
    is_late_ = patience_ != 0 && silence_ >= patience_;
    is_quiet_ = sent_ == 0;
    const bool has_entry = has_entry_;
    has_entry_ = running_ && fetched_ != doorbell_;

    switch (state_) {
      case kIdle:
        if (is_late && running_) {
          Stop(true);
        } else if (!line_in.empty()) {
          if (!write_out.full()) TakeLine(line_in.read(), write_out);
        } else if (!command_in.empty()) {
          if (!event_out.full()) TakeCommand(command_in.read(), event_out);
        } else if (!entry_in.empty()) {
          entry_ = entry_in.read();
          slot_ = entry_.tag;
          state_ = kDecode;
        } else if (has_entry && !fetch_out.full()) {
          fetch_out.write(NextEntry());
          fetched_ = fetched_ + 1;
          has_entry_ = false;
        } else if (!ask_in.empty() && !guest_out.full() && !answer_out.full()) {
          TakeAsk(ask_in.read(), guest_out, answer_out);
        }
        break;
      case kDecode:
        bit_ = Slots(1) << slot_;
        state_ = kEntry;
        break;
      case kEntry:
        if (!answer_out.full() && !change_out.full() && !event_out.full()) {
          TakeEntry(answer_out, change_out, event_out);
        }
        break;
      case kLines:
        if (!line_in.empty() && !write_out.full()) TakeLine(line_in.read(), write_out);
        break;
      case kPlaced:
        if (!placed_in.empty() && !answer_out.full()) {
          const BlkDone placed = placed_in.read();
          slot_ = placed.slot;
          state_ = kLook;
          if (placed.unread == 1) {
            answer_out.write(AnswerOf(placed.slot, ChannelOutcome::kUnread));
            state_ = kIdle;
          } else if (!running_) {
            answer_out.write(AnswerOf(placed.slot, ChannelOutcome::kFailed));
            state_ = kIdle;
          }
        }
        break;
      case kLook:
        ask_ = asks_[slot_];
        bit_ = Slots(1) << slot_;
        state_ = kRequest;
        break;
      case kRequest:
        if (!write_out.full()) {
          write_out.write(RequestLine());
          sent_ = sent_ | bit_;
          produced_ = produced_ + 1;
          state_ = kIdle;
        }
        break;
      case kDrain:
        if (!answer_out.full()) {
          if (sent_[0] == 1) answer_out.write(AnswerOf(slot_, ChannelOutcome::kFailed));
          sent_ = sent_ >> 1;
          slot_ = slot_ + 1;
          if (slot_ == 0) state_ = kStart;
        }
        break;
      case kStart:
        if (!change_out.full()) {
          running_ = next_.enable == 1 && !failed_;
          change_out.write(failed_             ? ChannelChange::kFailed
                           : next_.enable == 1 ? ChannelChange::kRunning
                                               : ChannelChange::kStopped);
          setup_ = next_;
          patience_ = next_.patience;
          produced_ = 0;
          doorbell_ = 0;
          fetched_ = 0;
          has_entry_ = false;
          state_ = kIdle;
        }
        break;
    }
  }

 private:
  enum State : uint8_t {
    kIdle,
    kDecode,   // a completion's tag
    kEntry,    // what it is
    kLines,    // in the middle of a write to a data slot
    kPlaced,   // behind it
    kLook,     // for what its request says
    kRequest,  // write it
    kDrain,    // fail what is with the service
    kStart,    // or end
  };
  using Slots = ap_uint<kBlockCommands>;
  static constexpr int kLogEntries = BitsFor(kBlockCommands);
  static_assert(sizeof(spec::backend_request) == 32 && sizeof(spec::backend_completion) == 8);

  // What the service is told of a request.
  struct Ask {
    ap_uint<32> type;
    FunctionIndex function;
    Iova offset;
    MoveBytes bytes;
  };

  void Stop(bool fails) {
    failed_ = fails;
    slot_ = 0;
    running_ = false;
    state_ = kDrain;
  }

  void TakeLine(const BackendWrite& write, hls::stream<WriteLine>& write_out) {
    WriteLine line;
    line.function = kManagementFunction;
    line.address = SlotOf(write.slot) + write.address.range(kLogSlotBytes - 1, 0).to_uint();
    line.length = ap_uint<14>(write.lines) << 6;
    line.data = write.data;
    line.last = write.last;
    line.wants_ack = 0;
    line.cookie = 0;
    if (running_) write_out.write(line);
    state_ = write.last == 1 ? kPlaced : kLines;
  }

  void TakeCommand(const ChannelCommand& command, hls::stream<BlkEvent>& event_out) {
    const ap_uint<32> left = produced_ - command.produced;
    const ap_uint<32> more = command.produced - doorbell_;
    const bool is_good = left[31] == 0 && more[31] == 0;
    if (command.is_doorbell == 1) {
      silence_ = 0;
      if (is_good && running_) doorbell_ = command.produced;
      if (!is_good && running_) event_out.write(EventOf(spec::Reason::kChannelTooMany));
    } else {
      next_ = command;
      Stop(false);
    }
  }

  void TakeEntry(hls::stream<ChannelAnswer>& answer_out, hls::stream<ChannelChange>& change_out,
                 hls::stream<BlkEvent>& event_out) {
    const bool is_tag = (entry_.tag >> kLogEntries) == 0;
    const bool is_current = entry_.asked == setup_.generation.range(7, 0);
    const bool is_stale = entry_.generation != setup_.generation;
    const bool is_well = entry_.status == spec::VIRTIO_BLK_S_OK;
    state_ = kIdle;
    if (!running_ || !is_current) return;
    change_out.write(ChannelChange::kConsumed);
    if (entry_.error == 1) {
      event_out.write(EventOf(spec::Reason::kChannelReadFailed));
      Stop(true);
    } else if (is_stale) {
      event_out.write(EventOf(spec::Reason::kChannelStale));
    } else if (!is_tag || (sent_ & bit_) == 0) {
      event_out.write(EventOf(spec::Reason::kChannelTag));
    } else {
      sent_ = sent_ & ~bit_;
      answer_out.write(AnswerOf(slot_, is_well ? ChannelOutcome::kDone : ChannelOutcome::kFailed));
    }
  }

  void TakeAsk(const BlkAsk& ask, hls::stream<BlkMove>& guest_out,
               hls::stream<ChannelAnswer>& answer_out) {
    const bool is_out = ask.op == BlkOp::kOut;
    const bool is_in = ask.op == BlkOp::kIn;
    Ask note;
    note.type = is_in    ? spec::VIRTIO_BLK_T_IN
                : is_out ? spec::VIRTIO_BLK_T_OUT
                         : spec::VIRTIO_BLK_T_FLUSH;
    note.function = ask.move.owner.function;
    note.offset = ask.move.card;
    note.bytes = ask.move.bytes;
    asks_[ask.move.slot] = note;
    slot_ = ask.move.slot;
    if (!running_) {
      answer_out.write(AnswerOf(ask.move.slot, ChannelOutcome::kFailed));
    } else if (is_out) {
      guest_out.write(ask.move);
    } else {
      state_ = kLook;
    }
  }

  Iova SlotOf(const BlkSlot& slot) const {
    return setup_.data_base + (Iova(slot) << kLogSlotBytes);
  }

  ChannelAnswer AnswerOf(const BlkSlot& slot, ChannelOutcome outcome) const {
    ChannelAnswer answer;
    answer.slot = slot;
    answer.outcome = outcome;
    answer.data = SlotOf(slot);
    return answer;
  }

  static BlkEvent EventOf(spec::Reason reason) {
    BlkEvent event = {};
    event.reason = reason;
    event.op = BlkOp::kVoid;
    event.owner.function = kManagementFunction;
    return event;
  }

  ChannelFetch NextEntry() const {
    const ap_uint<kLogEntries> place = fetched_;
    ChannelFetch fetch = {};
    fetch.address = setup_.completion_base + (Iova(place) << 3);
    fetch.generation = setup_.generation;
    return fetch;
  }

  // The entry in both halves of a line: whoever sends it cuts it out.
  WriteLine RequestLine() const {
    const ap_uint<kLogEntries> place = produced_;
    const ap_uint<16> lap = (produced_ >> kLogEntries) + 1;
    ap_uint<256> entry = 0;
    entry.range(63, 0) = ask_.offset;
    entry.range(95, 64) = ask_.bytes;
    entry.range(127, 96) = ask_.type;
    entry.range(143, 128) = ask_.function;
    entry.range(159, 144) = slot_;
    entry.range(191, 160) = setup_.generation;
    entry.range(255, 240) = lap;
    static_assert(offsetof(spec::backend_request, offset) == 0 &&
                  offsetof(spec::backend_request, bytes) == 8 &&
                  offsetof(spec::backend_request, type) == 12 &&
                  offsetof(spec::backend_request, function) == 16 &&
                  offsetof(spec::backend_request, tag) == 18 &&
                  offsetof(spec::backend_request, generation) == 20 &&
                  offsetof(spec::backend_request, lap) == 30);
    WriteLine line;
    line.function = kManagementFunction;
    line.address = setup_.request_base + (Iova(place) << 5);
    line.length = 32;
    line.data = entry.concat(entry);
    line.last = 1;
    line.wants_ack = 1;
    line.cookie = setup_.generation;
    return line;
  }

  State state_ = kIdle;
  bool running_ = false;
  bool failed_ = false;        // the reason for which it is drained
  ChannelCommand setup_ = {};  // with which the channel runs
  ChannelCommand next_ = {};   // after it is drained
  ap_uint<32> patience_ = 0;
  ap_uint<32> silence_ = 0;  // clocks since the service had nothing, or wrote its doorbell
  bool is_late_ = false;
  bool is_quiet_ = true;      // nothing was with the service
  Slots sent_ = 0;            // with the service
  ap_uint<32> produced_ = 0;  // requests, since the channel was enabled
  ap_uint<32> doorbell_ = 0;  // completions, as the service says
  ap_uint<32> fetched_ = 0;   // of these, asked for
  bool has_entry_ = false;    // that was written and not asked for, a clock ago
  BlkSlot slot_ = 0;          // of the request or completion, or to be drained
  Slots bit_ = 0;             // slot_ as a bit
  ChannelEntry entry_ = {};
  Ask ask_ = {};
  Ask asks_[kBlockCommands];
};

}  // namespace vireo

#endif  // VIREO_HW_BLK_CHANNEL_SEND_H_
