// SPDX-License-Identifier: Apache-2.0
// The virtio capabilities in configuration space, and PCI_CFG's window into the BAR.
// VIRTIO 1.4, 4.1.4 "Virtio Structure PCI Capabilities", 4.1.4.9 "PCI configuration access
// capability".
#ifndef VIREO_HW_VIRTIO_CONFIG_EXTEND_H_
#define VIREO_HW_VIRTIO_CONFIG_EXTEND_H_

#include <ap_int.h>
#include <hls_stream.h>

#include <cstdint>

#include "hw/pcie/config_tokens.h"
#include "hw/spec/config_space.h"
#include "hw/virtio/common_config.h"
#include "hw/virtio/token.h"

namespace vireo {

// One request at a time. What the card has nothing for reads as 0. An access to pci_cfg_data whose
// bar, offset and length name no aligned 1, 2 or 4 bytes of BAR 0 leaves the BAR alone, and reads
// as 0. The first kFunctions clocks after reset clear the table.
class ConfigExtend {
 public:
  void Step(hls::stream<pcie4c::ConfigRequest>& request_in,
            hls::stream<pcie4c::FunctionState>& state_in, hls::stream<RegisterReply>& reply_in,
            hls::stream<pcie4c::ConfigReply>& reply_out, hls::stream<RegisterAccess>& access_out,
            hls::stream<ReasonEvent>& count_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = windows_ type = ram_2p impl = lutram
    if (reply_out.full() || access_out.full() || count_out.full()) return;
    switch (state_) {
      case kClear:
        if (cleared_[BitsFor(kFunctions)] == 1) {
          state_ = kIdle;
        } else {
          windows_[FunctionIndex(cleared_)] = Window();
          cleared_ = cleared_ + 1;
        }
        break;
      case kIdle:
        if (!state_in.empty()) {
          const pcie4c::FunctionState state = state_in.read();
          const FunctionIndex function = state.function;
          if (state.flr == 1) windows_[function] = Window();
        } else if (!request_in.empty()) {
          request_ = request_in.read();
          state_ = kFetch;
        }
        break;
      case kFetch: {
        const ap_uint<9> number = request_.function;
        is_virtio_ = number < kFunctions && IsVirtio(ThisFunction());
        window_ = windows_[ThisFunction()];
        state_ = kMerge;
        break;
      }
      case kMerge:
        if (request_.write == 1) Merge();
        state_ = is_virtio_ && IsRegister(spec::config_space::kPciCfgData) ? kPlan : kAnswer;
        break;
      case kPlan: Plan(count_out); break;
      case kAccess:
        access_out.write(access_);
        state_ = access_.write == 1 ? kStore : kWait;
        break;
      case kWait:
        if (!reply_in.empty()) {
          const ap_uint<32> data = reply_in.read() >> shift_;
          window_.data = data & mask_;
          state_ = kAnswer;
        }
        break;
      case kAnswer: {
        pcie4c::ConfigReply reply;
        reply.data = is_virtio_ ? Value() : ap_uint<32>(0);
        if (request_.write == 0) reply_out.write(reply);
        state_ = kStore;
        break;
      }
      case kStore:
        if (is_virtio_) windows_[ThisFunction()] = window_;
        state_ = kIdle;
        break;
    }
  }

 private:
  enum State : uint8_t {
    kClear,
    kIdle,
    kFetch,  // the function's window
    kMerge,  // what is written
    kPlan,   // the access to the BAR
    kAccess,
    kWait,  // for what was read
    kAnswer,
    kStore,  // the function's window
  };

  // What the driver wrote to PCI_CFG, and what it read from the BAR.
  struct Window {
    ap_uint<8> bar = 0;
    ap_uint<32> offset = 0;
    ap_uint<32> length = 0;
    ap_uint<32> data = 0;
  };

  FunctionIndex ThisFunction() const { return request_.function; }
  bool IsRegister(uint32_t offset) const { return request_.register_number == offset / 4; }

  ap_uint<32> Value() const {
    if (IsRegister(spec::config_space::kPciCfgBar)) return window_.bar;
    if (IsRegister(spec::config_space::kPciCfgOffset)) return window_.offset;
    if (IsRegister(spec::config_space::kPciCfgLength)) return window_.length;
    if (IsRegister(spec::config_space::kPciCfgData)) return window_.data;
    const ap_uint<6> index = request_.register_number;
    const bool is_there = (request_.register_number >> 6) == 0;
    return is_there ? ap_uint<32>(spec::config_space::kVirtioCapabilities.value[index])
                    : ap_uint<32>(0);
  }

  void Merge() {
    const ap_uint<32> data = request_.data;
    const ap_uint<4> enables = request_.byte_enables;
    if (IsRegister(spec::config_space::kPciCfgBar))
      window_.bar = MergeBytes(window_.bar, data, enables);
    if (IsRegister(spec::config_space::kPciCfgOffset))
      window_.offset = MergeBytes(window_.offset, data, enables);
    if (IsRegister(spec::config_space::kPciCfgLength))
      window_.length = MergeBytes(window_.length, data, enables);
    if (IsRegister(spec::config_space::kPciCfgData))
      window_.data = MergeBytes(window_.data, data, enables);
  }

  // The first `length` bytes of pci_cfg_data are those at `offset`.
  void Plan(hls::stream<ReasonEvent>& count_out) {
    const ap_uint<2> lane = window_.offset;
    const bool is_1 = window_.length == 1;
    const bool is_2 = window_.length == 2 && lane[0] == 0;
    const bool is_4 = window_.length == 4 && lane == 0;
    const bool is_inside = (window_.offset >> BitsFor(spec::function_bar::kBytes)) == 0;
    const ap_uint<4> enables = is_1 ? 1 : is_2 ? 3 : 15;
    const bool is_good = (is_1 || is_2 || is_4) && is_inside && window_.bar == 0;
    shift_ = ap_uint<5>(lane) << 3;
    mask_ = RepeatBits<4, 8>(enables);
    access_.function = ThisFunction();
    access_.dword = window_.offset >> 2;
    access_.write = request_.write;
    access_.byte_enables = enables << lane;
    access_.data = window_.data << (ap_uint<5>(lane) << 3);
    const bool is_no_write = request_.write == 1 && request_.byte_enables == 0;
    if (!is_good && request_.write == 0) window_.data = 0;
    if (!is_good) count_out.write(ReasonEvent{ThisFunction(), spec::Reason::kPciCfgAccess});
    state_ = is_good && !is_no_write ? kAccess : kAnswer;
  }

  ap_uint<4> state_ = kClear;                     // a State
  ap_uint<BitsFor(kFunctions) + 1> cleared_ = 0;  // functions since reset
  pcie4c::ConfigRequest request_;
  bool is_virtio_;  // the request's function
  Window window_;
  RegisterAccess access_;
  ap_uint<5> shift_;  // from where the bytes lie in the BAR to pci_cfg_data
  ap_uint<32> mask_;  // of the bytes
  Window windows_[kFunctions];
};

}  // namespace vireo

#endif  // VIREO_HW_VIRTIO_CONFIG_EXTEND_H_
