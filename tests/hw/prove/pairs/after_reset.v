// SPDX-License-Identifier: Apache-2.0
// What was offered during reset stands in stage 1 after it, with v1 = 0. The mutants forget v1.
// mutant: if (v1 & p1_all) sums_ => if (p1_all) sums_
// mutant: if (v1 & p1_all & sum[0]) odd_ => if (p1_all & sum[0]) odd_
// mutant: out_valid = v1 & p1_all & sum[0] => out_valid = p1_all & sum[0]
// mutant: out_cancel = v1 & p1_all & ~sum[0] => out_cancel = p1_all & ~sum[0]
module Top(input wire clk, input wire rst, input wire [11:0] in_data, input wire in_valid, output wire in_ready,
           output wire [7:0] out_data, output wire out_valid, input wire out_ready,
           output wire out_reserve, output wire out_cancel);
  reg [7:0] sums_ [0:15];
  reg [7:0] odd_;
  wire all = in_valid & out_ready;
  wire fire = ~rst;
  assign in_ready = fire & all;
  assign out_reserve = fire & all;
  reg v1;
  reg p1_all;
  reg [3:0] p1_key;
  reg [7:0] p1_add;
  always @(posedge clk) begin
    v1 <= fire;
    p1_all <= all;
    p1_key <= in_data[3:0];
    p1_add <= in_data[11:4];
  end
  wire [7:0] sum = sums_[p1_key] + p1_add;
  assign out_valid = v1 & p1_all & sum[0];
  assign out_cancel = v1 & p1_all & ~sum[0];
  assign out_data = odd_;
  always @(posedge clk) begin
    if (v1 & p1_all) sums_[p1_key] <= sum;
  end
  always @(posedge clk) begin
    if (v1 & p1_all & sum[0]) odd_ <= odd_ + 8'd1;
    if (rst) odd_ <= 8'd0;
  end
endmodule
