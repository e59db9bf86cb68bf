// SPDX-License-Identifier: Apache-2.0
// mutant: 2'd1: chosen = in_data[11:8] => 2'd1: chosen = in_data[7:4]
// mutant: none ? 8'd0 => none ? 8'd1
// mutant: last_ <= first => last_ <= first ^ 2'd1
// mutant: {2'd0, chosen} + (large ? {2'd0, leading} : 6'd0) => {2'd0, chosen}
// mutant: in_data[11:8] != 4'd0 ? 2'd1 => in_data[11:8] != 4'd0 ? 2'd0
module Top(input wire clk, input wire rst, input wire [15:0] in_data, input wire in_valid, output wire in_ready,
           output wire [13:0] out_data, output wire out_valid, input wire out_ready);
  reg [1:0] last_;
  wire [1:0] first = in_data[15:12] != 4'd0 ? 2'd0 : in_data[11:8] != 4'd0 ? 2'd1 : in_data[7:4] != 4'd0 ? 2'd2 : 2'd3;
  wire none = in_data == 16'd0;
  wire large = ~none & first != 2'd3;
  reg [3:0] chosen;
  reg [3:0] leading;
  always @* case (last_)
    2'd0: chosen = in_data[15:12];
    2'd1: chosen = in_data[11:8];
    2'd2: chosen = in_data[7:4];
    default: chosen = in_data[3:0];
  endcase
  always @* case (first)
    2'd0: leading = in_data[15:12];
    2'd1: leading = in_data[11:8];
    default: leading = in_data[7:4];
  endcase
  wire go = in_valid & out_ready;
  assign in_ready = go;
  assign out_valid = go;
  wire [7:0] kind = none ? 8'd0 : large ? 8'd2 : 8'd1;
  wire [5:0] sum = {2'd0, chosen} + (large ? {2'd0, leading} : 6'd0);
  assign out_data = {sum, kind};
  always @(posedge clk) begin
    if (go & large) last_ <= first;
    if (rst) last_ <= 2'd0;
  end
endmodule
