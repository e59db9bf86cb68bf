// SPDX-License-Identifier: Apache-2.0
// mutant: w_sum + {91'd0, n_key} => w_sum - {91'd0, n_key}
// mutant: e_report & ~out_ready => ~out_ready
// mutant: seen_1 != e_amount => seen_1 == e_amount
// mutant: w_level - 7'd1 => w_level - 7'd2
// mutant: if (go) table_key => if (in_valid) table_key
// mutant: seen_2 <= 9'd3 => seen_2 <= 9'd4
// mutant: {n_level, n_sum, n_key} => {n_sum, n_level, n_key}
// mutant: table_sum[e_queue] <= n_sum => table_sum[e_queue ^ 6'd1] <= n_sum
module Top(input clk, input rst, input [15:0] in_data, input in_valid, output in_ready,
           output [115:0] out_data, output out_valid, input out_ready);
  wire [5:0] e_queue = in_data[5:0];
  wire [8:0] e_amount = in_data[14:6];
  wire e_report = in_data[15];
  reg [8:0] table_key [0:63];
  reg [99:0] table_sum [0:63];
  reg [6:0] table_level [0:63];
  reg [8:0] seen_0, seen_1, seen_2;
  wire [8:0] w_key = table_key[e_queue];
  wire [99:0] w_sum = table_sum[e_queue];
  wire [6:0] w_level = table_level[e_queue];
  wire [8:0] n_key = w_key + e_amount;
  wire miss = seen_0 != e_amount && seen_1 != e_amount && seen_2 != e_amount;
  wire [8:0] k_seen_2 = miss ? e_amount : seen_2;
  wire [99:0] n_sum = w_sum + {91'd0, n_key} + {91'd0, k_seen_2};
  wire [6:0] n_level = w_level - 7'd1;
  wire go = in_valid & ~(e_report & ~out_ready);
  assign in_ready = go;
  assign out_valid = go & e_report;
  assign out_data = {n_level, n_sum, n_key};
  always @(posedge clk) begin
    if (go) table_key[e_queue] <= n_key;
    if (go) table_sum[e_queue] <= n_sum;
    if (go) table_level[e_queue] <= n_level;
    if (go && seen_0 != e_amount) seen_0 <= e_amount;
    if (go && seen_0 != e_amount && seen_1 != e_amount) seen_1 <= e_amount;
    if (go && seen_0 != e_amount && seen_1 != e_amount && seen_2 != e_amount) seen_2 <= e_amount;
    if (rst) begin
      seen_0 <= 9'd1;
      seen_1 <= 9'd2;
      seen_2 <= 9'd3;
    end
  end
endmodule
