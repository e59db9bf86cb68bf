// SPDX-License-Identifier: Apache-2.0
// Interrupts of all functions: MSI-X tables and pending bits, or ISR status and INTx.
// VIRTIO 1.4, 4.1.4.5 "ISR status capability", 4.1.5.3 "Used Buffer Notifications", 4.1.5.4
// "Notification of Device Configuration Changes". PCI Express Base 4.0, 6.1.4 "MSI and MSI-X
// Operation".
#ifndef VIREO_HW_VIRTIO_MSIX_H_
#define VIREO_HW_VIRTIO_MSIX_H_

#include <ap_int.h>
#include <hls_stream.h>

#include <cstdint>

#include "hw/pcie/config_tokens.h"
#include "hw/spec/function_bar.h"
#include "hw/spec/virtio_pci.h"
#include "hw/virtio/common_config.h"
#include "hw/virtio/table_server.h"
#include "hw/virtio/token.h"

namespace vireo {

struct MsixMessage {
  ap_uint<64> address;
  ap_uint<32> data;
};
using MsixAccess = TableAccess<MsixMessage, kVectors>;

// One event at a time: it changes the state of its function, and then what can be sent is sent. An
// interrupt whose vector or function is masked, or whose function may not write to memory, is kept
// as a pending bit. The first kFunctions clocks after reset clear the table of functions.
class Msix {
 public:
  void Step(hls::stream<Interrupt>& interrupt_in, hls::stream<RegisterAccess>& access_in,
            hls::stream<pcie4c::FunctionState>& state_in, hls::stream<MsixMessage>& message_in,
            hls::stream<RegisterReply>& reply_out, hls::stream<WriteLine>& write_out,
            hls::stream<pcie4c::IntxLevel>& intx_out, hls::stream<InterruptReset>& cleared_out,
            hls::stream<MsixAccess>& message_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = functions_ type = ram_2p impl = lutram
    if (reply_out.full() || write_out.full() || intx_out.full() || cleared_out.full() ||
        message_out.full()) {
      return;
    }
    switch (state_) {
      case kClear:
        if (cleared_[BitsFor(kFunctions)] == 1) {
          state_ = kIdle;
        } else {
          functions_[FunctionIndex(cleared_)] = Function();
          cleared_ = cleared_ + 1;
        }
        break;
      case kIdle: TakeEvent(interrupt_in, access_in, state_in); break;
      case kFetch:
        now_ = functions_[function_];
        queues_ = QueuesOf(function_);
        state_ = event_;
        break;
      case kInterrupt: TakeInterrupt(cleared_out); break;
      case kChange:
        now_.enable = change_.msix_enable;
        now_.mask = change_.msix_mask;
        now_.bus_master = change_.bus_master;
        now_.intx_disable = change_.intx_disable;
        state_ = kSettle;
        break;
      case kAccess: TakeAccess(reply_out, message_out); break;
      case kEntry:
        if (!message_in.empty()) UseEntry(message_in.read(), reply_out, message_out);
        break;
      case kSettle: Settle(intx_out); break;
      case kPick:
        vector_ = IndexOfOneHot(picked_);
        now_.pending = now_.pending & ~picked_;
        state_ = kAsk;
        break;
      case kAsk:
        message_out.write(ReadOf(vector_));
        state_ = kSend;
        break;
      case kSend:
        if (!message_in.empty()) {
          write_out.write(LineOf(message_in.read()));
          state_ = kSettle;
        }
        break;
      case kStore:
        functions_[function_] = now_;
        state_ = kIdle;
        break;
    }
  }

 private:
  enum State : uint8_t {
    kClear,
    kIdle,
    kFetch,      // the function's state
    kInterrupt,  // this and the next two: the event
    kChange,
    kAccess,
    kEntry,   // of the table, as it is now
    kSettle,  // INTx, and what can be sent
    kPick,    // a vector
    kAsk,     // for its message
    kSend,
    kStore,  // the function's state
  };

  // A function's state, and its reset value.
  struct Function {
    VectorMask pending = 0;
    VectorMask masked = ~VectorMask(0);
    ap_uint<8> isr = 0;     // VIRTIO_PCI_ISR_*
    ap_uint<1> enable = 0;  // MSI-X; this and the next three as configuration space has them
    ap_uint<1> mask = 0;
    ap_uint<1> bus_master = 0;
    ap_uint<1> intx_disable = 0;
    ap_uint<1> intx = 0;  // asserted
  };

  void TakeEvent(hls::stream<Interrupt>& interrupt_in, hls::stream<RegisterAccess>& access_in,
                 hls::stream<pcie4c::FunctionState>& state_in) {
    if (!state_in.empty()) {
      change_ = state_in.read();
      function_ = change_.function;
      event_ = kChange;
      state_ = kFetch;
    } else if (!access_in.empty() && (access_is_next_ || interrupt_in.empty())) {
      access_ = access_in.read();
      function_ = access_.function;
      event_ = kAccess;
      state_ = kFetch;
      access_is_next_ = false;
    } else if (!interrupt_in.empty()) {
      interrupt_ = interrupt_in.read();
      function_ = interrupt_.function;
      event_ = kInterrupt;
      state_ = kFetch;
      access_is_next_ = true;
    }
  }

  // 4.1.4.5.1: ISR tells of a changed configuration in any case, of used buffers without MSI-X.
  void TakeInterrupt(hls::stream<InterruptReset>& cleared_out) {
    const bool is_config = interrupt_.kind == InterruptKind::kConfig;
    const bool has_vector = interrupt_.vector <= queues_;
    state_ = kSettle;
    if (interrupt_.kind == InterruptKind::kReset) {
      now_.pending = 0;
      now_.isr = 0;
      if (interrupt_.is_flr == 1) now_.masked = ~VectorMask(0);
      cleared_out.write(InterruptReset{function_, interrupt_.is_flr});
    } else {
      if (is_config) now_.isr = now_.isr | spec::VIRTIO_PCI_ISR_CONFIG;
      if (!is_config && now_.enable == 0 && queues_ != 0)
        now_.isr = now_.isr | spec::VIRTIO_PCI_ISR_QUEUE;
      if (now_.enable == 1 && has_vector) now_.pending[VectorIndex(interrupt_.vector).to_int()] = 1;
    }
  }

  void TakeAccess(hls::stream<RegisterReply>& reply_out, hls::stream<MsixAccess>& message_out) {
    namespace bar = spec::function_bar;
    const bool is_table = access_.dword[BitsFor(bar::kMsixTable) - 2] == 1;
    const bool is_pending = access_.dword[BitsFor(bar::kPendingBits) - 2] == 1;
    const ap_uint<11> vector = access_.dword >> 2;
    const ap_uint<2> field = access_.dword;
    vector_ = vector;
    const bool is_there = vector <= queues_;
    ap_uint<32> reply = 0;
    bool replies = access_.write == 0;
    state_ = kSettle;
    if (is_table && is_there && field != DwordOf(spec::msix_entry::kControl)) {
      message_out.write(ReadOf(vector_));
      replies = false;
      state_ = kEntry;
    } else if (is_table && is_there) {
      reply = now_.masked[vector_.to_int()];
      if (access_.write == 1 && access_.byte_enables[0] == 1) {
        now_.masked[vector_.to_int()] = access_.data[0];
      }
    } else if (!is_table && is_pending) {
      const ap_uint<64> pending = now_.pending;
      const ap_uint<9> dword = access_.dword;
      if (dword == 0) reply = pending.range(31, 0);
      if (dword == 1) reply = pending.range(63, 32);
    } else if (!is_table) {
      const ap_uint<10> dword = access_.dword;
      if (dword == 0) reply = now_.isr;
      if (dword == 0 && access_.write == 0 && access_.byte_enables[0] == 1) now_.isr = 0;
    }
    if (replies) reply_out.write(reply);
  }

  void UseEntry(const MsixMessage& message, hls::stream<RegisterReply>& reply_out,
                hls::stream<MsixAccess>& message_out) {
    const ap_uint<2> field = access_.dword;
    const ap_uint<32> low = message.address.range(31, 0);
    const ap_uint<32> high = message.address.range(63, 32);
    const ap_uint<32> old = field == 0 ? low : field == 1 ? high : message.data;
    const ap_uint<32> value = MergeBytes(old, access_.data, access_.byte_enables);
    if (access_.write == 0) {
      reply_out.write(old);
    } else {
      MsixAccess write = ReadOf(vector_);
      write.write = 1;
      write.entry = message;
      if (field == 0) write.entry.address.range(31, 0) = value;
      if (field == 1) write.entry.address.range(63, 32) = value;
      if (field == 2) write.entry.data = value;
      message_out.write(write);
    }
    state_ = kStore;
  }

  void Settle(hls::stream<pcie4c::IntxLevel>& intx_out) {
    const bool wants_intx =
        now_.isr != 0 && now_.enable == 0 && now_.intx_disable == 0 && IsPhysical(function_);
    if (wants_intx != (now_.intx == 1)) {
      intx_out.write(pcie4c::IntxLevel{function_, wants_intx});
      now_.intx = wants_intx;
    }
    const bool may_send = now_.enable == 1 && now_.mask == 0 && now_.bus_master == 1;
    const VectorMask ready = now_.pending & ~now_.masked;
    const VectorMask lowest = ready & (~ready + 1);
    picked_ = lowest;
    state_ = may_send && ready != 0 ? kPick : kStore;
  }

  MsixAccess ReadOf(const VectorIndex& vector) const {
    MsixAccess access;
    access.write = 0;
    access.index = CardVectorOf(function_, vector);
    access.entry = MsixMessage{0, 0};
    return access;
  }

  // The data at every place where it may lie: whoever sends the line cuts out the bytes.
  WriteLine LineOf(const MsixMessage& message) const {
    WriteLine line = {};
    line.function = function_;
    line.address = message.address & ~Iova(3);
    line.length = 4;
    for (int i = 0; i < 16; ++i) line.data.range(32 * i + 31, 32 * i) = message.data;
    line.last = 1;
    line.wants_ack = 0;
    return line;
  }

  ap_uint<4> state_ = kClear;                     // a State
  ap_uint<4> event_;                              // the State behind kFetch
  ap_uint<BitsFor(kFunctions) + 1> cleared_ = 0;  // functions since reset
  bool access_is_next_ = false;                   // before interrupts
  Interrupt interrupt_;
  pcie4c::FunctionState change_;
  RegisterAccess access_;
  FunctionIndex function_;  // of the event
  QueueCount queues_;       // the function's
  Function now_;
  VectorIndex vector_;
  VectorMask picked_;  // vector_ as a bit
  Function functions_[kFunctions];
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTIO_MSIX_H_
