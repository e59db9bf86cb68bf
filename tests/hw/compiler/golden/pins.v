// Emitted by vireo-hls from Pins of tests/hw/compiler/golden/pins.cc.
// A clocked block's own variables are set by =, registers by <=.
// verilator lint_off BLKSEQ
// verilator lint_off DECLFILENAME
module Pins (
  input  wire ap_clk,
  input  wire ap_rst_n,
  input  wire [63:0] in_TDATA,
  input  wire [7:0] in_TKEEP,
  input  wire [7:0] in_TSTRB,
  input  wire in_TUSER,
  input  wire in_TLAST,
  input  wire in_TVALID,
  output wire in_TREADY,
  output wire [63:0] out_TDATA,
  output wire [7:0] out_TKEEP,
  output wire [7:0] out_TSTRB,
  output wire out_TUSER,
  output wire out_TLAST,
  output wire out_TVALID,
  input  wire out_TREADY,
  output wire [31:0] packets,
  input  wire [4:0] s_axi_control_AWADDR,
  input  wire s_axi_control_AWVALID,
  output wire s_axi_control_AWREADY,
  input  wire [31:0] s_axi_control_WDATA,
  input  wire [3:0] s_axi_control_WSTRB,
  input  wire s_axi_control_WVALID,
  output wire s_axi_control_WREADY,
  output wire [1:0] s_axi_control_BRESP,
  output wire s_axi_control_BVALID,
  input  wire s_axi_control_BREADY,
  input  wire [4:0] s_axi_control_ARADDR,
  input  wire s_axi_control_ARVALID,
  output wire s_axi_control_ARREADY,
  output wire [31:0] s_axi_control_RDATA,
  output wire [1:0] s_axi_control_RRESP,
  output wire s_axi_control_RVALID,
  input  wire s_axi_control_RREADY
);
  wire rst = ~ap_rst_n;

  wire [7:0] factor;
  Pins_control_s_axi control (
    .clk(ap_clk),
    .rst(rst),
    .factor(factor),
    .AWADDR(s_axi_control_AWADDR),
    .AWVALID(s_axi_control_AWVALID),
    .AWREADY(s_axi_control_AWREADY),
    .WDATA(s_axi_control_WDATA),
    .WSTRB(s_axi_control_WSTRB),
    .WVALID(s_axi_control_WVALID),
    .WREADY(s_axi_control_WREADY),
    .BRESP(s_axi_control_BRESP),
    .BVALID(s_axi_control_BVALID),
    .BREADY(s_axi_control_BREADY),
    .ARADDR(s_axi_control_ARADDR),
    .ARVALID(s_axi_control_ARVALID),
    .ARREADY(s_axi_control_ARREADY),
    .RDATA(s_axi_control_RDATA),
    .RRESP(s_axi_control_RRESP),
    .RVALID(s_axi_control_RVALID),
    .RREADY(s_axi_control_RREADY)
  );

  wire [81:0] in_data;  // tests/hw/compiler/golden/pins.cc:27
  wire in_valid;
  wire in_ready;
  assign in_data = {in_TLAST, in_TUSER, in_TSTRB, in_TKEEP, in_TDATA};
  assign in_valid = in_TVALID;
  assign in_TREADY = in_ready & ~rst;
  wire [81:0] out_push_data;  // tests/hw/compiler/golden/pins.cc:27
  wire out_push_valid;
  wire out_push_ready;
  wire out_push_reserve;
  wire out_push_cancel;
  wire [81:0] out_data;  // tests/hw/compiler/golden/pins.cc:27
  wire out_valid;
  wire out_ready;
  wire [81:0] admitted_push_data;  // tests/hw/compiler/golden/pins.cc:27
  wire admitted_push_valid;
  wire admitted_push_ready;
  wire [81:0] admitted_data;  // tests/hw/compiler/golden/pins.cc:27
  wire admitted_valid;
  wire admitted_ready;
  wire credit_push_data;  // tests/hw/compiler/golden/pins.cc:27
  wire credit_push_valid;
  wire credit_push_ready;
  wire credit_data;  // tests/hw/compiler/golden/pins.cc:27
  wire credit_valid;
  wire credit_ready;

  Pins_Admit u_Admit (  // tests/hw/compiler/golden/pins.cc:9
    .clk(ap_clk),
    .rst(rst),
    .in_data(in_data),
    .in_valid(in_valid),
    .in_ready(in_ready),
    .credit_data(credit_data),
    .credit_valid(credit_valid),
    .credit_ready(credit_ready),
    .out_data(admitted_push_data),
    .out_valid(admitted_push_valid),
    .out_ready(admitted_push_ready)
  );

  Pins_Scale u_Scale (  // tests/hw/compiler/golden/pins.cc:18
    .clk(ap_clk),
    .rst(rst),
    .in_data(admitted_data),
    .in_valid(admitted_valid),
    .in_ready(admitted_ready),
    .out_data(out_push_data),
    .out_valid(out_push_valid),
    .out_ready(out_push_ready),
    .out_reserve(out_push_reserve),
    .out_cancel(out_push_cancel),
    .credit_data(credit_push_data),
    .credit_valid(credit_push_valid),
    .credit_ready(credit_push_ready),
    .factor(factor),
    .packets(packets)
  );

  wire out_unread_room;
  Pins_fifo_credit #(.DEPTH(3), .COUNT(2)) u_out_credit (  // tests/hw/compiler/golden/pins.cc:27
    .clk(ap_clk),
    .rst(rst),
    .reserve(out_push_reserve),
    .cancel(out_push_cancel),
    .take(out_valid & out_ready),
    .room(out_push_ready)
  );

  Pins_fifo #(.WIDTH(82), .DEPTH(3), .ADDRESS(1), .COUNT(2)) u_out_fifo (  // tests/hw/compiler/golden/pins.cc:27
    .clk(ap_clk),
    .rst(rst),
    .in_data(out_push_data),
    .in_valid(out_push_valid),
    .in_ready(out_unread_room),
    .out_data(out_data),
    .out_valid(out_valid),
    .out_ready(out_ready)
  );

  Pins_fifo #(.WIDTH(82), .DEPTH(4), .ADDRESS(2), .COUNT(3)) u_admitted_fifo (  // tests/hw/compiler/golden/pins.cc:27
    .clk(ap_clk),
    .rst(rst),
    .in_data(admitted_push_data),
    .in_valid(admitted_push_valid),
    .in_ready(admitted_push_ready),
    .out_data(admitted_data),
    .out_valid(admitted_valid),
    .out_ready(admitted_ready)
  );

  Pins_fifo #(.WIDTH(1), .DEPTH(8), .ADDRESS(3), .COUNT(4)) u_credit_fifo (  // tests/hw/compiler/golden/pins.cc:27
    .clk(ap_clk),
    .rst(rst),
    .in_data(credit_push_data),
    .in_valid(credit_push_valid),
    .in_ready(credit_push_ready),
    .out_data(credit_data),
    .out_valid(credit_valid),
    .out_ready(credit_ready)
  );

  assign out_TDATA = out_data[63:0];
  assign out_TKEEP = out_data[71:64];
  assign out_TSTRB = out_data[79:72];
  assign out_TUSER = out_data[80];
  assign out_TLAST = out_data[81];
  assign out_TVALID = out_valid;
  assign out_ready = out_TREADY;

  wire _unused = &{1'b0, out_unread_room};
endmodule

module Pins_Admit (  // tests/hw/compiler/golden/pins.cc:9
  input  wire clk,
  input  wire rst,
  input  wire [81:0] in_data,
  input  wire in_valid,
  output wire in_ready,
  input  wire credit_data,
  input  wire credit_valid,
  output wire credit_ready,
  output wire [81:0] out_data,
  output wire out_valid,
  input  wire out_ready
);

`ifdef SYNTHESIS
  localparam EACH_CLOCK = 1'b1;
`else  // a simulator passes over what changes nothing
  localparam EACH_CLOCK = 1'b0;
`endif

  reg [3:0] credits;  // tests/hw/compiler/golden/pins.cc:13

  wire go = ~(credits == 4'd0) & in_valid & out_ready;  // tests/hw/compiler/golden/pins.cc:13
  wire [3:0] credits_sum = credits + ({3'd0, credit_valid} - {3'd0, go});  // tests/hw/compiler/golden/pins.cc:15
  wire fire = 1'b1;
  wire active = EACH_CLOCK | go | credit_valid | ~(credits == credits_sum);
  assign in_ready = fire & go;  // tests/hw/compiler/golden/pins.cc:13
  assign credit_ready = fire & credit_valid;  // tests/hw/compiler/golden/pins.cc:11
  assign out_valid = fire & go;  // tests/hw/compiler/golden/pins.cc:13
  assign out_data = in_data;  // tests/hw/compiler/golden/pins.cc:13
  always @(posedge clk) begin
    if (active) begin
      credits <= credits_sum;  // tests/hw/compiler/golden/pins.cc:15
    end
    if (rst) begin
      credits <= 4'd8;
    end
  end

  wire _unused = &{1'b0, credit_data};

endmodule

module Pins_Scale (  // tests/hw/compiler/golden/pins.cc:18
  input  wire clk,
  input  wire rst,
  input  wire [81:0] in_data,
  input  wire in_valid,
  output wire in_ready,
  output wire [81:0] out_data,
  output wire out_valid,
  input  wire out_ready,
  output wire out_reserve,
  output wire out_cancel,
  output wire credit_data,
  output wire credit_valid,
  input  wire credit_ready,
  input  wire [7:0] factor,
  output wire [31:0] packets
);

`ifdef SYNTHESIS
  localparam EACH_CLOCK = 1'b1;
`else  // a simulator passes over what changes nothing
  localparam EACH_CLOCK = 1'b0;
`endif

  reg [31:0] packets_2;  // tests/hw/compiler/golden/pins.cc:18

  assign packets = packets_2;

  // Stage 0
  wire in_wait = ~in_valid;  // tests/hw/compiler/golden/pins.cc:20
  wire out_wait = ~out_ready;  // tests/hw/compiler/golden/pins.cc:23
  wire credit_wait = ~credit_ready;  // tests/hw/compiler/golden/pins.cc:24
  wire fire = ~in_wait & ~out_wait & ~credit_wait;
  assign in_ready = fire;  // tests/hw/compiler/golden/pins.cc:20
  assign out_reserve = fire;  // tests/hw/compiler/golden/pins.cc:23
  assign credit_valid = fire;  // tests/hw/compiler/golden/pins.cc:24
  assign credit_data = 1'b1;  // tests/hw/compiler/golden/pins.cc:24
  reg [65:0] p1_in_data_81_16;  // tests/hw/compiler/golden/pins.cc:20
  reg [15:0] p1_sum;  // tests/hw/compiler/golden/pins.cc:21
  reg [15:0] product;
  reg [15:0] sum;
  always @(posedge clk) begin
    if (fire | EACH_CLOCK) begin
      product = in_data[15:0] * {8'd0, factor};  // tests/hw/compiler/golden/pins.cc:21
      sum = product + 16'd1;  // tests/hw/compiler/golden/pins.cc:21
      p1_in_data_81_16 <= in_data[81:16];
      p1_sum <= sum;
      if (fire) begin
        if (in_data[81]) packets_2 <= packets_2 + 32'd1;  // tests/hw/compiler/golden/pins.cc:22
      end
    end
    if (rst) begin
      packets_2 <= 32'd0;
    end
  end

  // Stage 1
  reg v1;
  always @(posedge clk) begin
    v1 <= fire & ~rst;
  end
  assign out_valid = v1;  // tests/hw/compiler/golden/pins.cc:23
  assign out_data = {p1_in_data_81_16, p1_sum};  // tests/hw/compiler/golden/pins.cc:23
  assign out_cancel = 1'b0;  // tests/hw/compiler/golden/pins.cc:23

endmodule

// Scalars of bundle control:
//   0x10  factor, 8 bits, read and write
module Pins_control_s_axi (
  input  wire clk,
  input  wire rst,
  output reg  [7:0] factor,
  input  wire [4:0] AWADDR,
  input  wire AWVALID,
  output wire AWREADY,
  input  wire [31:0] WDATA,
  input  wire [3:0] WSTRB,
  input  wire WVALID,
  output wire WREADY,
  output wire [1:0] BRESP,
  output reg  BVALID,
  input  wire BREADY,
  input  wire [4:0] ARADDR,
  input  wire ARVALID,
  output wire ARREADY,
  output reg  [31:0] RDATA,
  output wire [1:0] RRESP,
  output reg  RVALID,
  input  wire RREADY
);
  wire write = AWVALID & WVALID & (~BVALID | BREADY) & ~rst;
  wire read = ARVALID & (~RVALID | RREADY) & ~rst;
  assign AWREADY = write;
  assign WREADY = write;
  assign ARREADY = read;
  assign BRESP = 2'b00;
  assign RRESP = 2'b00;

  always @(posedge clk) begin
    BVALID <= write | (BVALID & ~BREADY & ~rst);
    RVALID <= read | (RVALID & ~RREADY & ~rst);
  end

  always @(posedge clk) begin
    if (write & AWADDR[4:2] == 3'd4) begin
      if (WSTRB[0]) factor <= WDATA[7:0];
    end
    if (rst) factor <= 8'd0;
  end

  always @(posedge clk) begin
    if (read) begin
      case (ARADDR[4:2])
        3'd4: RDATA <= {24'd0, factor};
        default: RDATA <= 32'd0;
      endcase
    end
  end

  wire _unused = &{1'b0, AWADDR[1:0], ARADDR[1:0], WDATA[31:8], WSTRB[3:1]};
endmodule

// A FIFO of DEPTH words, of which the first stands in an output register.
module Pins_fifo #(
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
module Pins_fifo_credit #(
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
