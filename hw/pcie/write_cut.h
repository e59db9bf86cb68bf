// SPDX-License-Identifier: Apache-2.0
// Cuts writes into memory write requests, none of which is longer than Max_Payload_Size.
#ifndef VIREO_HW_PCIE_WRITE_CUT_H_
#define VIREO_HW_PCIE_WRITE_CUT_H_

#include <ap_int.h>
#include <hls_stream.h>

#include <cassert>

#include "hw/pcie/byte_enables.h"
#include "hw/pcie/dma_token.h"

namespace vireo {

// A line in every clock, and a token behind each request that is complete. Cuts lie at multiples of
// kWriteBlock, so 4 KiB boundaries are kept too.
class WriteCut {
 public:
  void Step(hls::stream<WriteLine>& line_in, hls::stream<RequestLine>& request_out,
            hls::stream<WholeWrite>& whole_out) {
#pragma HLS PIPELINE II = 1
    if (line_in.empty() || request_out.full() || whole_out.full()) return;
    const WriteLine line = line_in.read();
    const Iova address = in_write_ ? address_ : line.address;
    const ap_uint<14> left = in_write_ ? left_ : line.length;
    const ap_uint<6> offset = address.range(5, 0);
    const ap_uint<8> block_offset = address.range(7, 0);
    const ap_uint<15> end = left + offset;
    const bool more = end > 64;
    assert((line.last == 1) == !more && "a write has the lines that its length says");

    const ap_uint<9> room = kWriteBlock - block_offset;
    const ap_uint<10> bytes = left < room ? ap_uint<14>(left) : ap_uint<14>(room);
    const ByteSpan span = SpanOf(block_offset, bytes);
    const bool first = !in_request_;
    const bool last = !more || address.range(7, 6) == 3;

    RequestLine request = {};
    request.is_write = 1;
    request.first = first;
    request.last = last;
    request.function = line.function;
    request.address = address.range(63, 2);
    request.dwords = span.dwords;
    request.first_be = span.first_be;
    request.last_be = span.last_be;
    request.data = line.data;
    // The descriptor takes four lanes. The data's last DWord is turned past the end of a beat if it
    // comes to lie in front of lane `turn`; where the first line has no full beat before its turn,
    // it waits for the second line, if there is one.
    const ap_uint<4> start = address.range(5, 2);
    const ap_uint<4> turn = 4 - start;
    const ap_uint<4> last_lane = span.dwords + 3;
    const ap_uint<1> spills = last_lane < turn && !(start > 4 && last);
    request.spills = first ? spills : spills_;
    request.acks = line.wants_ack == 1 && !more;
    request.cookie = line.cookie;
    request_out.write(request);
    if (last) whole_out.write(1);

    in_write_ = more;
    in_request_ = !last;
    spills_ = request.spills;
    left_ = end - 64;
    address_.range(63, 6) = address.range(63, 6) + 1;
    address_.range(5, 0) = 0;
  }

 private:
  bool in_write_ = false;
  bool in_request_ = false;
  ap_uint<14> left_ = 0;  // bytes of the write behind the lines that came
  Iova address_ = 0;      // of those
  ap_uint<1> spills_ = 0;
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_WRITE_CUT_H_
