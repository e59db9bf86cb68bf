// SPDX-License-Identifier: Apache-2.0
// Keeps back the requests of functions that may not be bus masters.
// PCI Express Base Specification, 7.5.1.1.3 "Command Register", Bus Master Enable.
#ifndef VIREO_HW_PCIE_RQ_GATE_H_
#define VIREO_HW_PCIE_RQ_GATE_H_

#include <ap_int.h>
#include <hls_stream.h>

#include "hw/pcie/config_tokens.h"
#include "hw/pcie/dma_token.h"

namespace vireo {

// A read that is kept back is answered with an error. A write is marked: nothing of it is sent, but
// its ack is given. A request that has begun goes on as it began. The first kFunctions clocks after
// reset make all functions no bus masters; nothing is taken until then.
class RqGate {
 public:
  void Step(hls::stream<pcie4c::FunctionState>& state_in, hls::stream<RequestLine>& request_in,
            hls::stream<RequestLine>& request_out, hls::stream<RefusedRead>& refused_out,
            ap_uint<32>& dropped_writes) {
#pragma HLS PIPELINE II = 1
#pragma HLS BIND_STORAGE variable = is_master_ type = ram_2p impl = lutram
    dropped_writes = dropped_writes_;
    if (cleared_[BitsFor(kFunctions)] == 0) {
      is_master_[cleared_.range(BitsFor(kFunctions) - 1, 0)] = 0;
      cleared_ = cleared_ + 1;
      return;
    }

    if (!request_in.empty() && !request_out.full() && !refused_out.full()) {
      RequestLine request = request_in.read();
      const ap_uint<1> is_master = is_master_[request.function];
      request.refused = request.first == 1 ? ap_uint<1>(~is_master) : refused_;
      refused_ = request.refused;
      RefusedRead refused;
      refused.tag = request.tag;
      if (request.refused == 1 && request.is_write == 0) {
        refused_out.write(refused);
      } else {
        request_out.write(request);
      }
      const bool drops = request.refused == 1 && request.is_write == 1 && request.last == 1;
      dropped_writes_ = dropped_writes_ + (drops ? 1 : 0);
    }

    if (!state_in.empty()) {
      const pcie4c::FunctionState state = state_in.read();
      is_master_[FunctionIndex(state.function)] = state.bus_master;
    }
  }

 private:
  ap_uint<1> is_master_[kFunctions];
  ap_uint<1> refused_ = 0;  // the write that is passing
  ap_uint<32> dropped_writes_ = 0;
  ap_uint<BitsFor(kFunctions) + 1> cleared_ = 0;
};

}  // namespace vireo

#endif  // VIREO_HW_PCIE_RQ_GATE_H_
