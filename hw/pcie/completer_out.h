// SPDX-License-Identifier: Apache-2.0
// Replies become completions.
// AMD PG213, "Completer Completion Interface Operation (512-bit)", one packet a beat; "Completions
// with Error Status". PCI Express Base 4.0, 2.3.1.1 "Data Return for Read Requests".
#ifndef VIREO_HW_PCIE_COMPLETER_OUT_H_
#define VIREO_HW_PCIE_COMPLETER_OUT_H_

#include <ap_int.h>
#include <hls_stream.h>

#include <cstdint>

#include "hw/pcie/completer_token.h"
#include "hw/pcie/pcie4c.h"

namespace vireo {

class CompleterOut {
 public:
  void Step(hls::stream<CompletionHead>& head_in, hls::stream<RegisterReply>& reply_in,
            hls::stream<pcie4c::CcBeat>& cc_out) {
#pragma HLS PIPELINE II = 1
#pragma HLS ARRAY_PARTITION variable = replies_ complete
    switch (state_) {
      case State::kIdle:
        if (!head_in.empty()) {
          head_ = head_in.read();
          const auto request = pcie4c::Unpack<pcie4c::CqDescriptor>(head_.request);
          count_ = request.dword_count;
          taken_ = 0;
          for (int i = 0; i < kMaxAccessDwords; ++i) replies_[i] = 0;
          state_ = head_.unsupported == 1 ? State::kRefuse : State::kCollect;
        }
        break;
      case State::kCollect:
        if (!reply_in.empty()) {
          const Count taken = taken_ + 1;
          replies_[taken_] = reply_in.read();
          taken_ = taken;
          if (taken == count_) state_ = State::kAnswer;
        }
        break;
      case State::kAnswer:
        if (!cc_out.full()) {
          cc_out.write(Answer());
          state_ = count_ > kFirstDwords ? State::kRest : State::kIdle;
        }
        break;
      case State::kRest:
        if (!cc_out.full()) {
          cc_out.write(Rest());
          state_ = State::kIdle;
        }
        break;
      case State::kRefuse:
        if (!cc_out.full()) {
          cc_out.write(Refusal());
          state_ = State::kIdle;
        }
        break;
    }
  }

 private:
  enum class State : uint8_t { kIdle, kCollect, kAnswer, kRest, kRefuse };
  using Count = ap_uint<BitsFor(kMaxAccessDwords + 1)>;
  static constexpr int kFirstDwords = pcie4c::kBeatDwords - pcie4c::cc::kDescriptorDwords;

  // Bytes of a DWord before the first enabled one, and behind the last; a request of no bytes
  // counts as one of its first byte.
  static ap_uint<2> Before(const ap_uint<4>& enables) {
    if (enables[0] == 1 || enables == 0) return 0;
    return enables[1] == 1 ? 1 : enables[2] == 1 ? 2 : 3;
  }
  static ap_uint<2> Behind(const ap_uint<4>& enables) {
    if (enables[3] == 1) return 0;
    return enables[2] == 1 ? 1 : enables[1] == 1 ? 2 : 3;
  }

  ap_uint<pcie4c::cc::kDescriptorBits> Descriptor(pcie4c::Status status) const {
    const auto request = pcie4c::Unpack<pcie4c::CqDescriptor>(head_.request);
    const ap_uint<2> before = Before(head_.first_be);
    const ap_uint<2> behind = Behind(request.dword_count == 1 ? head_.first_be : head_.last_be);
    pcie4c::CcDescriptor answer;
    answer.lower_address = (ap_uint<7>(request.address) << 2) + before;
    answer.address_type = request.address_type;
    answer.byte_count = (ap_uint<13>(request.dword_count) << 2) - before - behind;
    answer.dword_count = head_.unsupported == 1 ? ap_uint<11>(0) : request.dword_count;
    answer.status = static_cast<unsigned>(status);
    answer.requester_id = request.requester_id;
    answer.tag = request.tag;
    answer.function = request.target_function;
    answer.traffic_class = request.traffic_class;
    answer.attributes = request.attributes;
    return pcie4c::Pack(answer);
  }

  static pcie4c::CcBeat Beat(const ap_uint<pcie4c::kDataBits>& data, const ap_uint<5>& dwords,
                             bool is_first, bool is_last) {
    pcie4c::CcUser user;
    user.is_sop = is_first;
    user.is_eop = is_last;
    user.eop0 = is_last ? ap_uint<4>(dwords - 1) : ap_uint<4>(0);
    pcie4c::CcBeat beat;
    beat.data = data;
    beat.keep = pcie4c::SpreadKeep(LowOnes<pcie4c::kBeatDwords>(dwords));
    beat.strb = beat.keep;
    beat.user = pcie4c::Pack(user);
    beat.last = is_last;
    return beat;
  }

  pcie4c::CcBeat Answer() const {
    ap_uint<pcie4c::kDataBits> data = Descriptor(pcie4c::Status::kSuccess);
    for (int i = 0; i < kFirstDwords; ++i) {
      const int low = pcie4c::cc::kDescriptorBits + 32 * i;
      data.range(low + 31, low) = replies_[i];
    }
    const bool is_last = count_ <= kFirstDwords;
    const ap_uint<5> dwords =
        is_last ? ap_uint<5>(count_ + pcie4c::cc::kDescriptorDwords) : ap_uint<5>(16);
    return Beat(data, dwords, true, is_last);
  }

  pcie4c::CcBeat Rest() const {
    ap_uint<pcie4c::kDataBits> data = 0;
    for (int i = kFirstDwords; i < kMaxAccessDwords; ++i) {
      const int low = 32 * (i - kFirstDwords);
      data.range(low + 31, low) = replies_[i];
    }
    return Beat(data, count_ - kFirstDwords, false, true);
  }

  // With what the block's error log needs: the request as it came.
  pcie4c::CcBeat Refusal() const {
    const ap_uint<3> tph = (head_.tph_type, head_.tph_present);
    const ap_uint<8> enables = (head_.last_be, head_.first_be);
    const ap_uint<16> high = head_.tph_tag;
    const ap_uint<16> low = (ap_uint<5>(0), tph, enables);
    const ap_uint<32> origin = (high, low);
    const auto descriptor = Descriptor(pcie4c::Status::kUnsupportedRequest);
    const ap_uint<pcie4c::kDataBits> data = (head_.request, origin, descriptor);
    return Beat(data, 8, true, true);
  }

  State state_ = State::kIdle;
  CompletionHead head_;  // of the request that is being completed
  Count count_ = 0;      // its DWords
  ap_uint<BitsFor(kMaxAccessDwords)> taken_ = 0;
  RegisterReply replies_[kMaxAccessDwords];  // taken_ of them are here
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_COMPLETER_OUT_H_
