// SPDX-License-Identifier: Apache-2.0
// RqGate for the comparison, which knows streams and no pins.
#ifndef VIREO_TESTS_HW_PCIE_COSIM_GATE_WITHOUT_PIN_H_
#define VIREO_TESTS_HW_PCIE_COSIM_GATE_WITHOUT_PIN_H_

#include "hw/pcie/rq_gate.h"

namespace vireo {

// The count of dropped writes leaves in every clock.
class GateWithoutPin {
 public:
  void Step(hls::stream<pcie4c::FunctionState>& state_in, hls::stream<RequestLine>& request_in,
            hls::stream<RequestLine>& request_out, hls::stream<RefusedRead>& refused_out,
            hls::stream<ap_uint<32>>& count_out) {
    ap_uint<32> dropped_writes = 0;
    gate_.Step(state_in, request_in, request_out, refused_out, dropped_writes);
    if (!count_out.full()) count_out.write(dropped_writes);
  }

 private:
  RqGate gate_;
};

}  // namespace vireo

#endif  // VIREO_TESTS_HW_PCIE_COSIM_GATE_WITHOUT_PIN_H_
