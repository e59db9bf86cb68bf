// SPDX-License-Identifier: Apache-2.0
// mutant: 3'd4: a = registers_4 => 3'd4: a = registers_3
// mutant: element == 3'd2) registers_2 => element == 3'd3) registers_2
// mutant: element[0] ? banks_1[element[2:1]] : banks_0 => element[1] ? banks_1[element[2:1]] : banks_0
// mutant: if (go & element[0]) banks_1 => if (go) banks_1
// mutant: grid_[{row, element}] <= b => grid_[{element, row}] <= b
// mutant: grid_[{row, element}]; => grid_[{row, element ^ 3'd1}];
// mutant: registers_5 <= 5'd5 => registers_5 <= 5'd4
module Top(input wire clk, input wire rst, input wire [10:0] in_data, input wire in_valid, output wire in_ready,
           output wire [14:0] out_data, output wire out_valid, input wire out_ready);
  wire [2:0] row = in_data[2:0];
  wire [2:0] element = in_data[5:3];
  wire [4:0] value = in_data[10:6];
  reg [4:0] registers_0, registers_1, registers_2, registers_3, registers_4, registers_5;
  reg [4:0] banks_0 [0:3];
  reg [4:0] banks_1 [0:3];
  reg [4:0] grid_ [0:63];
  reg [4:0] a;
  always @* case (element)
    3'd0: a = registers_0;
    3'd1: a = registers_1;
    3'd2: a = registers_2;
    3'd3: a = registers_3;
    3'd4: a = registers_4;
    default: a = registers_5;
  endcase
  wire [4:0] b = element[0] ? banks_1[element[2:1]] : banks_0[element[2:1]];
  wire [4:0] c = grid_[{row, element}];
  wire go = in_valid & out_ready;
  assign in_ready = go;
  assign out_valid = go;
  assign out_data = {c, b, a};
  always @(posedge clk) begin
    if (go & ~element[0]) banks_0[element[2:1]] <= a;
    if (go & element[0]) banks_1[element[2:1]] <= a;
    if (go) grid_[{row, element}] <= b;
    if (go & element == 3'd0) registers_0 <= value;
    if (go & element == 3'd1) registers_1 <= value;
    if (go & element == 3'd2) registers_2 <= value;
    if (go & element == 3'd3) registers_3 <= value;
    if (go & element == 3'd4) registers_4 <= value;
    if (go & element == 3'd5) registers_5 <= value;
    if (rst) begin
      registers_0 <= 5'd0;
      registers_1 <= 5'd1;
      registers_2 <= 5'd2;
      registers_3 <= 5'd3;
      registers_4 <= 5'd4;
      registers_5 <= 5'd5;
    end
  end
endmodule
