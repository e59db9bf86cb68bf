// SPDX-License-Identifier: Apache-2.0
// Requests as the beats that the PCIE4C block takes: a descriptor, and the data right behind it.
// AMD PG213, "Requester Request Interface Operation (512-bits)", without straddling.
#ifndef VIREO_HW_PCIE_RQ_PACK_H_
#define VIREO_HW_PCIE_RQ_PACK_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/pcie/dma_token.h"
#include "hw/pcie/pcie4c.h"
#include "hw/pcie/rotate_lanes.h"

namespace vireo {

// A line is turned so that its DWords come to lie where they do in their beat; what is turned past
// the end waits for the next line. A read takes one clock. A write takes one for each line, and one
// more if its data reaches over into a further beat behind its last line.
template <int kWriters>
class RqPack {
 public:
  void Step(hls::stream<RequestLine>& request_in, hls::stream<pcie4c::RqBeat>& rq_out,
            hls::stream<WriteAck> (&ack_out)[kWriters]) {
#pragma HLS PIPELINE II = 1
    ap_uint<kWriters> full = 0;
    for (int i = 0; i < kWriters; ++i) full[i] = ack_out[i].full();
    if (rq_out.full() || full != 0 || (!spills_ && request_in.empty())) return;

    const bool spills = spills_;
    Packet packet = packet_;
    Line line = carried_;
    bool emits = true;
    if (!spills) {
      const RequestLine request = request_in.read();
      const bool first = request.first == 1;
      const ap_uint<4> start = request.address.range(3, 0);
      if (first) {
        packet.turn = request.is_write == 1 ? ap_uint<4>(kDescriptorDwords - start)
                                            : ap_uint<4>(kDescriptorDwords);
        packet.left = kDescriptorDwords;
        if (request.is_write == 1) packet.left = kDescriptorDwords + request.dwords;
        packet.starts = 1;
        packet.first_be = request.first_be;
        packet.last_be = request.last_be;
      }
      packet.acks = request.acks;
      packet.writer = request.writer;
      packet.cookie = request.cookie;

      const Line turned = RotateLanes<32>(request.data, packet.turn);
      line = turned;
      if (first) {
        line.range(pcie4c::rq::kDescriptorBits - 1, 0) = DescriptorOf(request);
      } else {
        for (int i = 0; i < kLanes; ++i) {
          const int low = 32 * i;
          if (i < packet.turn) line.range(low + 31, low) = carried_.range(low + 31, low);
        }
      }
      // A first line that starts behind the descriptor's place leaves room in its beat.
      const bool waits =
          first && request.last == 0 && request.is_write == 1 && start > kDescriptorDwords;
      carried_ = waits ? line : turned;
      emits = !waits && request.refused == 0;
      spills_ = request.last == 1 && request.spills == 1 && request.refused == 0;
    } else {
      spills_ = false;
    }

    if (emits) rq_out.write(BeatOf(line, packet));
    WriteAck ack;
    ack.cookie = packet.cookie;
    const bool acks = packet.acks == 1 && !spills_;
    for (int i = 0; i < kWriters; ++i) {
      if (acks && packet.writer == i) ack_out[i].write(ack);
    }
    if (emits) packet.left = packet.left - kLanes;
    if (emits) packet.starts = 0;
    packet_ = packet;
  }

 private:
  static constexpr int kLanes = pcie4c::kBeatDwords;
  static constexpr int kDescriptorDwords = pcie4c::rq::kDescriptorDwords;

  struct Packet {
    ap_uint<4> turn;    // a line's lane 0 goes to this lane
    ap_uint<8> left;    // DWords still to be sent, with the descriptor
    ap_uint<1> starts;  // nothing has been sent of it
    ap_uint<4> first_be;
    ap_uint<4> last_be;
    ap_uint<1> acks;
    ap_uint<3> writer;
    QueueIndex cookie;
  };

  static ap_uint<128> DescriptorOf(const RequestLine& request) {
    pcie4c::RqDescriptor descriptor;
    descriptor.address = request.address;
    descriptor.dword_count = request.dwords;
    descriptor.request_type = request.is_write == 1 ? int(pcie4c::RequestType::kMemoryWrite)
                                                    : int(pcie4c::RequestType::kMemoryRead);
    descriptor.function = request.function;
    descriptor.tag = request.tag;
    return pcie4c::Pack(descriptor);
  }

  static pcie4c::RqBeat BeatOf(const Line& data, const Packet& packet) {
    const bool ends = packet.left <= kLanes;
    const ap_uint<5> lanes = ends ? ap_uint<5>(packet.left) : ap_uint<5>(kLanes);
    pcie4c::RqUser user;
    user.first_be = packet.starts == 1 ? packet.first_be : ap_uint<4>(0);
    user.last_be = packet.starts == 1 ? packet.last_be : ap_uint<4>(0);
    user.is_sop = packet.starts;
    user.is_eop = ends;
    user.eop0 = ends ? ap_uint<5>(lanes - 1) : ap_uint<5>(0);
    pcie4c::RqBeat beat;
    beat.data = data;
    beat.keep = pcie4c::SpreadKeep(LowOnes<kLanes>(lanes));
    beat.strb = beat.keep;
    beat.user = pcie4c::Pack(user);
    beat.last = ends;
    return beat;
  }

  Packet packet_ = {};  // the one whose lines come
  Line carried_ = 0;    // the last line, turned
  bool spills_ = false;
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_RQ_PACK_H_
