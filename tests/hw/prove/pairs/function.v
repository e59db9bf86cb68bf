// SPDX-License-Identifier: Apache-2.0
// mutant: weight = -6'sd17 => weight = -6'sd16
// mutant: next >>> 1 => next >> 1
// mutant: clears_valid & ~busy => clears_valid
// mutant: busy <= clear => busy <= 1'b1
// mutant: sums_ready | ~negative => 1'b1
// mutant: {{8{value[5]}}, value} => {8'd0, value}
// mutant: sum <= -14'sd5 => sum <= 14'sd5
module Top(input wire clk, input wire rst, input wire [7:0] samples_data, input wire samples_valid, output wire samples_ready,
           input wire clears_data, input wire clears_valid, output wire clears_ready,
           output wire [13:0] sums_data, output wire sums_valid, input wire sums_ready);
  reg signed [13:0] sum;
  reg busy;
  reg signed [5:0] weight;
  always @* case (samples_data[1:0])
    2'd0: weight = -6'sd3;
    2'd1: weight = 6'sd5;
    2'd2: weight = -6'sd17;
    default: weight = 6'sd30;
  endcase
  wire [5:0] value = samples_data[7:2];
  wire signed [13:0] wide = {{8{value[5]}}, value};
  wire signed [13:0] next = sum + wide * weight;
  wire negative = next[13];
  wire clear = clears_valid & ~busy;
  wire take = ~clear & samples_valid;
  wire fire = ~take | sums_ready | ~negative;
  assign clears_ready = clear;
  assign samples_ready = take & fire;
  assign sums_valid = take & fire & negative;
  assign sums_data = next >>> 1;
  always @(posedge clk) begin
    if (fire) busy <= clear;
    if (clear & clears_data) sum <= 14'd0;
    if (take & fire) sum <= next;
    if (rst) begin
      busy <= 1'b0;
      sum <= -14'sd5;
    end
  end
endmodule
