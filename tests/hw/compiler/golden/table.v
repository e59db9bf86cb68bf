// Emitted by vireo-hls from Table of tests/hw/compiler/golden/table.cc.
// A clocked block's own variables are set by =, registers by <=.
// verilator lint_off BLKSEQ
// verilator lint_off DECLFILENAME
module Table (
  input  wire ap_clk,
  input  wire ap_rst_n,
  input  wire [15:0] in_TDATA,
  input  wire in_TVALID,
  output wire in_TREADY,
  output wire [31:0] out_TDATA,
  output wire out_TVALID,
  input  wire out_TREADY
);
  wire rst = ~ap_rst_n;

  wire [11:0] in_data;  // tests/hw/compiler/golden/table.cc:17
  wire in_valid;
  wire in_ready;
  assign in_data = in_TDATA[11:0];
  assign in_valid = in_TVALID;
  assign in_TREADY = in_ready & ~rst;
  wire [31:0] out_push_data;  // tests/hw/compiler/golden/table.cc:17
  wire out_push_valid;
  wire out_push_ready;
  wire out_push_reserve;
  wire out_push_cancel;
  wire [31:0] out_data;  // tests/hw/compiler/golden/table.cc:17
  wire out_valid;
  wire out_ready;

  Table_core u_process (  // tests/hw/compiler/golden/table.cc:17
    .clk(ap_clk),
    .rst(rst),
    .in_data(in_data),
    .in_valid(in_valid),
    .in_ready(in_ready),
    .out_data(out_push_data),
    .out_valid(out_push_valid),
    .out_ready(out_push_ready),
    .out_reserve(out_push_reserve),
    .out_cancel(out_push_cancel)
  );

  wire out_unread_room;
  Table_fifo_credit #(.DEPTH(4), .COUNT(3)) u_out_credit (  // tests/hw/compiler/golden/table.cc:17
    .clk(ap_clk),
    .rst(rst),
    .reserve(out_push_reserve),
    .cancel(out_push_cancel),
    .take(out_valid & out_ready),
    .room(out_push_ready)
  );

  Table_fifo #(.WIDTH(32), .DEPTH(4), .ADDRESS(2), .COUNT(3)) u_out_fifo (  // tests/hw/compiler/golden/table.cc:17
    .clk(ap_clk),
    .rst(rst),
    .in_data(out_push_data),
    .in_valid(out_push_valid),
    .in_ready(out_unread_room),
    .out_data(out_data),
    .out_valid(out_valid),
    .out_ready(out_ready)
  );

  assign out_TDATA = out_data;
  assign out_TVALID = out_valid;
  assign out_ready = out_TREADY;

  wire _unused = &{1'b0, in_TDATA[15:12], out_unread_room};
endmodule

module Table_core (  // tests/hw/compiler/golden/table.cc:17
  input  wire clk,
  input  wire rst,
  input  wire [11:0] in_data,
  input  wire in_valid,
  output wire in_ready,
  output wire [31:0] out_data,
  output wire out_valid,
  input  wire out_ready,
  output wire out_reserve,
  output wire out_cancel
);

`ifdef SYNTHESIS
  localparam EACH_CLOCK = 1'b1;
`else  // a simulator passes over what changes nothing
  localparam EACH_CLOCK = 1'b0;
`endif

  (* ram_style = "distributed" *)
  reg [19:0] entries__count [0:63];  // tests/hw/compiler/golden/table.cc:34
  (* ram_style = "distributed" *)
  reg [8:0] entries__level [0:63];  // tests/hw/compiler/golden/table.cc:34
  (* ram_style = "block" *)
  reg [15:0] history_ [0:4095];  // tests/hw/compiler/golden/table.cc:35
  (* ram_style = "distributed" *)
  reg [7:0] banks__0 [0:127];  // tests/hw/compiler/golden/table.cc:36
  (* ram_style = "distributed" *)
  reg [7:0] banks__1 [0:127];  // tests/hw/compiler/golden/table.cc:36

  // Stage 0
  wire in_wait = ~in_valid;  // tests/hw/compiler/golden/table.cc:21
  wire out_wait = ~out_ready;  // tests/hw/compiler/golden/table.cc:29
  wire fire = ~in_wait & ~out_wait;
  assign in_ready = fire;  // tests/hw/compiler/golden/table.cc:21
  assign out_reserve = fire;  // tests/hw/compiler/golden/table.cc:29
  reg [7:0] p1_in_data_7_0;  // tests/hw/compiler/golden/table.cc:21
  reg [6:0] p1_mux;  // tests/hw/compiler/golden/table.cc:29
  reg [15:0] history_q1;  // tests/hw/compiler/golden/table.cc:26
  reg [8:0] entries__level_read;
  reg [6:0] mux;
  reg [19:0] entries__count_read;
  reg [7:0] element;
  always @(posedge clk) begin
    if (fire | EACH_CLOCK) begin
      entries__level_read = entries__level[in_data[5:0]];  // tests/hw/compiler/golden/table.cc:29
      mux = in_data[11] ? 7'd127 : entries__level_read[6:0];  // tests/hw/compiler/golden/table.cc:29
      entries__count_read = entries__count[in_data[5:0]];  // tests/hw/compiler/golden/table.cc:23
      case (in_data[3:0])  // tests/hw/compiler/golden/table.cc:23
        4'd0: element = 8'd1;
        4'd1: element = 8'd2;
        4'd2: element = 8'd4;
        4'd3: element = 8'd8;
        4'd4: element = 8'd16;
        4'd5: element = 8'd32;
        4'd6: element = 8'd64;
        4'd7: element = 8'd128;
        4'd8: element = 8'd3;
        4'd9: element = 8'd6;
        4'd10: element = 8'd12;
        4'd11: element = 8'd24;
        4'd12: element = 8'd48;
        4'd13: element = 8'd96;
        4'd14: element = 8'd5;
        default: element = 8'd10;
      endcase
      history_q1 <= history_[in_data];
      p1_in_data_7_0 <= in_data[7:0];
      p1_mux <= mux;
      if (fire) begin
        if (~rst) entries__count[in_data[5:0]] <= entries__count_read + {12'd0, element};  // tests/hw/compiler/golden/table.cc:34
        if (~rst & in_data[11]) entries__level[in_data[5:0]] <= 9'd511;  // tests/hw/compiler/golden/table.cc:34
        if (~rst) history_[in_data] <= entries__count_read[15:0] + {8'd0, element};  // tests/hw/compiler/golden/table.cc:35
      end
    end
  end

  // Stage 1
  reg v1;
  always @(posedge clk) begin
    v1 <= fire & ~rst;
  end
  reg [7:0] p2_in_data_7_0;  // tests/hw/compiler/golden/table.cc:21
  reg [6:0] p2_mux;  // tests/hw/compiler/golden/table.cc:29
  reg [15:0] history_q;  // tests/hw/compiler/golden/table.cc:26
  always @(posedge clk) begin
    if (v1 | EACH_CLOCK) begin
      history_q <= history_q1;
      p2_in_data_7_0 <= p1_in_data_7_0;
      p2_mux <= p1_mux;
    end
  end

  // Stage 2
  reg v2;
  always @(posedge clk) begin
    v2 <= v1 & ~rst;
  end
  wire [7:0] banks__0_read = banks__0[p2_in_data_7_0[7:1]];  // tests/hw/compiler/golden/table.cc:29
  wire [7:0] banks__1_read = banks__1[p2_in_data_7_0[7:1]];  // tests/hw/compiler/golden/table.cc:29
  assign out_valid = v2;  // tests/hw/compiler/golden/table.cc:29
  assign out_data = {history_q, p2_in_data_7_0[0] ? banks__0_read : banks__1_read, p2_mux, 1'b0} |
      32'd1;  // tests/hw/compiler/golden/table.cc:29
  assign out_cancel = 1'b0;  // tests/hw/compiler/golden/table.cc:29
  always @(posedge clk) begin
    if (v2) begin
      if (~rst & ~p2_in_data_7_0[0]) banks__0[p2_in_data_7_0[7:1]] <= history_q[7:0];  // tests/hw/compiler/golden/table.cc:36
      if (~rst & p2_in_data_7_0[0]) banks__1[p2_in_data_7_0[7:1]] <= history_q[7:0];  // tests/hw/compiler/golden/table.cc:36
    end
  end

  wire _unused = &{1'b0, entries__level_read[8:7]};

endmodule

// A FIFO of DEPTH words, of which the first stands in an output register.
module Table_fifo #(
  parameter WIDTH = 8,
  parameter DEPTH = 2,
  parameter ADDRESS = 1,  // bits of an index into the DEPTH - 1 words of the body
  parameter COUNT = 2     // bits of a number up to DEPTH
) (
  input  wire clk,
  input  wire rst,
  input  wire [WIDTH-1:0] in_data,
  input  wire in_valid,   // only with in_ready
  output reg  in_ready,
  output reg  [WIDTH-1:0] out_data,
  output reg  out_valid,
  input  wire out_ready
);
  localparam WORDS = DEPTH > 1 ? DEPTH - 1 : 1;
  localparam [COUNT-1:0] ONE = 1;
  localparam [31:0] LIMIT = DEPTH;
  localparam [ADDRESS-1:0] STEP = 1;
  localparam [31:0] LAST = WORDS - 1;

  (* ram_style = "distributed" *)
  reg [WIDTH-1:0] body [0:WORDS-1];
  reg [ADDRESS-1:0] head;
  reg [ADDRESS-1:0] tail;
  reg body_used;          // the body holds a word
  reg [COUNT-1:0] used;   // words in all

  wire load = out_ready | ~out_valid;   // the output register takes a word
  wire store = in_valid & (body_used | ~load);
  wire fetch = load & body_used;
`ifdef SYNTHESIS
  wire active = 1'b1;
`else  // a clock that changes nothing need not be computed
  wire active = in_valid | (out_ready & out_valid) | ~in_ready | rst;
`endif

  always @(posedge clk) if (active) begin
    if (store) body[tail] <= in_data;
    if (load) out_data <= body_used ? body[head] : in_data;
    if (load) out_valid <= body_used | in_valid;
    if (store) tail <= tail == LAST[ADDRESS-1:0] ? {ADDRESS{1'b0}} : tail + STEP;
    if (fetch) head <= head == LAST[ADDRESS-1:0] ? {ADDRESS{1'b0}} : head + STEP;
    // `used` counts the output register's word too.
    body_used <= store | (body_used & ~(fetch & used == ONE + ONE));
    used <= used + {{COUNT-1{1'b0}}, in_valid} - {{COUNT-1{1'b0}}, out_ready & out_valid};
    in_ready <= (out_ready & out_valid) | used < LIMIT[COUNT-1:0] - ONE
        | (used == LIMIT[COUNT-1:0] - ONE & ~in_valid);
    if (rst) begin
      out_valid <= 1'b0;
      in_ready <= 1'b0;
      body_used <= 1'b0;
      head <= {ADDRESS{1'b0}};
      tail <= {ADDRESS{1'b0}};
      used <= {COUNT{1'b0}};
    end
  end
endmodule

// Room in a FIFO of DEPTH words whose producer reserves it some clocks before it pushes.
module Table_fifo_credit #(
  parameter DEPTH = 4,
  parameter COUNT = 3     // bits of a number up to DEPTH
) (
  input  wire clk,
  input  wire rst,
  input  wire reserve,    // only with room
  input  wire cancel,     // a reservation that no push will use
  input  wire take,       // a word leaves the FIFO
  output reg  room
);
  localparam [COUNT-1:0] ONE = 1;
  localparam [31:0] LIMIT = DEPTH;

  reg [COUNT-1:0] credits;
`ifdef SYNTHESIS
  wire active = 1'b1;
`else  // a clock that changes nothing need not be computed
  wire active = reserve | cancel | take | ~room | rst;
`endif

  always @(posedge clk) if (active) begin
    credits <= credits + {{COUNT-1{1'b0}}, cancel} + {{COUNT-1{1'b0}}, take}
        - {{COUNT-1{1'b0}}, reserve};
    room <= cancel | take | credits > ONE | (credits == ONE & ~reserve);
    if (rst) begin
      credits <= LIMIT[COUNT-1:0];
      room <= 1'b0;
    end
  end
endmodule
