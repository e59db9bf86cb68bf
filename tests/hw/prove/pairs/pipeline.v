// SPDX-License-Identifier: Apache-2.0
// mutant: sum = p1_add + table_q => sum = in_data[11:4] + table_q
// mutant: p2_answer <= p1_answer => p2_answer <= in_data[12]
// mutant: v2 <= v1 & ~rst => v2 <= fire
// mutant: v1 <= fire => v1 <= v1
// mutant: out_cancel = v2 & ~p2_answer => out_cancel = 1'b0
// mutant: out_cancel = v2 & ~p2_answer => out_cancel = v1 & ~p1_answer
// mutant: table_[p1_key] <= sum => table_[in_data[3:0]] <= sum
// mutant: if (v2 & p2_answer) number_ => if (v1 & p1_answer) number_
// mutant: if (v2 & p2_answer) number_ => if (v2) number_
// mutant: number_ <= 8'd7 => number_ <= 8'd6
// mutant: fire = ~rst & in_valid & out_ready => fire = ~rst & in_valid
// mutant: table_q <= table_[in_data[3:0]] => table_q <= table_[p1_key]
// mutant: {number_, p2_sum} => {number_, sum}
module Top(input wire clk, input wire rst, input wire [12:0] in_data, input wire in_valid, output wire in_ready,
           output wire [15:0] out_data, output wire out_valid, input wire out_ready,
           output wire out_reserve, output wire out_cancel);
  reg [7:0] table_ [0:15];
  reg [7:0] number_;
  wire fire = ~rst & in_valid & out_ready;
  assign in_ready = fire;
  assign out_reserve = fire;
  reg [7:0] table_q;
  always @(posedge clk) table_q <= table_[in_data[3:0]];
  reg v1;
  reg [3:0] p1_key;
  reg [7:0] p1_add;
  reg p1_answer;
  always @(posedge clk) begin
    v1 <= fire;
    p1_key <= in_data[3:0];
    p1_add <= in_data[11:4];
    p1_answer <= in_data[12];
  end
  wire [7:0] sum = p1_add + table_q;
  always @(posedge clk) if (~rst & v1) table_[p1_key] <= sum;
  reg v2;
  reg [7:0] p2_sum;
  reg p2_answer;
  always @(posedge clk) begin
    v2 <= v1 & ~rst;
    p2_sum <= sum;
    p2_answer <= p1_answer;
  end
  assign out_valid = v2 & p2_answer;
  assign out_cancel = v2 & ~p2_answer;
  assign out_data = {number_, p2_sum};
  always @(posedge clk) begin
    if (v2 & p2_answer) number_ <= number_ + 8'd1;
    if (rst) number_ <= 8'd7;
  end
endmodule
