// SPDX-License-Identifier: Apache-2.0
// Reads and writes of all engines to the requester requests of the PCIE4C block.
#ifndef VIREO_HW_PCIE_REQUESTER_OUT_H_
#define VIREO_HW_PCIE_REQUESTER_OUT_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/pcie/dma_token.h"
#include "hw/pcie/rq_arbiter.h"
#include "hw/pcie/rq_gate.h"
#include "hw/pcie/rq_pack.h"
#include "hw/pcie/write_cut.h"
#include "hw/pcie/write_release.h"
#include "hw/primitives/arbiter/arbiter.h"

namespace vireo {

// Everything leaves by one path and in the order in which it was merged: the writes of a writer in
// their order, and a read that comes after the ack of a write behind that write.
template <int kReaders, int kWriters>
class RequesterOut {
 public:
  void Step(hls::stream<pcie4c::FunctionState>& state_in, hls::stream<ReadTlp> (&read_in)[kReaders],
            hls::stream<WriteLine> (&write_in)[kWriters], hls::stream<pcie4c::RqBeat>& rq_out,
            hls::stream<RefusedRead>& refused_out, hls::stream<WriteAck> (&ack_out)[kWriters],
            ap_uint<32>& dropped_writes) {
#pragma HLS DATAFLOW
    for (int i = 0; i < kWriters; ++i) {
      cut_[i].Step(write_in[i], cut_writes_[i], wholes_[i]);
      release_[i].Step(cut_writes_[i], wholes_[i], whole_writes_[i]);
    }
    reads_arbiter_.Step(read_in, reads_);
    arbiter_.Step(reads_, whole_writes_, merged_);
    gate_.Step(state_in, merged_, passed_, refused_out, dropped_writes);
    pack_.Step(passed_, rq_out, ack_out);
  }

 private:
  WriteCut cut_[kWriters];
  WriteRelease release_[kWriters];
  RoundRobinArbiter<ReadTlp, kReaders> reads_arbiter_;
  RqArbiter<kWriters> arbiter_;
  RqGate gate_;
  RqPack<kWriters> pack_;

  hls::stream<ReadTlp, 2> reads_;
  // Of a request that is held while the next one comes.
  hls::stream<RequestLine, 2 * kWriteLines> cut_writes_[kWriters];
  hls::stream<WholeWrite, 2 * kWriteLines> wholes_[kWriters];
  hls::stream<RequestLine> whole_writes_[kWriters];
  hls::stream<RequestLine, 2> merged_, passed_;
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_REQUESTER_OUT_H_
