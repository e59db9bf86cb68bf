// SPDX-License-Identifier: Apache-2.0
// A small card in hardware C++, to hold the model's pins against Verilated ones: registers in a
// BAR, a doorbell that reads 16 bytes of host memory and writes them back inverted 256 bytes on.
#ifndef VIREO_TESTS_SIM_PCIE_ECHO_CARD_H_
#define VIREO_TESTS_SIM_PCIE_ECHO_CARD_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/pcie/config_tokens.h"
#include "hw/pcie/pcie4c.h"

namespace vireo {

class EchoCard {
 public:
  // Byte offsets of registers, a DWord each.
  static constexpr int kAddressLow = 0x10;
  static constexpr int kAddressHigh = 0x14;
  static constexpr int kDoorbell = 0x18;
  static constexpr int kIntx = 0x1c;
  static constexpr int kEchoes = 0x20;

  void Step(hls::stream<pcie4c::CqBeat>& cq, hls::stream<pcie4c::CcBeat>& cc,
            hls::stream<pcie4c::RqBeat>& rq, hls::stream<pcie4c::RcBeat>& rc,
            hls::stream<pcie4c::ConfigRequest>& config_request,
            hls::stream<pcie4c::ConfigReply>& config_reply,
            hls::stream<pcie4c::FunctionState>& function_state,
            hls::stream<pcie4c::FunctionResetDone>& function_reset_done,
            hls::stream<pcie4c::IntxLevel>& intx_level) {
    if (!config_request.empty() && !config_reply.full()) {
      const pcie4c::ConfigRequest request = config_request.read();
      pcie4c::ConfigReply reply;
      reply.data = request.register_number;
      if (request.write == 0) config_reply.write(reply);
    }
    if (!function_state.empty() && !function_reset_done.full()) {
      const pcie4c::FunctionState state = function_state.read();
      pcie4c::FunctionResetDone done;
      done.function = state.function;
      if (state.flr == 1) function_reset_done.write(done);
    }
    if (rq.full()) return;
    if (!rc.empty()) {
      const pcie4c::RcBeat beat = rc.read();
      const auto completion = pcie4c::Unpack<pcie4c::RcDescriptor>(beat.data);
      ap_uint<512> packet = ~(beat.data >> pcie4c::rc::kDescriptorBits);
      packet = packet << pcie4c::rq::kDescriptorBits;
      packet |= ap_uint<512>(pcie4c::Pack(Request(completion.requester_id, 0x100, 1)));
      rq.write(RequestBeat(packet, kEchoDwords));
      echoes_ = echoes_ + 1;
    } else if (!cq.empty() && !cc.full() && !intx_level.full()) {
      const pcie4c::CqBeat beat = cq.read();
      const auto request = pcie4c::Unpack<pcie4c::CqDescriptor>(beat.data);
      const ap_uint<8> offset = (request.address.range(5, 0), ap_uint<2>(0));
      const ap_uint<32> data = beat.data.range(159, 128);
      if (request.request_type == 0) {
        cc.write(Completion(request, offset));
      } else if (offset == kAddressLow) {
        address_.range(31, 0) = data;
      } else if (offset == kAddressHigh) {
        address_.range(63, 32) = data;
      } else if (offset == kIntx) {
        pcie4c::IntxLevel level;
        level.function = request.target_function;
        level.asserted = data[0];
        intx_level.write(level);
      } else if (offset == kDoorbell) {
        const auto read = pcie4c::Pack(Request(request.target_function, 0, 0));
        rq.write(RequestBeat(ap_uint<512>(read), 0));
      }
    }
  }

 private:
  static constexpr int kEchoDwords = 4;

  pcie4c::RqDescriptor Request(const ap_uint<16>& requester, int distance, int type) const {
    pcie4c::RqDescriptor request;
    const ap_uint<64> address = address_ + distance;
    request.address = address.range(63, 2);
    request.dword_count = kEchoDwords;
    request.request_type = type;
    request.function = requester.range(7, 0);
    request.tag = 0x5a;
    return request;
  }

  static pcie4c::RqBeat RequestBeat(const ap_uint<512>& packet, int payload_dwords) {
    pcie4c::RqUser user;
    user.first_be = 0xf;
    user.last_be = 0xf;
    user.is_sop = 1;
    user.is_eop = 1;
    user.eop0 = 3 + payload_dwords;
    pcie4c::RqBeat beat;
    beat.data = packet;
    beat.keep = pcie4c::SpreadKeep((1 << (4 + payload_dwords)) - 1);
    beat.strb = beat.keep;
    beat.user = pcie4c::Pack(user);
    beat.last = 1;
    return beat;
  }

  pcie4c::CcBeat Completion(const pcie4c::CqDescriptor& request, const ap_uint<8>& offset) const {
    pcie4c::CcDescriptor completion;
    completion.lower_address = offset;
    completion.byte_count = 4;
    completion.dword_count = 1;
    completion.requester_id = request.requester_id;
    completion.tag = request.tag;
    completion.function = request.target_function;
    ap_uint<32> data = offset;
    if (offset == kEchoes) data = echoes_;
    pcie4c::CcUser user;
    user.is_sop = 1;
    user.is_eop = 1;
    user.eop0 = 3;
    pcie4c::CcBeat beat;
    beat.data = pcie4c::Pack(completion);
    beat.data.range(127, 96) = data;
    beat.keep = pcie4c::SpreadKeep(0xf);
    beat.strb = beat.keep;
    beat.user = pcie4c::Pack(user);
    beat.last = 1;
    return beat;
  }

  ap_uint<64> address_ = 0;  // of the bytes to echo
  ap_uint<32> echoes_ = 0;   // made so far
};

}  // namespace vireo

#endif  // VIREO_TESTS_SIM_PCIE_ECHO_CARD_H_
