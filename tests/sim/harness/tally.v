// SPDX-License-Identifier: Apache-2.0
// The process Tally of processes.h by hand, unpipelined. `mutant` picks one of its wrong variants; 0 is right.
module tally (
    input  wire        clk,
    input  wire        rst,
    input  wire [3:0]  mutant,
    input  wire [32:0] in_data,
    input  wire        in_valid,
    output wire        in_ready,
    input  wire        peek_data,
    input  wire        peek_valid,
    output wire        peek_ready,
    output wire [39:0] out_data,
    output wire        out_valid,
    input  wire        out_ready
);
  reg [31:0] sum;
  reg [7:0]  count;

  wire [31:0] bias = mutant == 1 ? {16'd0, in_data[32:17]} : {{16{in_data[32]}}, in_data[32:17]};
  wire [8:0]  amounts = {1'b0, in_data[8:1]} + {1'b0, in_data[16:9]};
  wire [31:0] amount = in_data[0] ? {23'd0, amounts} : 32'd0;
  wire [31:0] next_sum = sum + amount + bias;
  wire [7:0]  next_count = count + 8'd1;

  wire ask = peek_valid & (mutant == 2 ? out_ready | ~in_valid : out_ready);
  wire send = next_count[1:0] == 2'd0 & ~(mutant == 3 & next_count == 8'd252);
  wire take = in_valid & ~ask & (~send | out_ready | mutant == 4);

  assign peek_ready = ask;
  assign in_ready = take;
  assign out_valid = ask | (take & send);
  assign out_data = ask ? {count, sum} : {next_count, next_sum};

  // For mutant 6, which looks at data that is not offered, but not at what still stands there.
  reg [32:0] last;
  initial last = 33'd0;
  always @(posedge clk) if (in_valid) last <= in_data;

  always @(posedge clk) begin
    if (rst) begin
      if (mutant != 5) sum <= 32'd0;
      count <= 8'd0;
    end else if (take | (mutant == 6 & ~in_valid & in_data != last)) begin
      sum <= next_sum;
      count <= next_count;
    end
  end
endmodule
