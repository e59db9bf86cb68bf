// SPDX-License-Identifier: Apache-2.0
// mutant: 64'h805ab1b53e5d896e => 64'h805ab1b53e5d8960
// mutant: crc_ <= n; => crc_ <= n ^ 32'd4;
module Top(input clk, input rst, input [63:0] in_data, input in_valid, output in_ready,
  output [31:0] out_data, output out_valid, input out_ready);
  reg [31:0] crc_;
  wire [31:0] n;
  wire [63:0] d = in_data; wire [31:0] c = crc_;
  assign n[0] = (^(d & 64'h4d101df481b4e5a)) ^ (^(c & 32'h481b4e5a));
  assign n[1] = (^(d & 64'h9a203be90369cb5)) ^ (^(c & 32'h90369cb5));
  assign n[2] = (^(d & 64'h1344077d206d396b)) ^ (^(c & 32'h206d396b));
  assign n[3] = (^(d & 64'h26880efa40da72d7)) ^ (^(c & 32'h40da72d7));
  assign n[4] = (^(d & 64'h4d101df481b4e5af)) ^ (^(c & 32'h81b4e5af));
  assign n[5] = (^(d & 64'h9a203be90369cb5e)) ^ (^(c & 32'h369cb5e));
  assign n[6] = (^(d & 64'h3091760d4ec8d8e6)) ^ (^(c & 32'h4ec8d8e6));
  assign n[7] = (^(d & 64'h6122ec1a9d91b1cd)) ^ (^(c & 32'h9d91b1cd));
  assign n[8] = (^(d & 64'hc245d8353b23639a)) ^ (^(c & 32'h3b23639a));
  assign n[9] = (^(d & 64'h805ab1b53e5d896e)) ^ (^(c & 32'h3e5d896e));
  assign n[10] = (^(d & 64'h46462b534a05c86)) ^ (^(c & 32'h34a05c86));
  assign n[11] = (^(d & 64'h8c8c56a6940b90c)) ^ (^(c & 32'h6940b90c));
  assign n[12] = (^(d & 64'h11918ad4d2817218)) ^ (^(c & 32'hd2817218));
  assign n[13] = (^(d & 64'h232315a9a502e430)) ^ (^(c & 32'ha502e430));
  assign n[14] = (^(d & 64'h46462b534a05c860)) ^ (^(c & 32'h4a05c860));
  assign n[15] = (^(d & 64'h8c8c56a6940b90c0)) ^ (^(c & 32'h940b90c0));
  assign n[16] = (^(d & 64'h1dc9ac92600c6fda)) ^ (^(c & 32'h600c6fda));
  assign n[17] = (^(d & 64'h3b935924c018dfb5)) ^ (^(c & 32'hc018dfb5));
  assign n[18] = (^(d & 64'h7726b2498031bf6a)) ^ (^(c & 32'h8031bf6a));
  assign n[19] = (^(d & 64'hee4d649300637ed5)) ^ (^(c & 32'h637ed5));
  assign n[20] = (^(d & 64'hd84bc8f948ddb3f0)) ^ (^(c & 32'h48ddb3f0));
  assign n[21] = (^(d & 64'hb446902dd9a029bb)) ^ (^(c & 32'hd9a029bb));
  assign n[22] = (^(d & 64'h6c5c2184fb5b1d2c)) ^ (^(c & 32'hfb5b1d2c));
  assign n[23] = (^(d & 64'hd8b84309f6b63a59)) ^ (^(c & 32'hf6b63a59));
  assign n[24] = (^(d & 64'hb5a187cca5773ae8)) ^ (^(c & 32'ha5773ae8));
  assign n[25] = (^(d & 64'h6f920e4602f53b8a)) ^ (^(c & 32'h2f53b8a));
  assign n[26] = (^(d & 64'hdf241c8c05ea7715)) ^ (^(c & 32'h5ea7715));
  assign n[27] = (^(d & 64'hba9938c743cfa071)) ^ (^(c & 32'h43cfa071));
  assign n[28] = (^(d & 64'h71e37051cf840eb8)) ^ (^(c & 32'hcf840eb8));
  assign n[29] = (^(d & 64'he3c6e0a39f081d70)) ^ (^(c & 32'h9f081d70));
  assign n[30] = (^(d & 64'hc35cc098760b74bb)) ^ (^(c & 32'h760b74bb));
  assign n[31] = (^(d & 64'h826880efa40da72d)) ^ (^(c & 32'ha40da72d));
  wire go = in_valid & out_ready; assign in_ready=go; assign out_valid=go; assign out_data=~n;
  always @(posedge clk) begin if (go) crc_ <= n; if (rst) crc_ <= 32'hffffffff; end
endmodule
