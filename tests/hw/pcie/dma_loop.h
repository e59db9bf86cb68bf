// SPDX-License-Identifier: Apache-2.0
// Two readers and two writers on one requester interface, as the card has them.
#ifndef VIREO_TESTS_HW_PCIE_DMA_LOOP_H_
#define VIREO_TESTS_HW_PCIE_DMA_LOOP_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/pcie/dma_reader.h"
#include "hw/pcie/requester_in.h"
#include "hw/pcie/requester_out.h"

namespace vireo {

template <int kReaderTags>
class DmaLoop {
 public:
  static constexpr int kReaders = 2;
  static constexpr int kWriters = 2;
  static constexpr int kTags = kReaderTags;  // of each reader
  using Context = ap_uint<32>;
  using Request = ReadRequest<Context>;

  void Step(hls::stream<Request> (&request_in)[kReaders],
            hls::stream<ReadLine<Context>> (&line_out)[kReaders],
            hls::stream<WriteLine> (&write_in)[kWriters],
            hls::stream<WriteAck> (&ack_out)[kWriters],
            hls::stream<pcie4c::FunctionState>& state_in, hls::stream<pcie4c::RqBeat>& rq_out,
            hls::stream<pcie4c::RcBeat>& rc_in, ap_uint<32>& dropped_writes) {
#pragma HLS DATAFLOW
    reader0_.Step(request_in[0], tlps_[0], completions_[0], line_out[0]);
    reader1_.Step(request_in[1], tlps_[1], completions_[1], line_out[1]);
    out_.Step(state_in, tlps_, write_in, rq_out, refused_, ack_out, dropped_writes);
    in_.Step(rc_in, refused_, completions_);
  }

 private:
  DmaReader<Context, 0, kTags> reader0_;
  DmaReader<Context, kTags, kTags> reader1_;
  RequesterOut<kReaders, kWriters> out_;
  RequesterIn<0, kTags> in_;

  hls::stream<ReadTlp> tlps_[kReaders];
  hls::stream<CompletionLine> completions_[kReaders];
  hls::stream<RefusedRead, 2> refused_;
};

}  // namespace vireo

#endif  // VIREO_TESTS_HW_PCIE_DMA_LOOP_H_
