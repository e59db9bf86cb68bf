// Emitted by vireo-hls from Walk of tests/hw/compiler/golden/walk.cc.
// A clocked block's own variables are set by =, registers by <=.
// verilator lint_off BLKSEQ
// verilator lint_off DECLFILENAME
module Walk (
  input  wire ap_clk,
  input  wire ap_rst_n,
  input  wire [15:0] head_in_TDATA,
  input  wire head_in_TVALID,
  output wire head_in_TREADY,
  input  wire [127:0] descriptor_in_TDATA,
  input  wire descriptor_in_TVALID,
  output wire descriptor_in_TREADY,
  output wire [15:0] read_out_TDATA,
  output wire read_out_TVALID,
  input  wire read_out_TREADY,
  output wire [31:0] length_out_TDATA,
  output wire length_out_TVALID,
  input  wire length_out_TREADY
);
  wire rst = ~ap_rst_n;

  wire [15:0] head_in_data;  // tests/hw/compiler/golden/walk.cc:17
  wire head_in_valid;
  wire head_in_ready;
  assign head_in_data = head_in_TDATA;
  assign head_in_valid = head_in_TVALID;
  assign head_in_TREADY = head_in_ready & ~rst;
  wire [127:0] descriptor_in_data;  // tests/hw/compiler/golden/walk.cc:17
  wire descriptor_in_valid;
  wire descriptor_in_ready;
  assign descriptor_in_data = descriptor_in_TDATA;
  assign descriptor_in_valid = descriptor_in_TVALID;
  assign descriptor_in_TREADY = descriptor_in_ready & ~rst;
  wire [15:0] read_out_push_data;  // tests/hw/compiler/golden/walk.cc:17
  wire read_out_push_valid;
  wire read_out_push_ready;
  wire [15:0] read_out_data;  // tests/hw/compiler/golden/walk.cc:17
  wire read_out_valid;
  wire read_out_ready;
  wire [31:0] length_out_push_data;  // tests/hw/compiler/golden/walk.cc:17
  wire length_out_push_valid;
  wire length_out_push_ready;
  wire [31:0] length_out_data;  // tests/hw/compiler/golden/walk.cc:17
  wire length_out_valid;
  wire length_out_ready;

  Walk_core u_process (  // tests/hw/compiler/golden/walk.cc:17
    .clk(ap_clk),
    .rst(rst),
    .head_in_data(head_in_data),
    .head_in_valid(head_in_valid),
    .head_in_ready(head_in_ready),
    .descriptor_in_data(descriptor_in_data),
    .descriptor_in_valid(descriptor_in_valid),
    .descriptor_in_ready(descriptor_in_ready),
    .read_out_data(read_out_push_data),
    .read_out_valid(read_out_push_valid),
    .read_out_ready(read_out_push_ready),
    .length_out_data(length_out_push_data),
    .length_out_valid(length_out_push_valid),
    .length_out_ready(length_out_push_ready)
  );

  Walk_fifo #(.WIDTH(16), .DEPTH(2), .ADDRESS(1), .COUNT(2)) u_read_out_fifo (  // tests/hw/compiler/golden/walk.cc:17
    .clk(ap_clk),
    .rst(rst),
    .in_data(read_out_push_data),
    .in_valid(read_out_push_valid),
    .in_ready(read_out_push_ready),
    .out_data(read_out_data),
    .out_valid(read_out_valid),
    .out_ready(read_out_ready)
  );

  Walk_fifo #(.WIDTH(32), .DEPTH(2), .ADDRESS(1), .COUNT(2)) u_length_out_fifo (  // tests/hw/compiler/golden/walk.cc:17
    .clk(ap_clk),
    .rst(rst),
    .in_data(length_out_push_data),
    .in_valid(length_out_push_valid),
    .in_ready(length_out_push_ready),
    .out_data(length_out_data),
    .out_valid(length_out_valid),
    .out_ready(length_out_ready)
  );

  assign read_out_TDATA = read_out_data;
  assign read_out_TVALID = read_out_valid;
  assign read_out_ready = read_out_TREADY;
  assign length_out_TDATA = length_out_data;
  assign length_out_TVALID = length_out_valid;
  assign length_out_ready = length_out_TREADY;

endmodule

module Walk_core (  // tests/hw/compiler/golden/walk.cc:17
  input  wire clk,
  input  wire rst,
  input  wire [15:0] head_in_data,
  input  wire head_in_valid,
  output wire head_in_ready,
  input  wire [127:0] descriptor_in_data,
  input  wire descriptor_in_valid,
  output wire descriptor_in_ready,
  output wire [15:0] read_out_data,
  output wire read_out_valid,
  input  wire read_out_ready,
  output wire [31:0] length_out_data,
  output wire length_out_valid,
  input  wire length_out_ready
);

`ifdef SYNTHESIS
  localparam EACH_CLOCK = 1'b1;
`else  // a simulator passes over what changes nothing
  localparam EACH_CLOCK = 1'b0;
`endif

  reg [7:0] state_;  // tests/hw/compiler/golden/walk.cc:45
  reg [8:0] budget_;  // tests/hw/compiler/golden/walk.cc:46
  reg [31:0] total_;  // tests/hw/compiler/golden/walk.cc:47

  wire state_is_0 = state_ == 8'd0;  // tests/hw/compiler/golden/walk.cc:19
  wire all = state_is_0 & read_out_ready & head_in_valid;  // tests/hw/compiler/golden/walk.cc:17
  wire state_is_1 = state_ == 8'd1;  // tests/hw/compiler/golden/walk.cc:19
  wire all_2 = read_out_ready & state_is_1 & descriptor_in_valid & length_out_ready;  // tests/hw/compiler/golden/walk.cc:17
  wire all_3 = read_out_ready & head_in_valid;  // tests/hw/compiler/golden/walk.cc:17
  wire [8:0] budget_minus_1 = budget_ - 9'd1;  // tests/hw/compiler/golden/walk.cc:32
  wire matches_2 = budget_minus_1 == 9'd0;  // tests/hw/compiler/golden/walk.cc:33
  wire mux = state_is_0 ? all_3 : (read_out_ready & state_is_1 & descriptor_in_valid &
      length_out_ready & descriptor_in_data[96] & ~matches_2);  // tests/hw/compiler/golden/walk.cc:17
  wire all_4 = read_out_ready & state_is_1 & descriptor_in_valid & length_out_ready & (matches_2 |
      ~descriptor_in_data[96]);  // tests/hw/compiler/golden/walk.cc:17
  wire [31:0] total_sum = total_ + descriptor_in_data[95:64];  // tests/hw/compiler/golden/walk.cc:31
  wire mux_2 = state_is_0 ? all_3 : all_4;  // tests/hw/compiler/golden/walk.cc:17
  wire mux_3 = state_is_0 ? all_3 : all_2;  // tests/hw/compiler/golden/walk.cc:17
  wire all_5 = mux_3 & (state_is_0 ? ~(budget_ == 9'd256) : ~(budget_ == budget_minus_1));  // tests/hw/compiler/golden/walk.cc:30
  wire all_6 = mux_3 & (state_is_0 ? ~(total_ == 32'd0) : ~(total_ == total_sum));  // tests/hw/compiler/golden/walk.cc:30
  wire any = all | all_2 | mux | (mux_2 & (state_is_0 ? ~state_is_1 : ~state_is_0)) | all_5 | all_6;  // tests/hw/compiler/golden/walk.cc:30
  wire fire = 1'b1;
  wire active = EACH_CLOCK | any;
  assign head_in_ready = fire & all;  // tests/hw/compiler/golden/walk.cc:21
  assign descriptor_in_ready = fire & all_2;  // tests/hw/compiler/golden/walk.cc:28
  assign read_out_valid = fire & mux;  // tests/hw/compiler/golden/walk.cc:28
  assign read_out_data = state_is_0 ? head_in_data : descriptor_in_data[127:112];  // tests/hw/compiler/golden/walk.cc:28
  assign length_out_valid = fire & all_4;  // tests/hw/compiler/golden/walk.cc:28
  assign length_out_data = total_sum;  // tests/hw/compiler/golden/walk.cc:28
  always @(posedge clk) begin
    if (active) begin
      if (mux_2) state_ <= state_is_0 ? 8'd1 : 8'd0;  // tests/hw/compiler/golden/walk.cc:17
      if (mux_3) budget_ <= state_is_0 ? 9'd256 : budget_minus_1;  // tests/hw/compiler/golden/walk.cc:17
      if (mux_3) total_ <= state_is_0 ? 32'd0 : total_sum;  // tests/hw/compiler/golden/walk.cc:17
`ifndef SYNTHESIS
      assert (rst | ~(read_out_ready & state_is_1 & descriptor_in_valid & length_out_ready &
          (budget_ == 9'd0)))
        else $error("tests/hw/compiler/golden/walk.cc:30: a chain is no longer than its budget");
`endif
    end
    if (rst) begin
      state_ <= 8'd0;
      budget_ <= 9'd0;
    end
  end

  wire _unused = &{1'b0, descriptor_in_data[63:0], descriptor_in_data[111:97]};

endmodule

// A FIFO of DEPTH words, of which the first stands in an output register.
module Walk_fifo #(
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
