// SPDX-License-Identifier: Apache-2.0
// A top with pins in two AXI4-Lite blocks.
#ifndef VIREO_TESTS_HW_COMPILER_NETWORKS_REGISTERS_H_
#define VIREO_TESTS_HW_COMPILER_NETWORKS_REGISTERS_H_

#include <ap_int.h>
#include <hls_stream.h>

namespace vireo::testing {

inline void Registers(hls::stream<ap_uint<16>>& in, hls::stream<ap_uint<48>>& out,
                      ap_uint<8> factor, ap_uint<40> offset, ap_uint<64>& sum, ap_uint<3>& last) {
#pragma HLS INTERFACE axis port = in
#pragma HLS INTERFACE axis port = out
#pragma HLS INTERFACE s_axilite port = factor bundle = control
#pragma HLS INTERFACE s_axilite port = offset bundle = control
#pragma HLS INTERFACE s_axilite port = sum bundle = status
#pragma HLS INTERFACE s_axilite port = last bundle = control
#pragma HLS INTERFACE ap_ctrl_none port = return
  const ap_uint<16> value = in.read();
  const ap_uint<48> result = value * factor + offset;
  sum += result;
  last = value;
  out.write(result);
}

}  // namespace vireo::testing

#endif  // VIREO_TESTS_HW_COMPILER_NETWORKS_REGISTERS_H_
