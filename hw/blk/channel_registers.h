// SPDX-License-Identifier: Apache-2.0
// The registers of the backend channel, and its interrupt. hw/spec/card_registers.h has the layout.
#ifndef VIREO_HW_BLK_CHANNEL_REGISTERS_H_
#define VIREO_HW_BLK_CHANNEL_REGISTERS_H_

#include <hls_stream.h>

#include "hw/blk/channel_token.h"
#include "hw/pcie/completer_token.h"
#include "hw/spec/card_registers.h"
#include "hw/virtio/common_config.h"
#include "hw/virtio/token.h"

namespace vireo {

// A request counts as produced when its ack says that it is on its way, so the message that tells
// of it comes behind it. What ChannelSend and the writer have to say is always taken.
class ChannelRegisters {
 public:
  void Step(hls::stream<RegisterAccess>& access_in, hls::stream<WriteAck>& ack_in,
            hls::stream<ChannelChange>& change_in, hls::stream<RegisterReply>& reply_out,
            hls::stream<ChannelCommand>& command_out, hls::stream<Interrupt>& interrupt_out) {
#pragma HLS PIPELINE II = 1
    const bool is_past = passed_;
    const ap_uint<32> ahead = interrupt_at_ - produced_;
    passed_ = is_armed_ && ahead[31] == 1;
    if (is_past && is_armed_ && !interrupt_out.full()) {
      interrupt_out.write(Interrupt{InterruptKind::kQueue, kManagementFunction, 0, 0});
      is_armed_ = false;
    }
    if (!ack_in.empty()) {
      const WriteAck ack = ack_in.read();
      if (ack.cookie == QueueIndex(generation_)) produced_ = produced_ + 1;
    }
    if (!change_in.empty()) {
      const ChannelChange change = change_in.read();
      if (change == ChannelChange::kConsumed) {
        consumed_ = consumed_ + 1;
      } else {
        running_ = change == ChannelChange::kRunning;
        failed_ = change == ChannelChange::kFailed;
      }
    }
    switch (state_) {
      case kIdle:
        if (!access_in.empty()) {
          access_ = access_in.read();
          state_ = kLook;
        }
        break;
      case kLook:
        old_ = Read(access_.dword);
        state_ = access_.write == 1 ? kMerge : kReply;
        break;
      case kReply:
        if (!reply_out.full()) {
          reply_out.write(old_);
          state_ = kIdle;
        }
        break;
      case kMerge:
        value_ = MergeBytes(old_, access_.data, access_.byte_enables);
        state_ = kWrite;
        break;
      case kWrite: Write(); break;
      case kCommand:
        if (!command_out.full()) {
          command_out.write(Command());
          state_ = kIdle;
        }
        break;
    }
  }

 private:
  enum State : uint8_t { kIdle, kLook, kReply, kMerge, kWrite, kCommand };
  using Dword = ap_uint<5>;
  static_assert(spec::management_bar::kBackendChannels.stride == 128);

  ap_uint<32> Read(const Dword& dword) const {
    namespace reg = spec::backend_channel;
    switch (dword) {
      case reg::kRequestBase.offset / 4: return request_base_.range(31, 0);
      case reg::kRequestBase.offset / 4 + 1: return request_base_.range(63, 32);
      case reg::kCompletionBase.offset / 4: return completion_base_.range(31, 0);
      case reg::kCompletionBase.offset / 4 + 1: return completion_base_.range(63, 32);
      case reg::kDataBase.offset / 4: return data_base_.range(31, 0);
      case reg::kDataBase.offset / 4 + 1: return data_base_.range(63, 32);
      case reg::kRingSize.offset / 4: return kBlockCommands;
      case reg::kSlotBytes.offset / 4: return kMoveBytes;
      case reg::kControl.offset / 4: return enable_;
      case reg::kState.offset / 4: return (ap_uint<32>(failed_) << 1) | ap_uint<32>(running_);
      case reg::kRequestProduced.offset / 4: return produced_;
      case reg::kGeneration.offset / 4: return generation_;
      case reg::kCompletionConsumed.offset / 4: return consumed_;
      case reg::kPatience.offset / 4: return patience_;
      default: return 0;
    }
  }

  static ap_uint<32> Aligned(const ap_uint<32>& value) {
    const ap_uint<20> page = value >> kLogSlotBytes;
    return ap_uint<32>(page) << kLogSlotBytes;
  }

  void Write() {
    namespace reg = spec::backend_channel;
    state_ = kIdle;
    is_doorbell_ = 0;
    switch (Dword(access_.dword)) {
      case reg::kRequestBase.offset / 4: request_base_.range(31, 0) = Aligned(value_); break;
      case reg::kRequestBase.offset / 4 + 1: request_base_.range(63, 32) = value_; break;
      case reg::kCompletionBase.offset / 4: completion_base_.range(31, 0) = Aligned(value_); break;
      case reg::kCompletionBase.offset / 4 + 1: completion_base_.range(63, 32) = value_; break;
      case reg::kDataBase.offset / 4: data_base_.range(31, 0) = Aligned(value_); break;
      case reg::kDataBase.offset / 4 + 1: data_base_.range(63, 32) = value_; break;
      case reg::kPatience.offset / 4: patience_ = value_; break;
      case reg::kControl.offset / 4:
        enable_ = value_[0];
        if (value_[0] == 1) generation_ = generation_ + 1;
        produced_ = 0;
        consumed_ = 0;
        is_armed_ = false;
        state_ = kCommand;
        break;
      case reg::kCompletionProduced.offset / 4:
        is_doorbell_ = 1;
        state_ = kCommand;
        break;
      case reg::kInterruptAt.offset / 4:
        interrupt_at_ = value_;
        is_armed_ = true;
        passed_ = false;
        break;
      default: break;
    }
  }

  ChannelCommand Command() const {
    ChannelCommand command;
    command.is_doorbell = is_doorbell_;
    command.produced = value_;
    command.enable = enable_;
    command.generation = generation_;
    command.request_base = request_base_;
    command.completion_base = completion_base_;
    command.data_base = data_base_;
    command.patience = patience_;
    return command;
  }

  State state_ = kIdle;
  RegisterAccess access_ = {};
  ap_uint<32> old_ = 0;    // the register before the access
  ap_uint<32> value_ = 0;  // as it is written
  ap_uint<1> is_doorbell_ = 0;
  Iova request_base_ = 0, completion_base_ = 0, data_base_ = 0;
  ap_uint<32> patience_ = spec::backend_channel::kPatience.reset;
  ap_uint<1> enable_ = 0;
  bool running_ = false, failed_ = false;
  ap_uint<32> generation_ = 0;
  ap_uint<32> produced_ = 0;
  ap_uint<32> consumed_ = 0;
  ap_uint<32> interrupt_at_ = 0;
  bool is_armed_ = false;  // an interrupt is wanted
  bool passed_ = false;    // interrupt_at, a clock ago
};

}  // namespace vireo

#endif  // VIREO_HW_BLK_CHANNEL_REGISTERS_H_
