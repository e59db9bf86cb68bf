// SPDX-License-Identifier: Apache-2.0
// Merges the writes of all engines with their reads, in turn.
#ifndef VIREO_HW_PCIE_RQ_ARBITER_H_
#define VIREO_HW_PCIE_RQ_ARBITER_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/pcie/dma_token.h"
#include "hw/primitives/arbiter/arbiter.h"
#include "hw/primitives/arbiter/grant.h"

namespace vireo {

// A turn is a read, or all lines of a write request. The reads have a turn as each writer has.
template <int kWriters>
class RqArbiter {
 public:
  static_assert(kWriters >= 1 && kWriters <= 8, "an arbiter merges 1 to 8 writers");

  void Step(hls::stream<ReadTlp>& read_in, hls::stream<RequestLine> (&write_in)[kWriters],
            hls::stream<RequestLine>& request_out) {
#pragma HLS PIPELINE II = 1
    if (request_out.full()) return;
    const ap_uint<1> reads = !read_in.empty();
    const ap_uint<kWriters> writes = Requests<RequestLine, kWriters>(write_in);
    const ap_uint<kInputs> requests = writes.concat(reads) & allowed_;
    const ap_uint<kInputs> grant = RoundRobin<kInputs>(requests, preferred_);
    const ap_uint<kWriters> write_grant = grant.range(kInputs - 1, 1);

    RequestLine request = ReadGranted<RequestLine, kWriters>(write_in, write_grant);
    if (grant[0]) {
      const ReadTlp read = read_in.read();
      request.is_write = 0;
      request.first = 1;
      request.last = 1;
      request.function = read.function;
      request.address = read.address;
      request.dwords = read.dwords;
      request.first_be = read.first_be;
      request.last_be = read.last_be;
      request.tag = read.tag;
      request.spills = 0;
      request.acks = 0;
    }
    request.writer = IndexOfOneHot<kWriters>(write_grant);
    if (requests != 0) {
      request_out.write(request);
      preferred_ = BehindWinner<kInputs>(grant);
      allowed_ = request.last == 1 ? kAll() : grant;
    }
  }

 private:
  static constexpr int kInputs = 1 + kWriters;
  static ap_uint<kInputs> kAll() { return ~ap_uint<kInputs>(0); }

  ap_uint<kInputs> preferred_ = 0;     // inputs behind the one served last
  ap_uint<kInputs> allowed_ = kAll();  // all, or the writer in the middle of a request
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_RQ_ARBITER_H_
