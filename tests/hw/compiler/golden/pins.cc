// SPDX-License-Identifier: Apache-2.0
// A network: AXI4-Stream with side channels, pins, AXI4-Lite registers, and a cycle of processes.
#include <ap_axi_sdata.h>
#include <ap_int.h>
#include <hls_stream.h>

using Flit = ap_axiu<64, 1, 0, 0>;

static void Admit(hls::stream<Flit>& in, hls::stream<ap_uint<1>>& credit, hls::stream<Flit>& out) {
  static ap_uint<4> credits = 8;
  const bool returned = !credit.empty();
  if (returned) credit.read();
  const bool go = credits != 0 && !in.empty() && !out.full();
  if (go) out.write(in.read());
  credits += ap_uint<4>(returned) - ap_uint<4>(go);
}

static void Scale(hls::stream<Flit>& in, hls::stream<Flit>& out, hls::stream<ap_uint<1>>& credit,
                  ap_uint<8> factor, ap_uint<32>& packets) {
  Flit flit = in.read();
  flit.data(15, 0) = flit.data(15, 0) * factor + 1;
  if (flit.last) packets += 1;
  out.write(flit);
  credit.write(1);
}

void Pins(hls::stream<Flit>& in, hls::stream<Flit>& out, ap_uint<8> factor, ap_uint<32>& packets) {
#pragma HLS INTERFACE axis port = in
#pragma HLS INTERFACE axis port = out
#pragma HLS INTERFACE s_axilite port = factor bundle = control
#pragma HLS INTERFACE ap_none port = packets
#pragma HLS INTERFACE ap_ctrl_none port = return
#pragma HLS DATAFLOW
  hls::stream<Flit, 4> admitted("admitted");
  hls::stream<ap_uint<1>> credit("credit");
#pragma HLS STREAM variable = credit depth = 8
  Admit(in, credit, admitted);
  Scale(admitted, out, credit, factor, packets);
}
