// SPDX-License-Identifier: Apache-2.0
// Requests of the host become accesses to single DWords.
// AMD PG213, "Completer Request Interface Operation (512-bit)", one packet a beat.
#ifndef VIREO_HW_PCIE_COMPLETER_IN_H_
#define VIREO_HW_PCIE_COMPLETER_IN_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/pcie/completer_token.h"
#include "hw/pcie/config_tokens.h"
#include "hw/pcie/pcie4c.h"

namespace vireo {

// Takes memory reads and writes of BAR 0, of up to kMaxAccessDwords, to functions whose memory
// space is on. Any other request is not supported: it is completed as such, or dropped if it is
// posted. Both are counted, unless there is no room for the count. A write of one DWord passes in
// every clock. The first kFunctions clocks after reset clear `memory_space_`.
class CompleterIn {
 public:
  void Step(hls::stream<pcie4c::CqBeat>& cq_in, hls::stream<pcie4c::FunctionState>& state_in,
            hls::stream<RegisterAccess>& access_out, hls::stream<CompletionHead>& head_out,
            hls::stream<ReasonEvent>& count_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = memory_space_ type = ram_2p impl = lutram
    if (cleared_[BitsFor(kFunctions)] == 0) {
      const FunctionIndex function = cleared_;
      memory_space_[function] = false;
      cleared_ = cleared_ + 1;
      return;
    }
    if (is_refused_ && !count_out.full()) {
      count_out.write(ReasonEvent{access_.function, spec::Reason::kRegisterAccess});
    }
    is_refused_ = false;
    if (!state_in.empty()) {
      const pcie4c::FunctionState state = state_in.read();
      const FunctionIndex function = state.function;
      memory_space_[function] = state.memory_space == 1 && state.flr == 0;
      return;
    }
    if (access_out.full() || head_out.full()) return;
    if (held_ != 0) {
      GiveNext(payload_, access_out);
    } else if (!cq_in.empty()) {
      const pcie4c::CqBeat beat = cq_in.read();
      if (!in_packet_) {
        GiveFirst(beat, access_out, head_out);
      } else if (left_ != 0) {
        held_ = left_;
        left_ = 0;
        GiveNext(beat.data, access_out);
      }
      in_packet_ = beat.last == 0;
    }
  }

 private:
  using Count = ap_uint<BitsFor(kMaxAccessDwords + 1)>;
  static constexpr int kFirstDwords = pcie4c::kBeatDwords - pcie4c::cq::kDescriptorDwords;

  // A beat with a descriptor.
  void GiveFirst(const pcie4c::CqBeat& beat, hls::stream<RegisterAccess>& access_out,
                 hls::stream<CompletionHead>& head_out) {
    const ap_uint<pcie4c::cq::kDescriptorBits> bits =
        beat.data.range(pcie4c::cq::kDescriptorBits - 1, 0);
    const auto request = pcie4c::Unpack<pcie4c::CqDescriptor>(bits);
    const auto user = pcie4c::Unpack<pcie4c::CqUser>(beat.user);
    const ap_uint<4> type = request.request_type;
    const bool is_read = type == static_cast<unsigned>(pcie4c::RequestType::kMemoryRead);
    const bool is_write = type == static_cast<unsigned>(pcie4c::RequestType::kMemoryWrite);
    const bool is_message = type >= static_cast<unsigned>(pcie4c::RequestType::kMessage);
    const bool is_short = request.dword_count != 0 && request.dword_count <= kMaxAccessDwords;
    const Count count = request.dword_count;
    const Count first = is_write && count > kFirstDwords ? Count(kFirstDwords) : count;
    const bool is_known = (is_read || is_write) && is_short;
    held_ = is_known ? Count(first - 1) : Count(0);
    left_ = is_known ? Count(count - first) : Count(0);
    last_be_ = user.last_be.range(3, 0);
    payload_ = beat.data >> (pcie4c::cq::kDescriptorBits + 32);

    const ap_uint<9> function = request.target_function;
    access_.function = function;
    access_.dword = request.address;
    access_.write = is_write;
    access_.byte_enables = user.first_be.range(3, 0);
    access_.data = beat.data.range(pcie4c::cq::kDescriptorBits + 31, pcie4c::cq::kDescriptorBits);
    is_taken_ = is_known && request.bar_id == 0 && user.discontinue == 0 && function < kFunctions &&
                memory_space_[access_.function];
    if (is_taken_) access_out.write(access_);
    is_refused_ = !is_taken_ && !is_message && function < kFunctions;
    if (!is_write && !is_message) {
      CompletionHead head;
      head.unsupported = !is_taken_;
      head.request = bits;
      head.first_be = user.first_be.range(3, 0);
      head.last_be = user.last_be.range(3, 0);
      head.tph_present = user.tph_present.range(0, 0);
      head.tph_type = user.tph_type.range(1, 0);
      head.tph_tag = user.tph_tag.range(7, 0);
      head_out.write(head);
    }
  }

  // A DWord behind the first, from the low end of `payload`.
  void GiveNext(const ap_uint<pcie4c::kDataBits>& payload,
                hls::stream<RegisterAccess>& access_out) {
    const bool is_last = held_ == 1 && left_ == 0;
    access_.dword = access_.dword + 1;
    access_.byte_enables = is_last ? last_be_ : ap_uint<4>(0xf);
    access_.data = payload.range(31, 0);
    if (is_taken_) access_out.write(access_);
    payload_ = payload >> 32;
    held_ = held_ - 1;
  }

  ap_uint<BitsFor(kFunctions) + 1> cleared_ = 0;
  bool memory_space_[kFunctions];       // on
  bool in_packet_ = false;              // more beats of it follow
  bool is_taken_ = false;               // the request, otherwise it is dropped
  bool is_refused_ = false;             // it is to be counted
  Count held_ = 0;                      // DWords of the request that can be given
  Count left_ = 0;                      // and those that the next beat has
  RegisterAccess access_;               // that was given last
  ap_uint<4> last_be_;                  // of the request's last DWord
  ap_uint<pcie4c::kDataBits> payload_;  // the next DWord lowest
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_COMPLETER_IN_H_
