// SPDX-License-Identifier: Apache-2.0
// The process Scale of processes.h by hand, in three stages: whether a product is sent is known in the last one, so
// room is taken in the first and given back. `mutant` picks one of its wrong variants; 0 is right.
module scale (
    input  wire        clk,
    input  wire        rst,
    input  wire [3:0]  mutant,
    input  wire [31:0] in_data,
    input  wire        in_valid,
    output wire        in_ready,
    output wire [31:0] out_data,
    output wire        out_valid,
    input  wire        out_ready,
    output wire        out_reserve,
    output wire        out_cancel
);
  reg [31:0] total;
  reg        v1, v2;
  reg [15:0] p1_a, p1_b;
  reg [31:0] p1_total, p2_total, p2_product;

  wire fire = in_valid & (out_ready | (mutant == 1 & ~in_data[0]));
  wire [31:0] next_total = total + {16'd0, in_data[15:0]};
  wire send = p2_product[0] ^ p2_product[1];

  assign in_ready = fire;
  assign out_reserve = fire & (mutant != 2 | in_data[0]);
  assign out_valid = v2 & send;
  assign out_cancel = v2 & ~send & ~(mutant == 3 & p2_product[7:0] == 8'd0);
  assign out_data = p2_product + p2_total;

  always @(posedge clk) begin
    v1 <= fire;
    v2 <= v1;
    p1_a <= in_data[15:0];
    p1_b <= in_data[31:16];
    p1_total <= mutant == 4 ? total : next_total;
    p2_product <= {16'd0, p1_a} * {16'd0, p1_b};
    if (mutant != 5 | v1) p2_total <= mutant == 5 & fire ? next_total : p1_total;
    if (fire) total <= next_total;
    if (rst) begin
      v1 <= mutant == 7 & fire;
      v2 <= mutant == 6;
      total <= 32'd0;
    end
  end
endmodule

// Scale with the FIFO behind its output: ports of a full top.
module scale_top (
    input  wire        ap_clk,
    input  wire        ap_rst_n,
    input  wire [3:0]  mutant,
    input  wire [31:0] in_TDATA,
    input  wire        in_TVALID,
    output wire        in_TREADY,
    output wire [31:0] out_TDATA,
    output wire        out_TVALID,
    input  wire        out_TREADY
);
  wire [31:0] data;
  wire        push, reserve, cancel;
  reg  [31:0] queue[0:7];
  reg  [2:0]  head, tail;
  reg  [3:0]  held, credits;
  wire        pop = out_TVALID & out_TREADY;

  scale core (
      .clk(ap_clk), .rst(~ap_rst_n), .mutant(mutant < 4'd8 ? mutant : 4'd0),
      .in_data(in_TDATA), .in_valid(in_TVALID), .in_ready(in_TREADY),
      .out_data(data), .out_valid(push), .out_ready(credits != 4'd0), .out_reserve(reserve), .out_cancel(cancel)
  );
  // 8: loses a token of a full queue; 9: the token follows a late push; 10: a credit leaks now and then.
  assign out_TVALID = held != 4'd0;
  assign out_TDATA = mutant == 9 & push & held == 4'd1 ? data : queue[head];

  always @(posedge ap_clk) begin
    if (push) queue[tail] <= data;
    tail <= tail + {2'd0, push & ~(mutant == 8 & held == 4'd7)};
    head <= head + {2'd0, pop};
    held <= held + {3'd0, push & ~(mutant == 8 & held == 4'd7)} - {3'd0, pop};
    credits <= credits - {3'd0, reserve} + {3'd0, pop} + {3'd0, cancel & ~(mutant == 10 & data[4:0] == 5'd3)};
    if (~ap_rst_n) begin
      head <= 3'd0;
      tail <= 3'd0;
      held <= 4'd0;
      credits <= 4'd8;
    end
  end
endmodule
